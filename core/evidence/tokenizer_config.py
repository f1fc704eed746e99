"""Files that say how a text is cut into pieces. Of the facts, only how many pieces are read, and capitals."""

from __future__ import annotations

from core.evidence import _ports
from core.evidence._contract import NOTHING, Evidence, Parts, Said
from core.evidence._plain import table, whole
from core.types import Fact

RANK = 22
NAME = "tokenizer_config.json"
FILES = (
    *(NAME, "tokenizer.json", "special_tokens_map.json", "added_tokens.json", "vocab.txt", "vocab.json", "merges.txt"),
    *("spiece.model", "sentencepiece.bpe.model", "tokenizer.model", "spm.model", "source.spm", "target.spm"),
    *("chat_template.jinja", "chat_template.json", "generation_config.json"),
)
"""Most are read by the tasks themselves."""
_NO_LIMIT = 1_000_000
"""Tokenizers without a limit write an enormous number."""


def read(said: Said, parts: Parts) -> Evidence:
    """How many pieces the model reads, and whether it ignores capitals."""
    config = table(said.json(NAME))
    if not config or not _ports.takes_words(parts):
        return NOTHING
    facts = {}
    most = whole(config.get("model_max_length"), 8, _NO_LIMIT)
    if most:
        places = whole(table(said.json("config.json")).get("max_position_embeddings"), 8, _NO_LIMIT)
        facts["max_tokens"] = Fact(min(most, places or most), NAME)
    if isinstance(config.get("do_lower_case"), bool):
        facts["lower_case"] = Fact(config["do_lower_case"], NAME)
    return Evidence((), facts)
