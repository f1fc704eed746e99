"""Models that lay words and pictures out in one space (CLIP, SigLIP): which input and output is what, and their words.

One graph with both halves, or two graphs of which one takes a picture and the other pieces of words.

Facts (`info.preparation`) about the words: `tokenizer` and those beside it, see `core.tasks._tokens` · `max_tokens`
pieces of words the model reads, marks included · `pad_to` pieces that every text is filled up to, 0 for the longest of
those given.
"""

from __future__ import annotations

import importlib
import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import numpy as np

from core import files
from core import pieces as cutting
from core.errors import RunFailed
from core.script import Script
from core.tasks import _picture_input, _pictures, _vocabulary
from core.tasks._pictures import prepared
from core.tasks._tower_ports import Towers, length
from core.types import Fact, ModelInfo

_CLIP_MEAN, _CLIP_STD = (0.48145466, 0.4578275, 0.40821073), (0.26862954, 0.26130258, 0.27577711)
"""Of red, green and blue, 0 to 1, as OpenAI published them with CLIP."""
CLIP, SIGLIP = "clip", "siglip"
_CLIP_PIECES, _SIGLIP_PIECES = 77, 64


def family(info: ModelInfo, towers: Towers) -> tuple[str, str, bool]:
    """`clip` or `siglip`, how that is known, and whether it is certain."""
    said = str(_json(info, "config.json").get("model_type", "")).casefold()
    if said:
        return (SIGLIP if "siglip" in said else CLIP), "config.json", True
    fixed, guess = length(towers.words), "what models with such inputs do"
    if fixed in (_CLIP_PIECES, _SIGLIP_PIECES):
        return (CLIP if fixed == _CLIP_PIECES else SIGLIP), guess, False
    masked = any("mask" in port.name for port in towers.words)
    return (CLIP if masked else SIGLIP), guess, False


def picture_facts(info: ModelInfo, towers: Towers) -> dict[str, Fact]:
    """How the picture is fed: CLIP takes the middle, SigLIP the whole, stretched."""
    kind = family(info, towers)[0]
    habit = f"what {'SigLIP' if kind == SIGLIP else 'CLIP'} models do"
    graph = info.parts[towers.vision]
    facts = _picture_input.facts(graph, towers.picture, "crop" if kind == CLIP else "stretch", 224, habit)
    facts["resize_px"] = Fact(min(facts["width_px"].value, facts["height_px"].value), habit, certain=False)
    facts["resample"] = Fact("bicubic", habit, certain=False)
    if not facts["mean"].certain and len(facts["mean"].value) == 3:
        mean, std = (_CLIP_MEAN, _CLIP_STD) if kind == CLIP else ((0.5,) * 3, (0.5,) * 3)
        facts["mean"] = Fact([255 * value for value in mean], habit, certain=False)
        facts["std"] = Fact([255 * value for value in std], habit, certain=False)
    return facts


def word_facts(info: ModelInfo, towers: Towers) -> dict[str, Fact]:
    """How many pieces of words are fed."""
    kind, why, certain = family(info, towers)
    fixed = length(towers.words)
    usual = fixed or (_CLIP_PIECES if kind == CLIP else _SIGLIP_PIECES)
    source, sure = ("the shape of the input", True) if fixed else (why, certain)
    return {
        **_vocabulary.facts(info),
        "max_tokens": Fact(usual, source, certain=sure),
        "pad_to": Fact(fixed or (0 if kind == CLIP else _SIGLIP_PIECES), source, certain=sure),
    }


def how(info: ModelInfo, towers: Towers) -> dict[str, Any]:
    """Everything the functions below go by, as plain data."""
    first = towers.words[0].shape or (None,)
    return {
        **_picture_input.how(info.preparation),
        "vision": towers.vision,
        "text": towers.text,
        "picture_in": towers.picture.name,
        "words_in": {port.name: port.dtype for port in towers.words},
        "image_out": towers.image_out,
        "text_out": towers.text_out,
        "logits": towers.logits,
        "tokenizer": _vocabulary.source(info),
        "max_tokens": _most(info, towers),
        "pad_to": info.preparation["pad_to"].value,
        "pad_id": _pad_id(info),
        "at_once": 1 if first[0] == 1 else 32,
        "also": empty_words(towers, info) if towers.text == towers.vision else {},
    }


def empty_words(towers: Towers, info: ModelInfo) -> dict[str, Any]:
    """One text that says nothing, for a graph with both halves when only pictures matter; as plain data."""
    count = info.preparation["pad_to"].value or 4
    return {port.name: {"values": [[int("mask" in port.name)] * count], "dtype": port.dtype} for port in towers.words}


def cut_words(texts: Sequence[str], tokenizer: Any, max_tokens: int) -> tuple[list[list[int]], list[int]]:
    """Numbers of the pieces of each text, its marks included, and which texts were too long and lost their end."""
    room = max_tokens - tokenizer.num_special_tokens_to_add(False)
    pieces, long = [], []
    for place, text in enumerate(texts):
        one = tokenizer.encode(text, add_special_tokens=False)
        if len(one.ids) > room:
            long.append(place)
            one.truncate(max(room, 0))
        pieces.append(tokenizer.post_process(one).ids)
    return pieces, long


