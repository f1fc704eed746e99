"""`modules.json` and what it leads to, as Sentence Transformers writes them: texts become numbers to compare.

`1_Pooling/config.json` how the numbers of all pieces become those of the text, `sentence_bert_config.json` how many
pieces are read, `config_sentence_transformers.json` what is put before a question and before a text to be found.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from core.evidence import _ports
from core.evidence._contract import NOTHING, Evidence, Parts, Said
from core.evidence._plain import table, whole, word
from core.types import Fact

RANK = 21
MODULES, READING, PROMPTS = "modules.json", "sentence_bert_config.json", "config_sentence_transformers.json"
FILES = (MODULES, READING, PROMPTS, "1_Pooling/config.json", "2_Dense/config.json", "0_Transformer/config.json")
_TASKS = ("text_similarity", "text_search", "text_sorting")
_MODES = {
    "pooling_mode_mean_tokens": "mean",
    "pooling_mode_cls_token": "first",
    "pooling_mode_lasttoken": "last",
    "pooling_mode_max_tokens": "max",
    "pooling_mode_mean_sqrt_len_tokens": "mean_sqrt_len",
    "pooling_mode_weightedmean_tokens": "weighted_mean",
}
_NAMED = {"cls": "first", "lasttoken": "last", "weightedmean": "weighted_mean", "mean_sqrt_len_tokens": "mean_sqrt_len"}
_QUESTIONS, _TEXTS = ("query", "web_search_query", "retrieval_query"), ("passage", "document", "corpus")


def read(said: Said, parts: Parts) -> Evidence:
    """For a model that such files lie beside; nothing for any other."""
    if not _ports.takes_words(parts) or not {MODULES, "1_Pooling/config.json", PROMPTS} & set(said.names):
        return NOTHING
    return Evidence(_TASKS, {**_pooling(said, parts), **_reading(said), **_prefixes(said)})


def _pooling(said: Said, parts: Parts) -> dict[str, Fact]:
    """Nothing where the graph gives one row for the whole text: then it has been done."""
    if any(port.name == "sentence_embedding" for graph in parts.values() for port in graph.outputs):
        return {}
    name = _pooling_file(said)
    config = table(said.json(name))
    named = word(config.get("pooling_mode"))
    modes = [mode for key, mode in _MODES.items() if config.get(key) is True]
    if named:
        modes = [_NAMED.get(named, named)]
    return {"pooling": Fact(modes[0], name)} if len(modes) == 1 and modes[0] in _MODES.values() else {}


def _pooling_file(said: Said) -> str:
    """Where `modules.json` says that pooling is described."""
    modules = said.json(MODULES)
    found = [table(module) for module in modules[:20]] if isinstance(modules, list) else []
    folder = next((word(one.get("path")) for one in found if word(one.get("type")).endswith("Pooling")), "1_Pooling")
    return f"{folder}/config.json"


def _reading(said: Said) -> dict[str, Fact]:
    config = table(said.json(READING))
    most, lower = whole(config.get("max_seq_length"), 8, 1_000_000), config.get("do_lower_case")
    facts = {"max_tokens": Fact(most, READING)} if most else {}
    return {**facts, "lower_case": Fact(True, READING)} if lower is True else facts


def _prefixes(said: Said) -> dict[str, Fact]:
    prompts = table(said.json(PROMPTS), "prompts")
    asked, found = _first(prompts, _QUESTIONS), _first(prompts, _TEXTS)
    named = {"query_prefix": asked, "passage_prefix": found}
    return {name: Fact(text, PROMPTS) for name, text in named.items() if text}


def _first(prompts: Mapping[str, Any], names: tuple[str, ...]) -> str:
    texts = (prompts.get(name) for name in names)
    return next((text for text in texts if isinstance(text, str) and 0 < len(text) < 500), "")
