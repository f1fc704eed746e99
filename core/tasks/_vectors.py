"""From texts to unit vectors: the part that the app and the scripts it writes have in common.

Nothing here may use a name from outside these functions but `np`, `Any`, `Mapping`, `Sequence`, `Graph`, `Say`:
they are copied into scripts as they stand.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from core.types import Graph, Say


def make_tokenizer(vocabulary: str, lower_case: bool, max_tokens: int) -> Any:
    """Cuts texts into pieces of words as BERT does: clean, split at spaces and signs, longest known piece first.

    `vocabulary` is the content of a vocab.txt, one piece per line.

    Source of the rule: https://github.com/google-research/bert, tokenization.py.
    """
    from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors

    words = vocabulary.split("\n")
    ids = {word.strip("\r"): number for number, word in enumerate(words) if word}
    tokenizer = Tokenizer(models.WordPiece(ids, unk_token="[UNK]"))  # noqa: S106 - a word
    tokenizer.normalizer = normalizers.BertNormalizer(lowercase=lower_case)
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    marks = [("[CLS]", ids["[CLS]"]), ("[SEP]", ids["[SEP]"])]
    tokenizer.post_processor = processors.TemplateProcessing(single="[CLS] $A [SEP]", special_tokens=marks)
    tokenizer.enable_truncation(max_tokens)
    return tokenizer


def fed(pieces: Sequence[Any], how: Mapping[str, Any]) -> dict[str, np.ndarray]:
    """What the graph takes for these texts, integers (texts, longest); padded only as far as needed."""
    length = how["length"] or max(len(one.ids) for one in pieces)
    values = {"input_ids": np.zeros((len(pieces), length), np.int64)}
    values["attention_mask"] = np.zeros_like(values["input_ids"])
    values["token_type_ids"] = np.zeros_like(values["input_ids"])
    for row, one in enumerate(pieces):
        values["input_ids"][row, : len(one.ids)] = one.ids
        values["attention_mask"][row, : len(one.ids)] = 1
    return {name: values[name].astype(dtype) for name, dtype in how["inputs"].items() if name in values}


def pooled(numbers: np.ndarray, mask: np.ndarray, pooling: str) -> np.ndarray:
    """The numbers of each text, (texts, width), from those of its pieces, (texts, pieces, width)."""
    if numbers.ndim == 2:
        return numbers
    if pooling == "first":
        return numbers[:, 0]
    weights = mask[:, :, None].astype(np.float32)
    mean: np.ndarray = (numbers * weights).sum(axis=1) / weights.sum(axis=1)
    return mean


def vectors(
    texts: Sequence[str], graph: Graph, tokenizer: Any, how: Mapping[str, Any], say: Say | None = None
) -> np.ndarray:
    """One unit vector per text, float32 (texts, width). Texts of like length run together, so little is padded."""
    pieces = tokenizer.encode_batch(list(texts))
    order = sorted(range(len(pieces)), key=lambda place: len(pieces[place].ids))
    found: dict[int, np.ndarray] = {}
    for start in range(0, len(order), how["batch"]):
        if say:
            say(start / len(order), f"{start} of {len(order)} texts read")
        some = order[start : start + how["batch"]]
        feeds = fed([pieces[place] for place in some], {**how, "inputs": {"attention_mask": "int64", **how["inputs"]}})
        mask = feeds["attention_mask"]
        numbers = graph({name: feeds[name] for name in how["inputs"]})[how["output"]]
        found.update(zip(some, pooled(numbers.astype(np.float32), mask, how["pooling"]), strict=True))
    rows = np.stack([found[place] for place in range(len(pieces))])
    return np.asarray(rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-12), np.float32)


def likeness(rows: np.ndarray, columns: np.ndarray) -> np.ndarray:
    """How alike each two texts are, float32 (rows, columns) in [-1, 1]: the cosine between their unit vectors."""
    alike: np.ndarray = np.clip(rows @ columns.T, -1, 1).astype(np.float32)
    return alike
