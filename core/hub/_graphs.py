"""Which graphs of a repository make one model together, going by their names."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from core.hub import _kinds
from core.hub._kinds import Kind
from core.listings import RemoteFile

_FAMILIES = (
    (("embed_tokens", "decoder_model_merged"), ("vision_encoder", "audio_encoder", "encoder_model")),
    (("encoder_model", "decoder_model_merged"), ()),
    (("encoder_model", "decoder_model"), ()),
    (("vision_encoder", "prompt_encoder_mask_decoder"), ()),
    (("text_model", "vision_model"), ()),
)
"""What must be there, and what may be; as transformers.js puts models together (its session_config.js)."""
_KNOWN = {base for must, may in _FAMILIES for base in (*must, *may)}
_LEFT_OUT = (
    ("decoder_model_merged", ("decoder_model", "decoder_with_past_model")),
    ("decoder_model", ("decoder_with_past_model",)),
)
"""Where the first is there, the others hold the same weights once more, for older programs."""
_CHAIN = {
    "det": r"det(?:ect(?:ion|or)?)?",
    "cls": r"cls",
    "rec": r"rec(?:og(?:nition|ni[sz]er)?)?",
}
"""Reading text in pictures: find the lines, turn them upright, read them."""
_CHAIN_WORDS = {link: re.compile(rf"(?<![a-z]){words}(?![a-z])", re.IGNORECASE) for link, words in _CHAIN.items()}
_CODER = re.compile(r"encoder|decoder|joiner", re.IGNORECASE)


@dataclass(frozen=True)
class Group:
    """One graph in every kind of numbers it comes in."""

    folder: str
    """With a `/` at its end; empty for the root."""
    base: str
    """The file's name without what tells its numbers: `encoder_model`."""
    files: Mapping[str, RemoteFile] = field(default_factory=dict)
    """By the id of its kind."""
    kinds: Mapping[str, Kind] = field(default_factory=dict)

    @property
    def path(self) -> str:
        return self.folder + self.base


def groups(files: Iterable[RemoteFile]) -> tuple[Group, ...]:
    """All graphs, the main ones first; kinds that can't be used are left out."""
    found: dict[tuple[str, str], list[tuple[Kind, RemoteFile]]] = defaultdict(list)
    for file in sorted(files, key=lambda file: ("quantized" not in file.path, file.path)):
        place = _place(file.path)
        if place and (kind := _kinds.kind(place[2])):
            found[place[0], place[1]].append((kind, file))
    return tuple(_group(*place, found[place]) for place in sorted(found, key=_main_first))


def _place(path: str) -> tuple[str, str, str] | None:
    """Folder, base and word of a graph's file. A folder called after a kind of numbers is no folder, but its word."""
    folder, _, name = path.rpartition("/")
    parts = _kinds.split(name)
    if parts is None:
        return None
    base, word = parts
    above, _, last = folder.rpartition("/")
    if not word and _kinds.is_word(last):
        folder, word = above, last.lower()
    return f"{folder}/" if folder else "", base, word


def _main_first(place: tuple[str, str]) -> tuple[bool, int, str, bool, str]:
    folder, base = place
    return folder not in ("", "onnx/"), folder.count("/"), folder, base != "model", base


def _group(folder: str, base: str, found: list[tuple[Kind, RemoteFile]]) -> Group:
    files: dict[str, RemoteFile] = {}
    kinds: dict[str, Kind] = {}
    for kind, file in found:
        if kind.id in files:
            if file.sha256 and file.sha256 == files[kind.id].sha256:
                continue  # the same file under two names
            name = file.path.rpartition("/")[2]
            kind = replace(kind, id=f"{kind.id}-{len(files)}", title=f"{kind.title} ({name})")  # noqa: PLW2901
        files[kind.id], kinds[kind.id] = file, kind
    return Group(folder, base, files, kinds)


def models(found: Iterable[Group]) -> list[tuple[Group, ...]]:
    """Those that work together, one model after the other."""
    rest = list(found)
    together = [*_chains(rest), *_families(rest), *_pairs(rest)]
    used = {id(group) for model in together for group in model}
    alone = [(group,) for group in rest if id(group) not in used]
    place = {id(group): number for number, group in enumerate(rest)}
    return sorted([*together, *alone], key=lambda model: min(place[id(group)] for group in model))


def _families(rest: list[Group]) -> list[tuple[Group, ...]]:
    """Takes what is there a second time out of `rest`."""
    folders: dict[str, dict[str, Group]] = defaultdict(dict)
    for group in rest:
        folders[group.folder][group.base] = group
    found: list[tuple[Group, ...]] = []
    gone: set[int] = set()
    for here in folders.values():
        for reason, others in _LEFT_OUT:
            if reason in here:
                gone |= {id(here.pop(other)) for other in others if other in here}
        for must, may in _FAMILIES:
            if all(base in here for base in must):
                found.append(tuple(here.pop(base) for base in (*must, *may) if base in here))
    rest[:] = [group for group in rest if id(group) not in gone]
    return found


def _pairs(rest: list[Group]) -> list[tuple[Group, ...]]:
    """Graphs called alike but for `encoder`, `decoder` (and `joiner`), such as `sam_vit_b_encoder`."""
    found: dict[str, list[Group]] = defaultdict(list)
    for group in rest:
        if group.base not in _KNOWN and len(_CODER.findall(group.base)) == 1:
            found[group.folder + _CODER.sub("#", group.base)].append(group)
    return [tuple(each) for each in found.values() if len(each) > 1]


def spoken(group: Group) -> str:
    """The group's name as `core.roles` knows it: `sam_vit_b_encoder` is an `encoder_model`."""
    words = _CODER.findall(group.base)
    return f"{words[0].lower()}_model" if len(words) == 1 and group.base not in _KNOWN else group.base


def _chains(rest: list[Group]) -> list[tuple[Group, ...]]:
    """A finder and a reader of text belong together when they are called alike, or are the only ones."""
    found: dict[str, dict[str, list[Group]]] = defaultdict(lambda: defaultdict(list))
    for group in rest:
        links = [link for link, words in _CHAIN_WORDS.items() if words.search(group.path)]
        if len(links) == 1:
            alike = _CHAIN_WORDS[links[0]].sub("#", group.path)
            found[alike][links[0]].append(group)
    everywhere = {link: [g for links in found.values() for g in links.get(link, [])] for link in _CHAIN}
    chains = [links for links in found.values() if links.get("det") and links.get("rec")]
    if not chains and len(everywhere["det"]) == len(everywhere["rec"]) == 1:
        chains = [everywhere]
    uprights = everywhere["cls"][:1] if len(everywhere["cls"]) == 1 else []
    return [(links["det"][0], *(links.get("cls") or uprights)[:1], links["rec"][0]) for links in chains]