def fed_words(texts: Sequence[str], tokenizer: Any, how: Mapping[str, Any]) -> dict[str, np.ndarray]:
    """What the half for words takes: whole numbers (texts, pieces), by the name of the input."""
    pieces, _ = cut_words(texts, tokenizer, how["max_tokens"])
    longest = how["pad_to"] or max(1, *(len(ids) for ids in pieces))
    ids = np.full((len(pieces), longest), how["pad_id"], np.int64)
    mask = np.zeros_like(ids)
    for row, some in enumerate(pieces):
        ids[row, : len(some)] = some
        mask[row, : len(some)] = 1
    values = {"mask": mask, "position": np.arange(longest) + 0 * ids, "type": 0 * ids}
    fed = {}
    for name, dtype in how["words_in"].items():
        kind = next((word for word in values if word in name), "")
        fed[name] = (values[kind] if kind else ids).astype(dtype)
    return fed


def unit(rows: np.ndarray) -> np.ndarray:
    """The same directions with length 1: float32 (rows, width)."""
    flat = np.asarray(rows, np.float32).reshape(len(rows), -1)
    with np.errstate(all="ignore"):  # what isn't a number stays none, and is told apart later
        return np.asarray(flat / np.maximum(np.linalg.norm(flat, axis=1, keepdims=True), 1e-12), np.float32)


def word_vectors(texts: Sequence[str], parts: Mapping[str, Any], tokenizer: Any, how: Mapping[str, Any]) -> np.ndarray:
    """One unit vector per text, float32 (texts, width). A graph with both halves is shown a grey picture meanwhile."""
    fed, rows = fed_words(texts, tokenizer, how), []
    blank = {}
    if how["text"] == how["vision"]:
        blank = {how["picture_in"]: prepared(np.full((64, 64, 3), 128, np.uint8), dict(how))}
    for start in range(0, len(texts), how["at_once"]):
        some = {name: values[start : start + how["at_once"]] for name, values in fed.items()}
        rows.append(unit(parts[how["text"]]({**some, **blank})[how["text_out"]]))
    return np.concatenate(rows)


FUNCTIONS = (cut_words, fed_words, unit, word_vectors)
"""What a script needs, besides `core.tasks._pictures.FUNCTIONS`."""


def script(main: str, functions: Sequence[Any], constants: Mapping[str, Any], info: ModelInfo) -> Script:
    """`main` may use `tokenizer`, HOW, and the functions above; `functions` and `constants["HOW"]` are what it adds."""
    source = _vocabulary.source(info)
    begin, needed = _vocabulary.BEGIN[source["kind"]]
    start = f"{begin}\ntokenizer.no_padding()\ntokenizer.no_truncation()\n"
    imports = (
        *(f"import {name}" for name in ("base64", "re", "struct") if source["kind"] != "json"),
        "from collections.abc import Callable, Iterator, Mapping, Sequence",
        "from pathlib import Path",
        "from typing import Any",
        "from tokenizers import Tokenizer",
        "Graph = Say = Callable[..., Any]",
    )
    paths = [info.files.get(name, name) for name in source["files"]]
    known = {**constants, "HOW": {**constants["HOW"], "tokenizer": {**source, "files": paths}}}
    copied = dict.fromkeys((*needed, *_pictures.FUNCTIONS, *FUNCTIONS, *functions))
    return Script(start + main, tuple(copied), known, imports, ("tokenizers",))


def too_long(texts: Sequence[str], info: ModelInfo, towers: Towers) -> list[int]:
    """Which texts lose their end. Raises ModelError, or BadFile when the tokenizer fails on one of them."""
    made = _vocabulary.tokenizer(info)
    with cutting.guarded("these words with the model's tokenizer"):
        return cut_words(texts, made, _most(info, towers))[1]


@contextmanager
def readable() -> Iterator[None]:
    """Puts into words that the model's numbers have another form than rows that can be compared."""
    try:
        yield
    except (ValueError, TypeError, IndexError) as error:
        raise RunFailed(
            "Words and picture can't be compared.",
            "The model doesn't give one row of numbers for each, or these differ in length.",
            "Check that all parts belong to one and the same model, or choose another task.",
            repr(error)[:500],
        ) from error


def warm_up() -> None:
    """Loads what can't be loaded once a worker has closed its doors."""
    importlib.import_module("tokenizers")


def _most(info: ModelInfo, towers: Towers) -> int:
    """Pieces that fit: what is known of the model, and no more than is fed."""
    most, filled = info.preparation["max_tokens"].value, info.preparation["pad_to"].value
    return int(min(most, filled or most, length(towers.words) or most))


def _pad_id(info: ModelInfo) -> int:
    """The number that fills short texts up."""
    tokenizer, known = _vocabulary.tokenizer(info), info.preparation.get("tokenizer_settings")
    marks = known.value["marks"] if known else {}
    names = (marks.get("pad", ""), "<pad>", "[PAD]", "<|endoftext|>", "</s>")
    return next((found for name in names if (found := tokenizer.token_to_id(name)) is not None), 0)


def _json(info: ModelInfo, name: str) -> dict[str, Any]:
    """What a config file beside the model says; nothing when it isn't there or can't be read."""
    try:
        found = json.loads(files.read(info.files[name]))
    except (KeyError, OSError, ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}
