"""The nouns that cross a border: frozen dataclasses of plain data, no behaviour.

Everything here can be written to JSON and read back with `msgspec`, so it can be stored, sent to
another process, or printed by the command line.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias

Value: TypeAlias = Any
"""What enters or leaves a graph: an array, a list (sequence), a dict (map) or None (empty optional)."""

Feeds: TypeAlias = Mapping[str, Value]
"""Values by the name of the graph's input."""

Graph: TypeAlias = Callable[[Feeds], dict[str, Value]]
"""One open ONNX file: feeds in, outputs by name out."""

Say: TypeAlias = Callable[[float | None, str], None]
"""Tells the user how far the work is: `say(share in 0..1 or None when unknown, words)`."""

Inputs: TypeAlias = Mapping[str, Any]
"""What the user gave, by the field's name, already read into plain values (see `core.fields`)."""


@dataclass(frozen=True)
class Port:
    """One input or output of a graph, as the file declares it."""

    name: str
    kind: Literal["tensor", "sparse", "sequence", "map", "optional"]
    type: str
    """The whole type in ONNX words, such as `tensor(float)` or `seq(map(int64, tensor(float)))`."""
    dtype: str
    """The innermost element type by its NumPy name: `float32`, `string`, `bfloat16`, `int4`, ..."""
    shape: tuple[int | str | None, ...] | None
    """Sizes, names of sizes chosen at run time, or None for an unnamed size; None when even the rank is open."""


@dataclass(frozen=True)
class GraphInfo:
    """One ONNX file, described from its header: nothing was executed to learn this."""

    path: str
    sha256: str
    size_bytes: int
    """The file and its external weights together."""
    inputs: tuple[Port, ...]
    """Those a user must feed: inputs that have a stored default are left out."""
    outputs: tuple[Port, ...]
    ir_version: int
    opsets: dict[str, int]
    """Operator-set version by domain; the standard domain is `ai.onnx`."""
    operators: dict[str, int]
    """How often each operator occurs, bodies of loops and branches included."""
    parameter_count: int
    producer: str = ""
    description: str = ""
    metadata: dict[str, str] = field(default_factory=dict)
    external_files: tuple[str, ...] = ()
    class_names: tuple[str, ...] = ()
    """Written inside its operators: the classes it tells apart, in the order of their scores."""
    words: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """Written inside its operators: what a column of text may hold, by `input[place of the column]`."""


@dataclass(frozen=True)
class Fact:
    """One thing known about how a model is fed and read, with where it came from."""

    value: Any
    source: str
    """In words for the user: `the model's own notes`, `you`, `the shape of the input`, ..."""
    certain: bool = True
    is_file: bool = False
    """The value names a file of `ModelInfo.files`, or is the path of one that came with the app; the process that runs
    the model is handed its content, and `core.files.read` gives it."""
    choices: tuple[str, ...] = ()
    """All it may be, where that is a few; empty where it may be anything of its kind."""


@dataclass(frozen=True)
class Upload:
    """A file that a person gave. It lies on disk, and only a worker looks into it."""

    path: str
    name: str
    """As the person's computer calls it. Shown, never used as a path."""
    size_bytes: int
    key: str = ""
    """The same for the same upload, different for every other."""


@dataclass(frozen=True)
class ModelInfo:
    """One entry of the library: a model with its named parts (reading text in pictures needs several graphs)."""

    id: str
    """Short, stable, safe in a URL and as a file name."""
    title: str
    summary: str
    origin: Literal["starter", "upload", "file", "hub", "link", "made"]
    parts: dict[str, GraphInfo]
    """Graphs by their role; a model with one graph calls it `model`."""
    tasks: tuple[str, ...] = ()
    """Ids of the tasks it is known to do, best first; empty when nobody said."""
    preparation: dict[str, Fact] = field(default_factory=dict)
    """How it is fed and read: labels, colour scaling, size, ... Names are listed in each task's docstring."""
    licence: str = "unknown"
    source: str = ""
    files: dict[str, str] = field(default_factory=dict)
    """What lies beside the graphs and says how they are fed and read (configs, names of classes, tokenizers): paths by
    name, such as `config.json` or `1_Pooling/config.json`. A fact with `is_file` names one of them."""
    tasks_are_certain: bool = True
    """False where only a tag of the hub says so, which is often missing or wrong: the model's own files count more."""


@dataclass(frozen=True)
class Timing:
    """Where the time of one answer went, in milliseconds. The parts add up to `total_ms`."""

    read_ms: float
    """Decoding the user's picture, text or file."""
    run_ms: float
    """Inside onnxruntime, all parts together."""
    rest_ms: float
    """Preparing what is fed and reading what comes out."""
    total_ms: float
    open_ms: float = 0.0
    """Opening the model, when this run had to do that first; not part of `total_ms`."""


@dataclass(frozen=True)
class Doubt:
    """A reason to doubt an answer."""

    check: str
    """Id of the check that gave it: the name of its file in `core/guard/`."""
    words: str
    """One sentence for the user."""
