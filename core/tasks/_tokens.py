"""What the tasks about texts share: which file says how texts are cut into pieces, what is fed, and how much fits.

Facts (`info.preparation`): `tokenizer` the file that says how a text is cut: a tokenizer.json, or an older vocab.txt,
vocab.json (with `merges`, its merges.txt) or SentencePiece model · `tokenizer_settings` what tokenizer_config.json and
special_tokens_map.json say, for the older files: `style` which model's way, `marks` special pieces by role, and
switches · `lower_case` whether capitals and accents are ignored, for the older files · `max_tokens` how many pieces the
model reads at once, its marks included · `stride_tokens` by how many pieces the parts of a long text overlap.
"""

from __future__ import annotations

import importlib
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from core import pieces as cutting
from core.errors import BadText, ModelError, RunFailed, TooLarge
from core.script import Script
from core.tasks import _vocabulary, _windows
from core.types import Fact, Graph, GraphInfo, ModelInfo, Port, Say

MOST_WINDOWS = 256
"""Parts of one text. A model takes up to a second for each."""
_BATCH = 8
_SANE_TOKENS = 1_000_000
"""Files that don't know their limit say 10^30."""
_ROLES = {
    "input_ids": ("input_ids", "ids", "input_word_ids", "input_tokens"),
    "attention_mask": ("attention_mask", "input_mask", "mask"),
    "token_type_ids": ("token_type_ids", "segment_ids", "input_type_ids"),
    "position_ids": ("position_ids",),
}
_ROLE = {name: role for role, names in _ROLES.items() for name in names}


def reads_pieces(graph: GraphInfo) -> bool:
    """Whether everything the graph takes can be made from a text that was cut into pieces."""
    roles = _roles(graph)
    ids = [port for port in graph.inputs if roles.get(port.name) == "input_ids"]
    if len(ids) != 1 or len(roles) != len(graph.inputs) or not all(_is_row(port) for port in graph.inputs):
        return False
    at_once = (ids[0].shape or (None,))[0]
    return ids[0].dtype in ("int64", "int32") and (at_once in {None, 1} or isinstance(at_once, str))


def assume(info: ModelInfo, usual_tokens: int = 512, stride_tokens: int = 0) -> dict[str, Fact]:
    """The files beside the model; how much fits, from them or from the shape of the input."""
    return {
        **_vocabulary.facts(info),
        "max_tokens": _most(info, usual_tokens),
        "stride_tokens": Fact(stride_tokens, "our own rule", certain=False),
    }


def how(info: ModelInfo, outputs: Sequence[str] = ()) -> dict[str, Any]:
    """Everything the functions of `core.tasks._windows` have to know, as plain data."""
    graph = next(iter(info.parts.values()))
    facts = {name: fact.value for name, fact in info.preparation.items()}
    length = fixed_length(graph)
    most, first = facts["max_tokens"], next((port.shape for port in graph.inputs if port.shape), (None,))
    known = facts.get("tokenizer_settings", {"marks": {}})
    pads = [known["marks"].get("pad"), "[PAD]", "<pad>"]
    return {
        "tokenizer": _vocabulary.source(info),
        "max_tokens": min(most, length or most),
        "stride": facts.get("stride_tokens", 0),
        "inputs": {port.name: port.dtype for port in graph.inputs},
        "roles": _roles(graph),
        "outputs": list(outputs),
        "length": length,
        "batch": 1 if first[0] == 1 else _BATCH,
        "pads": [name for name in pads if name],
    }


def windows(
    text: str, second: str | None, info: ModelInfo, plan: Mapping[str, Any], cut: str = "first"
) -> tuple[list[Any], int]:
    """`core.tasks._windows.windows`. Raises BadText or TooLarge when it doesn't fit, BadFile."""
    return _parts(_vocabulary.tokenizer(info), (text, second), plan, cut)


def pairs(text: str, seconds: Sequence[str], info: ModelInfo, plan: Mapping[str, Any]) -> list[list[Any]]:
    """The parts of one text beside each of several others, which are whole. Raises as `windows` does."""
    made = _vocabulary.tokenizer(info)
    return [_parts(made, (text, second), plan, "first")[0] for second in seconds]


def _parts(made: Any, texts: tuple[str, str | None], plan: Mapping[str, Any], cut: str) -> tuple[list[Any], int]:
    with cutting.guarded("this text with the model's tokenizer"):
        found, step = _windows.windows(made, *texts, plan, cut)
    if not found and texts[1] is None:
        raise BadText(
            "No text fits into this model.",
            f"It is said to read {plan['max_tokens']} pieces of words at once, its own marks included.",
            "Change how many pieces it reads at once under “How it is fed”.",
        )
    if not found:
        kept = "other text" if cut == "first" else "question"
        raise BadText(
            f"The {kept} is too long for this model.",
            f"The model reads {plan['max_tokens']} pieces of words at once, and no room is left for the text.",
            "Make it shorter and try again.",
        )
    if len(found) > MOST_WINDOWS:
        raise TooLarge(
            "This text is too long for this model.",
            f"It would have to be read in {len(found):,} parts; the limit is {MOST_WINDOWS}.",
            "Give a shorter part of it.",
        )
    return found, step


