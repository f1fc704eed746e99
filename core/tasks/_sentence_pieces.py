"""A SentencePiece model (`spiece.model`, `sentencepiece.bpe.model`), turned into what a tokenizer.json would say.

Copied into scripts, as `core.tasks._tokenizer_files` says.
"""

from __future__ import annotations

import base64
import struct
from collections.abc import Iterator, Mapping
from typing import Any

from core.tasks._tokenizer_files import put_together


def from_sentence_pieces(data: bytes, how: Mapping[str, Any]) -> dict[str, Any]:
    """From a SentencePiece model: the best way through all known pieces, or pieces joined by rank.

    `how`: `lower_case`, `keep_accents`, `marks`, `style` (which pieces stand before those of the file, and what goes
    around a text). Raises ValueError, KeyError, TypeError or struct.error when it is none.
    Source of the shifted numbers: https://github.com/facebookresearch/fairseq.
    """
    model, style = sentence_model(data), how["style"]
    found, marks, unknown = model["pieces"], dict(how["marks"]), model["unknown"]
    if style in ("xlm_roberta", "camembert"):
        marks = {"cls": "<s>", "sep": "</s>", "pad": "<pad>", "unk": "<unk>", "mask": "<mask>", **marks}
        first, left_out = ["<s>", "<pad>", "</s>", "<unk>"], 3
        if style == "camembert":
            first, left_out = ["<s>NOTUSED", "<pad>", "</s>NOTUSED", "<unk>", "<unk>NOTUSED"], 1
        found, unknown = [*([name, 0.0] for name in first), *found[left_out:], [marks["mask"], 0.0]], 3
    elif style in ("albert", "deberta"):
        marks = {"cls": "[CLS]", "sep": "[SEP]", "pad": "[PAD]", "unk": "[UNK]", "mask": "[MASK]", **marks}
        found = found if any(name == marks["mask"] for name, _ in found) else [*found, [marks["mask"], 0.0]]
    elif style == "xlnet":
        marks = {"cls": "<cls>", "sep": "<sep>", "pad": "<pad>", "unk": "<unk>", "mask": "<mask>", **marks}
    ids = {name: place for place, (name, _) in reversed(list(enumerate(found)))}
    pieces = {"type": "Unigram", "vocab": found, "unk_id": unknown, "byte_fallback": model["spare_bytes"]}
    if model["by_rank"]:
        pieces = {
            "type": "BPE",
            "vocab": ids,
            "merges": ranked_merges(found),
            "unk_token": found[unknown][0],
            "fuse_unk": True,
            "byte_fallback": model["spare_bytes"],
            "dropout": None,
            "continuing_subword_prefix": None,
            "end_of_word_suffix": None,
            "ignore_merges": False,
        }
    words = {"type": "Metaspace", "replacement": "▁", "prepend_scheme": "always", "split": True}
    parts = {
        "model": pieces,
        "normalizer": {"type": "Sequence", "normalizers": sentence_steps(model["letters"], how)},
        "pre_tokenizer": {"type": "Sequence", "pretokenizers": [{"type": "WhitespaceSplit"}, words]},
    }
    return put_together(ids, marks, style, parts)


def sentence_steps(letters: bytes, how: Mapping[str, Any]) -> list[dict[str, Any]]:
    """How letters are made alike before a text is cut: by the file's own table, and before it what the style asks."""
    steps: list[dict[str, Any]] = []
    if how["style"] in ("albert", "xlnet"):
        steps += [{"type": "Replace", "pattern": {"String": quote}, "content": '"'} for quote in ("``", "''")]
        steps += [] if how["keep_accents"] else [{"type": "NFKD"}, {"type": "StripAccents"}]
    if how["lower_case"]:
        steps.append({"type": "Lowercase"})
    if letters:
        steps.append({"type": "Precompiled", "precompiled_charsmap": base64.b64encode(letters).decode()})
    return steps


def sentence_model(data: bytes) -> dict[str, Any]:
    """Pieces with their scores, how they are chosen, the place of the unknown one, and the table of letters.

    Source of the numbers: https://github.com/google/sentencepiece, sentencepiece_model.proto.
    """
    pieces: list[list[Any]] = []
    trained: dict[int, Any] = {}
    letters = b""
    for number, value in wire_fields(data):
        if number == 1:
            piece = dict(wire_fields(value))
            pieces.append([piece[1].decode("utf-8"), struct.unpack("<f", piece.get(2, bytes(4)))[0]])
        elif number == 2:
            trained = dict(wire_fields(value))
        elif number == 3:
            letters = dict(wire_fields(value)).get(2, b"")
    return {
        "pieces": pieces,
        "by_rank": trained.get(3, 1) == 2,
        "spare_bytes": bool(trained.get(35, 0)),
        "unknown": trained.get(40, 0),
        "letters": letters,
    }


def ranked_merges(found: list[list[Any]]) -> list[list[str]]:
    """Which two pieces make a third, the best first: every way to cut a known piece into two known ones."""
    scores = {name: (-score, place) for place, (name, score) in enumerate(found)}
    ranked = [
        (*scores[name], name[:cut], name[cut:])
        for name in scores
        if len(name) <= 64
        for cut in range(1, len(name))
        if name[:cut] in scores and name[cut:] in scores
    ]
    return [[left, right] for _, _, left, right in sorted(ranked)]


def wire_fields(data: bytes) -> Iterator[tuple[int, Any]]:
    """Number and value of each field of a Protocol Buffers message: an int, or bytes.

    Raises ValueError or IndexError where it is none.
    Source of the format: https://protobuf.dev/programming-guides/encoding/.
    """
    place = 0
    while place < len(data):
        key, place = wire_number(data, place)
        kind = key & 7
        if kind == 0:
            value, place = wire_number(data, place)
            yield key >> 3, value
            continue
        if kind == 2:
            size, place = wire_number(data, place)
        elif kind in (1, 5):
            size = 8 if kind == 1 else 4
        else:
            raise ValueError("no such kind of field")
        if place + size > len(data):
            raise ValueError("cut short")
        yield key >> 3, data[place : place + size]
        place += size


def wire_number(data: bytes, place: int) -> tuple[int, int]:
    """A whole number of up to ten bytes, seven bits in each, and the place behind it."""
    value = data[place]
    if value < 128:
        return value, place + 1
    value &= 127
    for number in range(1, 10):
        value |= (data[place + number] & 127) << (7 * number)
        if data[place + number] < 128:
            return value, place + number + 1
    raise ValueError("a number too long")
