"""The ways to have a model, from the names and sizes of a repository's files. Nothing is opened."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from core import roles, settings
from core.hub import _kinds
from core.hub._graphs import Group, groups, models, spoken
from core.hub._kinds import KINDS, PLAIN, Kind
from core.listings import RemoteFile, Variant

COMPANIONS = (
    *("config.json", "preprocessor_config.json", "processor_config.json", "generation_config.json"),
    *("tokenizer.json", "tokenizer_config.json", "special_tokens_map.json", "added_tokens.json"),
    *("chat_template.jinja", "chat_template.json", "vocab.txt", "vocab.json", "merges.txt"),
    *("spiece.model", "sentencepiece.bpe.model", "tokenizer.model", "spm.model", "source.spm", "target.spm"),
    *("modules.json", "1_Pooling/config.json", "sentence_bert_config.json", "config_sentence_transformers.json"),
    *("labels.txt", "labels.json", "classes.txt", "classes.json", "class_names.txt", "class_names.json"),
    *("imagenet_classes.txt", "imagenet_labels.txt", "id2label.json", "coco.names", "obj.names", "synset.txt"),
    *("signature.json", "inference.yml", "infer_cfg.yml", "ONNX_HUB_MANIFEST.json"),
)
"""Small files that say how a model is fed and read."""
_ALPHABET = re.compile(r"[^/]*(keys|dict)[^/]*\.txt", re.IGNORECASE)
"""Which letters a reader of text knows."""
_MOST_VARIANTS = 200
_ALMOST = 0.95

_Folders = Mapping[str, Mapping[str, RemoteFile]]
"""All files of the repository: by folder (with a `/` at its end, empty for the root), then by name."""


def variants(files: Iterable[RemoteFile], repo: str = "") -> tuple[Variant, ...]:
    """Every variant, the main model's first and the fullest first; none where there is no graph.

    `repo`: the repository's name, which may tell what kind of numbers its only graph has.
    """
    folders: dict[str, dict[str, RemoteFile]] = defaultdict(dict)
    for file in files:
        folder, name = _split(file.path)
        folders[folder][name] = file
    found = groups(file for names in folders.values() for file in names.values())
    together = models(found)
    made: list[Variant] = []
    for model in together:
        name = "" if len(together) == 1 else _name(model, found)
        made += _of_model(model, name, folders, repo)
        if len(made) >= _MOST_VARIANTS:
            break
    return _unique(made[:_MOST_VARIANTS])


def _name(model: tuple[Group, ...], found: Sequence[Group]) -> str:
    """What tells this model from the others in its repository."""
    first = model[0]
    if len(model) > 1:
        name = "-".join(_by_role(model))
        return f"{first.folder}{name}" if first.folder not in ("", "onnx/") else name
    alike = [group for group in found if group.base == first.base]
    return first.base if len(alike) == 1 else first.path


def _by_role(model: tuple[Group, ...]) -> dict[str, Group]:
    names = {spoken(group): group for group in model}
    if len(names) < len(model):  # folders tell them apart, such as `det/inference.onnx`
        names = {group.path.replace("/", "_"): group for group in model}
    return {role: names[name.removesuffix(".onnx")] for role, name in roles.roles(f"{n}.onnx" for n in names).items()}


def _of_model(model: tuple[Group, ...], name: str, folders: _Folders, repo: str) -> list[Variant]:
    kinds = {id_: kind for group in model for id_, kind in group.kinds.items()}
    order = {kind.id: place for place, kind in enumerate(KINDS)}
    ordered = sorted(kinds.values(), key=lambda kind: (order.get(kind.id, len(order)), kind.id))
    if ordered == [PLAIN]:
        hint = _kinds.hinted(f"{model[0].path} {repo}")
        ordered = [replace(hint, id=PLAIN.id, title=f"{hint.title}, going by its name")] if hint else ordered
    made = [_variant(_by_role(model), kind, name, folders) for kind in ordered]
    return [_with_note(variant, kind, made) for variant, kind in zip(made, ordered, strict=True)]


def _variant(parts: dict[str, Group], kind: Kind, name: str, folders: _Folders) -> Variant:
    graphs = {role: _graph(group, kind) for role, group in parts.items()}
    needed = {file.path: file for graph in graphs.values() for file in (graph, *_weights(graph, folders))}
    needed |= {file.path: file for graph in graphs.values() for file in _companions(graph, folders)}
    other = [role for role, group in parts.items() if kind.id not in group.files]
    return Variant(
        id=f"{_plain(name)}.{kind.id}" if name else kind.id,
        title=f"{name}: {kind.title}" if name else kind.title,
        numbers=kind.numbers,
        parts={role: graph.path for role, graph in graphs.items()},
        files=tuple(needed.values()),
        size_bytes=sum(file.size_bytes or 0 for file in needed.values()),
        note=f"Its {' and '.join(other)} isn't there in this kind and comes in another." if other else "",
    )


def _graph(group: Group, kind: Kind) -> RemoteFile:
    """In this kind, else in full precision, else in whatever there is."""
    return group.files.get(kind.id) or group.files.get(PLAIN.id) or next(iter(group.files.values()))


def _weights(graph: RemoteFile, folders: _Folders) -> list[RemoteFile]:
    """Files that hold the weights of this graph, going by their names; what it really asks for is known once it is
    opened.
    """
    folder, name = _split(graph.path)
    stem = re.escape(name[: -len(".onnx")])
    named = re.compile(rf"{re.escape(name)}([_.]data(_\d+)?|\.weights)|{stem}(\.data|_weights\.pb)")
    here = folders[folder]
    only_one = sum(other.lower().endswith(".onnx") for other in here) == 1
    return [here[other] for other in here if named.fullmatch(other) or (only_one and other == "weights.pb")]


def _companions(graph: RemoteFile, folders: _Folders) -> list[RemoteFile]:
    """From the graph's own folder, else from the nearest one above."""
    parts = graph.path.split("/")[:-1]
    above = [folders.get("/".join([*parts[:depth], ""]), {}) for depth in range(len(parts), -1, -1)]
    found = [_nearest(name, parts, folders) for name in COMPANIONS]
    alphabets = [file for here in above for name, file in here.items() if _ALPHABET.fullmatch(name)]
    return [file for file in (*found, *alphabets) if file and (file.size_bytes or 0) <= settings.MAX_TOKENIZER_BYTES]