def run(
    graph: Graph, parts: Sequence[Any], info: ModelInfo, plan: Mapping[str, Any], *, rank: int, say: Say | None = None
) -> list[list[np.ndarray]]:
    """`core.tasks._windows.ran`, each output of this rank, float64. Raises RunFailed when they are anything else."""
    if not plan["outputs"] or set(plan["roles"]) != set(plan["inputs"]):
        raise ModelError(
            "This model isn't made for this task.",
            "It takes something else than a text, or gives another kind of answer.",
            "Choose another task for it, or “Raw numbers”.",
        )
    pad_id = _windows.pad_of(_vocabulary.tokenizer(info), plan)
    try:
        rows = _windows.ran(graph, parts, plan, pad_id, say)
        found = [[np.asarray(value, np.float64) for value in row] for row in rows]
    except (KeyError, IndexError, TypeError, ValueError) as error:
        raise odd("It isn't one row of numbers for each part of the text.", repr(error)) from error
    for one, row in zip(parts, found, strict=True):
        for value in row:
            if value.ndim != rank or 0 in value.shape:
                raise odd(f"Each part of the text should give {rank} axes of numbers, not {value.ndim}.")
            if plan.get("by_piece") and len(value) < len(one.ids):
                raise odd(f"{len(one.ids)} pieces of words were fed, but there are answers for {len(value)}.")
            if not np.isfinite(value).all():
                raise RunFailed(
                    "The model's answer isn't made of numbers.",
                    "Some values for this text are infinite or missing.",
                    "Try another text, or check that the vocabulary under “How it is fed” belongs to this model.",
                )
    return found


def explain(info: ModelInfo, parts: Sequence[Any]) -> tuple[str, ...]:
    """How the text was cut, and in how many parts it was read."""
    facts = info.preparation
    name = str(facts["tokenizer"].value if "tokenizer" in facts else "a vocabulary").rpartition("/")[2]
    case = " Capitals and accents made no difference." if "lower_case" in facts and facts["lower_case"].value else ""
    guess = "" if facts["max_tokens"].certain else " That it reads so many at once is a guess."
    most = how(info)["max_tokens"]
    sentences = [f"The text was cut into pieces of words the model knows, as {name} says.{case}"]
    if len(parts) > 1:
        sentences.append(f"It was read in {len(parts)} parts of up to {most} pieces, because it is long.{guess}")
    return tuple(sentences)


def script(
    main: str, functions: Sequence[Any], plan: Mapping[str, Any], info: ModelInfo, constants: Mapping[str, Any]
) -> Script:
    """`main` may use `tokenizer`, `pad_id`, `model`, HOW, the functions of `core.tasks._windows`, and its own."""
    source, role = plan["tokenizer"], next(iter(info.parts))
    begin, needed = _vocabulary.BEGIN[source["kind"]]
    start = (
        f"{begin}\ntokenizer.no_padding()\ntokenizer.no_truncation()\npad_id = pad_of(tokenizer, HOW)\n"
        f"model = parts[{role!r}]\n"
    )
    imports = (
        *(f"import {name}" for name in ("base64", "re", "struct") if source["kind"] != "json"),
        "from collections.abc import Callable, Iterator, Mapping, Sequence",
        "from pathlib import Path",
        "from typing import Any",
        "from tokenizers import Tokenizer",
        "Graph = Say = Callable[..., Any]",
    )
    ours = (_windows.windows, _windows.fed, _windows.pad_of, _windows.batches, _windows.ran)
    paths = [info.files.get(name, name) for name in source["files"]]
    known = {"HOW": {**plan, "tokenizer": {**source, "files": paths}}, **constants}
    return Script(start + main, (*needed, *ours, *functions), known, imports, ("tokenizers",))


def odd(detail: str, technical: str = "") -> RunFailed:
    """An answer that isn't of the form this task reads."""
    return RunFailed(
        "The model's answer has another form than expected.",
        detail,
        "Choose another task for this model, or “Raw numbers”.",
        technical,
    )


def warm_up() -> None:
    """Loads what can't be loaded once a worker has closed its doors."""
    importlib.import_module("tokenizers")


def fixed_length(graph: GraphInfo) -> int:
    """How many pieces the input holds when the file fixes it; 0 when any number goes."""
    roles = _roles(graph)
    rows = (port.shape or () for port in graph.inputs if roles.get(port.name) == "input_ids")
    sizes = [shape[1] for shape in rows if len(shape) == 2]
    return next((size for size in sizes if isinstance(size, int) and size > 0), 0)


def _most(info: ModelInfo, usual_tokens: int) -> Fact:
    fixed, most = fixed_length(next(iter(info.parts.values()))), _vocabulary.said(info).get("model_max_length")
    if isinstance(most, int | float) and 8 <= most <= min(_SANE_TOKENS, fixed or _SANE_TOKENS):
        return Fact(int(most), "tokenizer_config.json")
    if fixed:
        return Fact(fixed, "the shape of the input")
    return Fact(usual_tokens, "what most models of this kind do", certain=False)


def _roles(graph: GraphInfo) -> dict[str, str]:
    """What each input is for, by its name; inputs nobody knows are left out."""
    return {port.name: _ROLE[port.name.split(":")[0]] for port in graph.inputs if port.name.split(":")[0] in _ROLE}


def _is_row(port: Port) -> bool:
    return port.kind == "tensor" and port.shape is not None and len(port.shape) == 2
