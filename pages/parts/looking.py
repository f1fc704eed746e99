"""What is open, chosen and found in the picture of a model: in the session's memory, and in the address."""

from __future__ import annotations

import re
from collections import OrderedDict
from dataclasses import dataclass, field
from typing import Any, TypeAlias

import streamlit as st

from core.scenes import Detail, Found

ROOT = "g0"
MOST_OPEN = 300
"""Open groups: far more than anybody can read, few enough to be drawn at once."""
LONGEST = 1500
"""Letters of the address for what is open; longer ones get lost in mails and chats."""
_MOST_KEPT = 8
_MOST_WRITTEN = 200
Link: TypeAlias = tuple[frozenset[str] | None, str]
"""What is open, or None for a first look, and the chosen box."""


@dataclass
class Looking:
    """One person at one graph."""

    opened: frozenset[str] | None = None
    """Ids of open groups; None before the first picture."""
    chosen: str = ""
    first: frozenset[str] = frozenset()
    """What was open at first."""
    drawn: Any = None
    """The last picture that was drawn, of `drawn_for`."""
    drawn_for: frozenset[str] | None = None
    centre: tuple[str, int] = ("", 0)
    """A box to bring into the middle, and how often one was."""
    words: str = ""
    """What was last searched for."""
    found: Found | None = None
    at: int = 0
    """Place of the hit that is shown."""
    lent: frozenset[str] = frozenset()
    """Groups that are open only to show a hit; the next one closes them."""
    details: dict[str, Detail] = field(default_factory=dict)
    """What was found out about boxes, by their ids."""
    turn: int = 0
    """How often it was begun anew."""
    is_full: bool = False
    """Something wasn't opened because too much is open."""

    def choose(self, id_: str) -> None:
        """A box was clicked; whoever comes back to the page finds it in the middle."""
        self.chosen, self.centre = id_, (id_, self.centre[1])

    def toggle(self, id_: str) -> None:
        """A group was clicked: opened or closed. It is the one looked at from now on."""
        opened = self.opened or frozenset({ROOT})
        self.choose(id_)
        self.is_full = False
        if id_ in opened:
            self.opened = opened - {id_}
        elif len(opened) < MOST_OPEN:
            self.opened = opened | {id_}
        else:
            self.is_full = True
        self.lent -= {id_}

    def go_to(self, place: int) -> None:
        """Show this hit: what hides it opens, what was opened for the one before closes."""
        if not self.found or not self.found.hits:
            return
        self.at = place % len(self.found.hits)
        hit = self.found.hits[self.at]
        kept = (self.opened or frozenset()) - self.lent
        self.opened, self.lent = kept | set(hit.path), frozenset(hit.path) - kept
        self.chosen, self.centre = hit.id, (hit.id, self.centre[1] + 1)

    def start_again(self) -> None:
        """As it was at first."""
        self.opened, self.lent = self.first or None, frozenset()
        self.choose("")
        self.turn, self.is_full = self.turn + 1, False


def looking_at(model: str, part: str, mark: str) -> Looking:
    """How far the person got with this graph, in this session or in the one a link comes from. `mark`: of its file."""
    kept: OrderedDict[tuple[str, str, str], Looking] = st.session_state.setdefault("looking", OrderedDict())
    here = (model, part, mark)
    link = _link()
    if link is not None and link not in _written():
        kept[here] = Looking(link[0], link[1], centre=(link[1], 1))
        _written_now(link)
    found = kept.setdefault(here, Looking())
    kept.move_to_end(here)
    while len(kept) > _MOST_KEPT:
        kept.popitem(last=False)
    return found


def _link() -> Link | None:
    """What the address says is open and chosen; None when it says neither."""
    opened, box = st.query_params.get("open"), st.query_params.get("box", "")
    if opened is None and not box:
        return None
    return None if opened is None else unpacked(opened), box if re.fullmatch(r"[gsio]\d{1,7}", box) else ""


def remember(looking: Looking) -> bool:
    """The address follows what is seen, so that it opens the same again; False when that doesn't fit into it."""
    opened = looking.opened or frozenset()
    text = "" if opened == looking.first else packed(opened)
    fits = len(text) <= LONGEST
    ours = {"open": text if fits else "", "box": looking.chosen}
    others = {name: value for name, value in st.query_params.to_dict().items() if name not in ours}
    wanted = others | {name: value for name, value in ours.items() if value}
    if wanted != st.query_params.to_dict():
        st.query_params.from_dict(wanted)  # both at once: in between, the address would say what nobody sees
    _written_now(_link())
    return fits


def _written() -> OrderedDict[Link | None, None]:
    """What the address said lately. A click may arrive with an address of some clicks ago: that is no link that
    somebody opened.
    """
    return st.session_state.setdefault("looking written", OrderedDict())


def _written_now(link: Link | None) -> None:
    written = _written()
    written[link] = None
    written.move_to_end(link)
    while len(written) > _MOST_WRITTEN:
        written.popitem(last=False)


def packed(opened: frozenset[str]) -> str:
    """Ids of groups in few letters: `0.4-6.12`."""
    numbers = sorted(int(id_[1:]) for id_ in opened)
    runs: list[list[int]] = []
    for number in numbers:
        if runs and number == runs[-1][-1] + 1:
            runs[-1] = [runs[-1][0], number]
        else:
            runs.append([number])
    return ".".join("-".join(map(str, run)) for run in runs)


def unpacked(text: str) -> frozenset[str]:
    """The same back. What makes no sense is left out; a link can be written by anybody."""
    found: list[int] = [0]
    for piece in text[:LONGEST].split("."):
        run = re.fullmatch(r"(\d{1,7})(?:-(\d{1,7}))?", piece, re.ASCII)
        if run:
            low, high = int(run[1]), int(run[2] or run[1])
            found += range(low, min(high + 1, low + MOST_OPEN))
    return frozenset(f"g{number}" for number in dict.fromkeys(found[: MOST_OPEN + 1]))
