"""Which file says how a model's texts are cut into pieces, and the tokenizer made from it.

Facts: `tokenizer`, `merges`, `tokenizer_settings`, `lower_case` of `core.tasks._tokens`; `vocabulary` is an older name
of `tokenizer`.
"""

from __future__ import annotations

import json
import struct
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from core import files, settings
from core import pieces as cutting
from core.errors import BadFile, ModelError, TooLarge
from core.tasks import _sentence_pieces, _tokenizer_files
from core.types import Fact, ModelInfo

_SENTENCE_FILES = ("sentencepiece.bpe.model", "spiece.model", "spm.model", "tokenizer.model")
_MAIN_FILES = ("tokenizer.json", "vocab.txt", "vocab.json", *_SENTENCE_FILES)
_MARKS = ("cls", "sep", "pad", "unk", "mask", "bos", "eos")
_STYLES = {
    "xlmroberta": "xlm_roberta",
    "camembert": "camembert",
    "albert": "albert",
    "deberta": "deberta",
    "bigbird": "deberta",
    "xlnet": "xlnet",
    "t5": "t5",
    "mt5": "t5",
    "mpnet": "mpnet",
}
_USUAL: dict[str, Any] = {
    "style": "bert",
    "marks": {},
    "strip_accents": None,
    "chinese": True,
    "keep_accents": False,
    "prefix_space": False,
}
_FOREIGN = ("bertweet", "phobert", "bertjapanese", "marian", "mbart", "nllb", "m2m100", "clip", "xlm", "flaubert")
"""Families whose older files need more than what is here. `xlm` is not XLM-RoBERTa, which is found first."""


def main_file(info: ModelInfo) -> str:
    """The name of the file that says how texts are cut; empty when none lies beside the model."""
    by_name = {name.rpartition("/")[2]: name for name in sorted(info.files, key=lambda name: -name.count("/"))}
    usable = [name for name in _MAIN_FILES if name in by_name and (name != "vocab.json" or "merges.txt" in by_name)]
    return by_name[usable[0]] if usable else ""


def facts(info: ModelInfo) -> dict[str, Fact]:
    """What lies beside the model; nothing when no such file does."""
    main = main_file(info)
    if not main:
        return {}
    settings_beside, beside = said(info), f"{main} lies beside the model"
    source = "tokenizer_config.json" if settings_beside else "its file names"
    found = {
        "tokenizer": Fact(main, beside, is_file=True),
        "tokenizer_settings": Fact(_settings(main, settings_beside, info), source),
    }
    if main.endswith("vocab.json"):
        found["merges"] = Fact(f"{main[: -len('vocab.json')]}merges.txt", beside, is_file=True)
    if not main.endswith("tokenizer.json"):
        found["lower_case"] = _lower_case(info, main, settings_beside)
    return found


def tokenizer(info: ModelInfo) -> Any:
    """What cuts texts into pieces as the model learnt it. Raises ModelError without its file, BadFile if it is bad."""
    wanted = source(info)
    try:
        contents = tuple(_content(info, name) for name in wanted["files"])
    except OSError as error:
        raise ModelError(
            "The vocabulary of this model can't be read.",
            f"Expected a tokenizer.json or a vocab.txt that belongs to it, at “{wanted['files'][0] or 'nowhere'}”.",
            "Choose the file that belongs to the model under “How it is fed”, or another model.",
            repr(error),
        ) from error
    return _made(wanted["kind"], contents, json.dumps(wanted["settings"], sort_keys=True))


def source(info: ModelInfo) -> dict[str, Any]:
    """Which files, of which kind, and what else has to be known to read them. Raises ModelError for an odd family."""
    values = {name: fact.value for name, fact in info.preparation.items()}
    name = str(values.get("tokenizer") or values.get("vocabulary") or "")
    known = {**_USUAL, **values.get("tokenizer_settings", {}), "lower_case": values.get("lower_case", False)}
    base = name.rpartition("/")[2]
    kind = "json" if base.endswith(".json") else "words" if base.endswith(".txt") or not base else "sentences"
    kind = "bytes" if base == "vocab.json" else kind
    if kind != "json" and known["style"] == "foreign":
        raise ModelError(
            "This model's way to cut texts isn't known here.",
            f"It has no tokenizer.json, and its {base} needs a program of its own.",
            "Look for a version of the model that has a tokenizer.json.",
        )
    return {
        "kind": kind,
        "files": [name, *([str(values.get("merges", ""))] if kind == "bytes" else [])],
        "settings": known,
    }


def said(info: ModelInfo) -> dict[str, Any]:
    """What the settings beside the main file say; empty where there are none, or they are damaged."""
    main = main_file(info)
    folder = main[: len(main) - len(main.rpartition("/")[2])]
    return {**_table(info, f"{folder}special_tokens_map.json"), **_table(info, f"{folder}tokenizer_config.json")}


