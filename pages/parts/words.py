"""Words that come from outside, made safe to show; numbers in units a person knows."""

from __future__ import annotations

import re

from core.quantities import size as size  # noqa: PLC0414  words of the pages, wherever they stand

_MARKUP = re.compile(r"([\\`*_{}\[\]()#+\-.!|<>$~^=&\"'])")
_BREAKS = re.compile(r":(?=[a-z_+/-])|(?<=www)(?=\.)|@", re.IGNORECASE)
"""Where a colour, an icon, an address or an e-mail would come to life without any markup around it."""
_UNSEEN = "\u2060"
"""Word joiner: takes no room, and ends what came before it."""


def plain(text: str) -> str:
    """Text from a file or a person, so that no character of it works as Markdown, HTML, a link, or an icon."""
    flat = " ".join(str(text).split())
    return _MARKUP.sub(r"\\\1", _BREAKS.sub(lambda found: found[0] + _UNSEEN, flat))


def duration(time_ms: float) -> str:
    """`12 ms` or `1.4 s`."""
    return f"{time_ms / 1000:.1f} s" if time_ms >= 1000 else f"{time_ms:.0f} ms" if time_ms >= 1 else "under 1 ms"


def count(number: int, one: str, many: str = "") -> str:
    """`1 text`, `3 texts`."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


_UNPRINTED = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
"""Control characters, those that turn the reading order around, and halves of characters."""


def printed(text: str) -> str:
    """Text from outside for a component of ours, which draws it as text: without what only disturbs. Lines stay."""
    return _UNPRINTED.sub("", str(text))


def label(text: str, longest: int = 60) -> str:
    """One short line of text from outside, for a component of ours."""
    flat = " ".join(printed(str(text)[: 20 * longest]).split())
    return (flat if len(flat) <= longest else flat[: longest - 1] + "…") or "(no name)"


def percent(share: float) -> str:
    """`7 %`; what would read as nothing or as certain is `<1 %` or `>99 %`."""
    return "<1 %" if 0 < share < 0.01 else ">99 %" if 0.99 < share < 1 else f"{100 * share:.0f} %"
