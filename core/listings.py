"""Models that could be fetched: what a source says about them before anything is downloaded.

Everything in here was said by somebody else. It is shown and compared, and believed only where a file that arrived was
measured to be what was announced.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

from core.types import Port

Light = Literal["free", "conditions", "non-commercial", "unknown"]
Verdict = Literal["safe", "unsafe", "caution", "unknown"]


@dataclass(frozen=True)
class Query:
    words: str = ""
    task: str = ""
    """As the hub calls it, such as `image-classification`; empty for any."""
    sort: str = "downloads"
    """`downloads`, `likes`, `trending` or `new`."""
    cursor: str = ""
    """Where the page before ended; empty for the first page."""


@dataclass(frozen=True)
class Listing:
    """One line of a list of models."""

    source: str
    """Name of the file in `core/hub/`: `huggingface`, `catalogue`, `web_link`."""
    id: str
    """What the source calls it: `Xenova/modnet`, an entry's name, an address."""
    title: str
    summary: str = ""
    task: str = ""
    """As the hub calls it; empty when nobody said."""
    licence: str = ""
    """The short name its author gave, such as `apache-2.0`; empty when nobody said."""
    size_bytes: int | None = None
    downloads: int | None = None
    """In the last 30 days."""
    likes: int | None = None
    gated: bool = False
    """Its author wants terms accepted first."""
    changed_at: str = ""
    """`2026-01-31`"""
    note: str = ""
    """How sure we are of it, in words; empty when there is nothing to say."""


@dataclass(frozen=True)
class ListingPage:
    listings: tuple[Listing, ...]
    next: str = ""
    """Cursor of the page after; empty at the end."""


@dataclass(frozen=True)
class RemoteFile:
    """One file that can be fetched."""

    path: str
    """Inside its model, with `/`; checked to lead nowhere else."""
    url: str
    size_bytes: int | None = None
    sha256: str = ""
    """As announced; empty when it wasn't. What arrives must have it."""


@dataclass(frozen=True)
class Variant:
    """One way to have the model: its graphs in one kind of numbers, and what they need."""

    id: str
    """Stable and unique within the model: `fp32`, `int8`, `q4`, or with the file's name in front: `mosaic-9.fp32`."""
    title: str
    """`Full precision`, `8-bit`, ..."""
    numbers: str
    """`fp32`, `fp16`, `int8`, `uint8`, `q4`, `q4f16`, `bnb4` or `unknown`."""
    parts: dict[str, str]
    """Path of the graph's file by its role; one graph is called `model`."""
    files: tuple[RemoteFile, ...]
    """Everything to fetch: graphs, weights beside them, and the small files that say how the model is used."""
    size_bytes: int
    note: str = ""
    """What to know before choosing it."""


@dataclass(frozen=True)
class Detail:
    """Everything known about one model before it is fetched."""

    listing: Listing
    commit: str
    """The version all files are taken from; empty where a source has no versions."""
    variants: tuple[Variant, ...]
    page: str = ""
    """Address a person can open to read more."""
    base_model: str = ""
    licence: str = ""
    licence_from: str = ""
    """In words: `its own card`, `the card of its base model …`, `our catalogue`."""
    verdict: Verdict = "unknown"
    verdict_words: str = ""
    """What the source's own scanner says."""
    tasks: tuple[str, ...] = ()
    """Ids of our tasks it is known to do, best first."""
    tasks_are_certain: bool = True
    """False where they follow from what the hub calls it alone."""
    facts: dict[str, Any] = field(default_factory=dict)
    """How it is fed and read where our catalogue knows (see the tasks' docstrings)."""
    languages: tuple[str, ...] = ()
    recommended: str = ""
    """Id of the variant that suits most computers, where the source says so."""


@dataclass(frozen=True)
class Preview:
    """What was read out of one graph's file before it was fetched."""

    inputs: tuple[Port, ...]
    outputs: tuple[Port, ...]
    opsets: dict[str, int]
    operators: dict[str, int]
    parameter_count: int
    external_files: tuple[str, ...]
    producer: str
    metadata: dict[str, str]
    ir_version: int
    unknown_operators: tuple[str, ...]
    """Steps that the installed runtime doesn't have."""
    requests: int
    """How many pieces of the file were asked for, and how many bytes they had."""
    bytes_read: int


@dataclass(frozen=True)
class Fetched:
    """One file that has arrived, as it was measured."""

    path: str
    size_bytes: int
    sha256: str
    was_announced: bool
    """The source had said which SHA-256 it must have, and it has."""


TASKS = {
    "image-classification": "Name what is in a picture",
    "object-detection": "Find things in a picture",
    "image-segmentation": "Outline things in a picture",
    "background-removal": "Remove the background of a picture",
    "mask-generation": "Cut out what you click on",
    "depth-estimation": "See how far away things are",
    "image-to-image": "Improve or restyle a picture",
    "image-to-text": "Describe a picture, or read its text",
    "zero-shot-image-classification": "Sort pictures by words of your own",
    "image-feature-extraction": "Compare pictures",
    "text-classification": "Sort a text: mood, topic, language",
    "token-classification": "Find names and places in a text",
    "zero-shot-classification": "Sort a text by words of your own",
    "question-answering": "Find the answer in a text",
    "sentence-similarity": "Compare and search sentences",
    "feature-extraction": "Turn texts into numbers to compare",
    "summarization": "Shorten a text",
    "translation": "Translate",
    "text-generation": "Write and chat",
    "fill-mask": "Fill in a missing word",
    "automatic-speech-recognition": "Write down what is said",
    "audio-classification": "Say what a sound is",
    "text-to-speech": "Read a text aloud",
}
"""What a person would call the hub's tasks."""
SORTS = {"downloads": "Most used", "likes": "Most liked", "trending": "Popular now", "new": "Newest"}