_TEXT = "Path(HOW['tokenizer']['files'][{}]).read_text(encoding='utf-8')"
_BYTES = "Path(HOW['tokenizer']['files'][0]).read_bytes()"
_OLDER = "tokenizer = Tokenizer.from_str(json.dumps({}({}, HOW['tokenizer']['settings'])))"
BEGIN: dict[str, tuple[str, tuple[Any, ...]]] = {
    "json": ("tokenizer = Tokenizer.from_file(HOW['tokenizer']['files'][0])", ()),
    "words": (
        _OLDER.format("from_word_pieces", _TEXT.format(0)),
        (_tokenizer_files.from_word_pieces, _tokenizer_files.put_together),
    ),
    "bytes": (
        _OLDER.format("from_byte_pairs", f"{_TEXT.format(0)}, {_TEXT.format(1)}"),
        (_tokenizer_files.from_byte_pairs, _tokenizer_files.put_together),
    ),
    "sentences": (
        _OLDER.format("from_sentence_pieces", _BYTES),
        (
            _sentence_pieces.from_sentence_pieces,
            _sentence_pieces.sentence_steps,
            _sentence_pieces.sentence_model,
            _sentence_pieces.ranked_merges,
            _sentence_pieces.wire_fields,
            _sentence_pieces.wire_number,
            _tokenizer_files.put_together,
        ),
    ),
}


@lru_cache(maxsize=2)
def _made(kind: str, contents: tuple[bytes, ...], settings_json: str) -> Any:
    if sum(map(len, contents)) > settings.MAX_TOKENIZER_BYTES:
        raise TooLarge(
            "The vocabulary of this model is too large.",
            f"The limit is {settings.MAX_TOKENIZER_BYTES // 2**20} MB.",
            "Check that it is the right file.",
        )
    known = json.loads(settings_json)
    try:
        if kind == "json":
            described = json.loads(contents[0])
        elif kind == "words":
            described = _tokenizer_files.from_word_pieces(contents[0].decode("utf-8-sig"), known)
        elif kind == "bytes":
            described = _tokenizer_files.from_byte_pairs(
                contents[0].decode("utf-8-sig"), contents[1].decode("utf-8-sig"), known
            )
        else:
            described = _sentence_pieces.from_sentence_pieces(contents[0], known)
    except (ValueError, KeyError, TypeError, IndexError, AttributeError, RecursionError, struct.error) as error:
        raise BadFile(
            "The vocabulary of this model can't be read.",
            "The file that says how texts are cut into pieces is damaged, or of another kind than its name says.",
            "Choose the file that belongs to the model under “How it is fed”, or another model.",
            repr(error)[:500],
        ) from error
    return cutting.made(described)


def _content(info: ModelInfo, name: str) -> bytes:
    try:
        return files.read(name)
    except OSError:
        if name in info.files:
            return files.read(info.files[name])
        raise


def _table(info: ModelInfo, name: str) -> dict[str, Any]:
    try:
        found = json.loads(_content(info, name)) if name in info.files else {}
    except (OSError, ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _settings(main: str, stated: Mapping[str, Any], info: ModelInfo) -> dict[str, Any]:
    """What the older files need to be read as the model's own family reads them."""
    marks = {role: _mark(stated.get(f"{role}_token")) for role in _MARKS}
    return {
        "style": _style(main, str(stated.get("tokenizer_class") or ""), info),
        "marks": {role: name for role, name in marks.items() if name},
        "strip_accents": stated.get("strip_accents") if isinstance(stated.get("strip_accents"), bool) else None,
        "chinese": stated.get("tokenize_chinese_chars") is not False,
        "keep_accents": stated.get("keep_accents") is True,
        "prefix_space": stated.get("add_prefix_space") is True,
    }


def _mark(value: Any) -> str:
    found = value.get("content") if isinstance(value, dict) else value
    return found if isinstance(found, str) else ""


def _style(main: str, class_name: str, info: ModelInfo) -> str:
    family = class_name.lower().removesuffix("fast").removesuffix("tokenizer").removesuffix("v2")
    base = main.rpartition("/")[2]
    style = _STYLES.get(family, "")
    if family in _FOREIGN:
        return "foreign"
    if base in ("vocab.txt", "tokenizer.json"):
        return "mpnet" if style == "mpnet" else "bert"
    if base == "vocab.json":
        return "bert" if style == "deberta" else "plain" if family.startswith("gpt") else "roberta"
    if style:
        return style
    if base == "sentencepiece.bpe.model":
        return "xlm_roberta"
    return "deberta" if base == "spm.model" else "albert" if _holds(info, main, b"[CLS]") else "t5"


def _holds(info: ModelInfo, name: str, what: bytes) -> bool:
    try:
        return what in _content(info, name)
    except OSError:
        return False


def _lower_case(info: ModelInfo, main: str, stated: Mapping[str, Any]) -> Fact:
    if isinstance(stated.get("do_lower_case"), bool):
        return Fact(stated["do_lower_case"], "tokenizer_config.json")
    if main.endswith(".txt"):
        try:
            words = _content(info, main).split(b"\n")[:50_000]
        except OSError:
            words = []
        capitals = sum(word[:1].isalpha() and word != word.lower() for word in words)
        return Fact(capitals * 100 <= len(words), "the words in vocab.txt", certain=False)
    return Fact(_style(main, str(stated.get("tokenizer_class") or ""), info) == "albert", "its kind", certain=False)