def _nearest(name: str, parts: Sequence[str], folders: _Folders) -> RemoteFile | None:
    """The file of this name, which may begin with a folder, in the folder of these parts or in one above."""
    below, plain = _split(name)
    above = (folders.get("/".join([*parts[:depth], below]), {}) for depth in range(len(parts), -1, -1))
    return next((here[plain] for here in above if plain in here), None)


def _split(path: str) -> tuple[str, str]:
    folder, slash, name = path.rpartition("/")
    return folder + slash, name


def _with_note(variant: Variant, kind: Kind, others: Sequence[Variant]) -> Variant:
    """What to know before choosing it, compared with the other kinds of the same model."""
    sizes = {other.numbers: other.size_bytes for other in reversed(others)}
    full_bytes, small_bytes = sizes.get("fp32"), sizes.get("int8")
    note = kind.note
    if kind.numbers in ("q4", "q4f16", "bnb4", "int8", "uint8") and full_bytes:
        if variant.size_bytes >= full_bytes * _ALMOST:
            note = "No smaller than full precision, which is the better choice."
        elif small_bytes and kind.numbers == "q4" and variant.size_bytes > small_bytes:
            note = "Larger than 8-bit, which is faster here too."
    if kind.id == "uint8" and small_bytes:
        note = "8-bit with sign is faster on most computers."
    return replace(variant, note=" ".join(filter(None, (note, variant.note))))


def _plain(name: str) -> str:
    return re.sub(r"[^A-Za-z0-9._-]+", "-", name).strip("-.")[:80] or "model"


def _unique(made: Sequence[Variant]) -> tuple[Variant, ...]:
    found: dict[str, Variant] = {}
    for variant in made:
        same = sum(other.startswith(variant.id) for other in found) if variant.id in found else 0
        id_ = f"{variant.id}-{same + 1}" if same else variant.id
        found[id_] = replace(variant, id=id_)
    return tuple(found.values())
