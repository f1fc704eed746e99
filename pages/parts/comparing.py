"""What is open and chosen in two pictures side by side, for the session. What is done in one is done in both."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field

import streamlit as st

from core.actions import compare_graphs
from core.scenes import Compared, Side
from core.types import ModelInfo
from pages.parts import act
from pages.parts.looking import MOST_OPEN, ROOT
from pages.parts.words import plain

_OTHER = {"first": "second", "second": "first"}
_MARKS = {"same": "The same in both", "changed": "Changed", "added": "Added", "removed": "Left out"}
_MOST_KEPT = 4


@dataclass
class Comparing:
    """One person at two graphs."""

    key: str
    opened: dict[str, frozenset[str]] | None = None
    """Ids of open groups by side; None before the first picture."""
    chosen: dict[str, str] = field(default_factory=lambda: {"first": "", "second": ""})
    found: Compared | None = None
    """The last pictures, of `found_for`."""
    found_for: dict[str, frozenset[str]] | None = None
    turn: int = 0
    is_full: bool = False

    def choose(self, side: str, id_: str) -> None:
        """A box, and its partner with it."""
        self.chosen = {side: id_, _OTHER[side]: self._partner(side, id_)}

    def toggle(self, side: str, id_: str) -> None:
        """Opens or closes a group, and its partner with it."""
        self.choose(side, id_)
        if self.opened is None or self.found is None:
            return
        mine, other = self.opened[side], self.opened[_OTHER[side]]
        partner = self.side(side).partners.get(id_)
        beside = frozenset({partner.id}) if partner and partner.id.startswith("g") else frozenset()
        if id_ in mine:
            mine, other = mine - {id_}, other - beside
        else:
            mine, other = mine | {id_}, other | beside | frozenset(partner.path if partner else ())
        self.is_full = max(len(mine), len(other)) > MOST_OPEN
        if not self.is_full:
            self.opened = {side: mine | {ROOT}, _OTHER[side]: other | {ROOT}}

    def start_again(self) -> None:
        """As it was at first."""
        self.opened, self.found_for, self.turn, self.is_full = None, None, self.turn + 1, False
        self.chosen = {"first": "", "second": ""}

    def side(self, side: str) -> Side:
        if self.found is None:
            raise LookupError("nothing has been compared yet")
        return self.found.first if side == "first" else self.found.second

    def _partner(self, side: str, id_: str) -> str:
        found = self.side(side).partners.get(id_) if self.found else None
        return found.id if found else ""


def comparing(first: ModelInfo, second: ModelInfo, part: str) -> Comparing:
    """How far the person got with these two graphs."""
    kept: dict[str, Comparing] = st.session_state.setdefault("comparing", {})
    marks = [graph.sha256 for info in (first, second) for graph in info.parts.values()]
    key = hashlib.sha256(" ".join((first.id, second.id, part, *marks)).encode()).hexdigest()[:16]
    found = kept.pop(key, None) or Comparing(key)
    kept[key] = found
    while len(kept) > _MOST_KEPT:
        kept.pop(next(iter(kept)))
    return found


def compared_now(here: Comparing, first: ModelInfo, second: ModelInfo, part: str) -> Compared | None:
    """Both pictures with what is open; while new ones are worked out, those before."""
    if here.found is None or here.found_for is None or here.found_for != here.opened:
        opened = here.opened
        ids = (None, None) if opened is None else (tuple(sorted(opened["first"])), tuple(sorted(opened["second"])))
        request = compare_graphs.Request(first.id, second.id, part, *ids)
        found = act.run_live("compare_graphs", request, f"Comparing {first.title} and {second.title}")
        if found is not None:
            here.found = found
            here.opened = {"first": frozenset(found.first.opened), "second": frozenset(found.second.opened)}
            here.found_for = here.opened
    return here.found


def chosen_box(here: Comparing, found: Compared) -> None:
    """What happened to the box that is chosen."""
    for side, mine in (("first", found.first), ("second", found.second)):
        box = next((one for one in mine.scene.boxes if one.id == here.chosen[side]), None)
        if box is None:
            continue
        mark = mine.marks.get(box.id, "same")
        st.markdown(f"**{plain(box.title)}**: {_MARKS[mark]}. {plain(mine.notes.get(box.id, ''))}")
        if box.id not in mine.partners:
            st.caption("It has no counterpart in the other picture.")
        return
    st.markdown("**Choose a box** to see what happened to it. What you open, choose or move in one, you do in both.")
    if here.is_full:
        st.caption("So much is open that nothing more can be opened. Close something first.")
