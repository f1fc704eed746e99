"""Lists of names beside a model, under the names people give them: `labels.txt`, `classes.txt`, `coco.names`."""

from __future__ import annotations

from fnmatch import fnmatchcase

from core.evidence._contract import NOTHING, Evidence, Parts, Said
from core.types import Fact

RANK = 50
FILES = (
    *("labels.txt", "labels.json", "classes.txt", "classes.json", "class_names.txt", "class_names.json"),
    *("imagenet_classes.txt", "imagenet_labels.txt", "imagenet-classes.txt", "imagenet_class_index.json"),
    *("id2label.json", "label_map.json", "synset.txt", "obj.names", "coco.names", "*.names", "*_labels.txt"),
    *("*_classes.txt", "labels_*.txt", "labels.csv", "classes.csv"),
)
_MOST = 100_000


def read(said: Said, parts: Parts) -> Evidence:
    """The first list that holds names; of several, the one with as many names as the model has scores."""
    names = [name for pattern in FILES for name in said.names if fnmatchcase(name, pattern)]
    lists = {name: _plain(said.labels(name), name) for name in dict.fromkeys(names)}
    known = {name: labels for name, labels in lists.items() if 0 < len(labels) <= _MOST}
    if not known:
        return NOTHING
    counts = _counts(parts)
    fitting = [name for name, labels in known.items() if len(labels) in counts]
    name = next(iter([*fitting, *known]))
    return Evidence((), {"labels": Fact(known[name], name)})


def _plain(labels: list[str], name: str) -> list[str]:
    """`n01440764 tench, Tinca tinca` is called `tench` for short."""
    if name == "synset.txt" or all(_is_synset(label.partition(" ")[0]) for label in labels):
        labels = [label.partition(" ")[2].split(",")[0] if " " in label else label for label in labels]
    return labels


def _is_synset(word: str) -> bool:
    return len(word) == 9 and word[0] == "n" and word[1:].isdigit()


def _counts(parts: Parts) -> set[int]:
    """How many classes the outputs may have, with one more for the background."""
    sizes = [size for graph in parts.values() for port in graph.outputs for size in (port.shape or ())]
    known = {size for size in sizes if isinstance(size, int) and size > 0}
    return known | {size - 1 for size in known} | {size - 4 for size in known} | {size - 5 for size in known}
