"""What the short name of a licence means for a person: a light, and one sentence. This is no legal advice."""

from __future__ import annotations

import re
from dataclasses import dataclass

from core.listings import Light


@dataclass(frozen=True)
class Licence:
    light: Light
    title: str
    """`Apache 2.0`"""
    words: str
    """What one may and must do, in one sentence."""


_KEEP = "Use it for anything, business too; keep its licence text with it when you pass it on."
_NOTHING = "Use it for anything, business too; nothing is asked in return."
_NAME = "Use it for anything, business too; say who made it."
_SHARE = "Use it for anything; what you change and pass on must be under the same licence."
_OPEN_SOURCE = "Use it for anything; a program that you pass on with it may have to be open as well."
_RULES = "Free, also for business, but its licence lists uses that are forbidden: read them."
_OWN_TERMS = "Its maker has terms of their own, with limits on who may use it and for what: read them."
_NO_BUSINESS = "For private use, study and research; business use is not allowed."
_SHOWN = (
    "Its author hasn't said, or said it in words we don't know. Without a licence nobody may use it: ask the author."
)

_FREE = {
    "apache-2.0": ("Apache 2.0", _KEEP),
    "mit": ("MIT", _KEEP),
    "mit-0": ("MIT No Attribution", _NOTHING),
    "bsd": ("BSD", _KEEP),
    "bsd-2-clause": ("BSD, 2 clauses", _KEEP),
    "bsd-3-clause": ("BSD, 3 clauses", _KEEP),
    "bsd-3-clause-clear": ("BSD, 3 clauses, no patents", _KEEP),
    "isc": ("ISC", _KEEP),
    "zlib": ("zlib", _KEEP),
    "bsl-1.0": ("Boost", _KEEP),
    "ms-pl": ("Microsoft Public License", _KEEP),
    "ncsa": ("NCSA", _KEEP),
    "postgresql": ("PostgreSQL", _KEEP),
    "artistic-2.0": ("Artistic 2.0", _KEEP),
    "afl-3.0": ("Academic Free License 3.0", _KEEP),
    "ecl-2.0": ("Educational Community License 2.0", _KEEP),
    "cc0-1.0": ("CC0, public domain", _NOTHING),
    "unlicense": ("Unlicense, public domain", _NOTHING),
    "wtfpl": ("WTFPL", _NOTHING),
    "pddl": ("Public Domain Dedication", _NOTHING),
    "cc-by-4.0": ("Creative Commons, attribution", _NAME),
    "cc-by-3.0": ("Creative Commons, attribution", _NAME),
    "cc-by-2.0": ("Creative Commons, attribution", _NAME),
    "cc-by-2.5": ("Creative Commons, attribution", _NAME),
    "odc-by": ("Open Data, attribution", _NAME),
    "cdla-permissive-1.0": ("Community Data License, permissive", _KEEP),
    "cdla-permissive-2.0": ("Community Data License, permissive", _KEEP),
}
_CONDITIONS = {
    "cc-by-sa-4.0": ("Creative Commons, share alike", _SHARE),
    "cc-by-sa-3.0": ("Creative Commons, share alike", _SHARE),
    "cc-by-nd-4.0": (
        "Creative Commons, no changes",
        "Use it as it is and say who made it; a changed one can't be passed on.",
    ),
    "odbl": ("Open Database License", _SHARE),
    "cdla-sharing-1.0": ("Community Data License, share alike", _SHARE),
    "gpl": ("GPL", _OPEN_SOURCE),
    "gpl-2.0": ("GPL 2", _OPEN_SOURCE),
    "gpl-3.0": ("GPL 3", _OPEN_SOURCE),
    "agpl-3.0": (
        "AGPL 3",
        "Use it for anything; whoever reaches it over a network may have to be given the whole program's source.",
    ),
    "lgpl": ("LGPL", _OPEN_SOURCE),
    "lgpl-2.1": ("LGPL 2.1", _OPEN_SOURCE),
    "lgpl-3.0": ("LGPL 3", _OPEN_SOURCE),
    "mpl-2.0": ("Mozilla Public License 2", _SHARE),
    "epl-1.0": ("Eclipse Public License 1", _SHARE),
    "epl-2.0": ("Eclipse Public License 2", _SHARE),
    "eupl-1.1": ("European Union Public Licence 1.1", _SHARE),
    "eupl-1.2": ("European Union Public Licence 1.2", _SHARE),
    "osl-3.0": ("Open Software License 3", _OPEN_SOURCE),
    "openrail": ("OpenRAIL", _RULES),
    "openrail++": ("OpenRAIL++", _RULES),
    "creativeml-openrail-m": ("CreativeML OpenRAIL-M", _RULES),
    "bigscience-openrail-m": ("BigScience OpenRAIL-M", _RULES),
    "bigscience-bloom-rail-1.0": ("BigScience RAIL", _RULES),
    "bigcode-openrail-m": ("BigCode OpenRAIL-M", _RULES),
    "llama2": ("Llama 2 Community License", _OWN_TERMS),
    "llama3": ("Llama 3 Community License", _OWN_TERMS),
    "llama3.1": ("Llama 3.1 Community License", _OWN_TERMS),
    "llama3.2": ("Llama 3.2 Community License", _OWN_TERMS),
    "llama3.3": ("Llama 3.3 Community License", _OWN_TERMS),
    "llama4": ("Llama 4 Community License", _OWN_TERMS),
    "gemma": ("Gemma Terms of Use", _OWN_TERMS),
    "apple-ascl": ("Apple Sample Code License", _OWN_TERMS),
    "lgpl-lr": ("LGPL for linguistic resources", _SHARE),
    "c-uda": (
        "Computational Use of Data Agreement",
        "Use it to compute with; the data itself may not be passed on freely.",
    ),
}
_NOT_FOR_BUSINESS = {
    "fair-noncommercial-research-license": ("FAIR, research only", _NO_BUSINESS),
    "apple-amlr": ("Apple Machine Learning Research", _NO_BUSINESS),
    "deepfloyd-if-license": ("DeepFloyd IF, research only", _NO_BUSINESS),
    "bria-rmbg-1.4": ("BRIA RMBG 1.4, no business", _NO_BUSINESS),
    "intel-research": ("Intel, research only", _NO_BUSINESS),
    "h-research": ("Research only", _NO_BUSINESS),
}
_TABLES: tuple[tuple[Light, dict[str, tuple[str, str]]], ...] = (
    ("free", _FREE),
    ("conditions", _CONDITIONS),
    ("non-commercial", _NOT_FOR_BUSINESS),
)
_STRICTER: tuple[Light, ...] = ("free", "conditions", "non-commercial")
_NO_COMMERCE = re.compile(
    r"\b(non?|not)\b.{0,16}commerc|non[\s_-]?commercial|(?<![a-z])nc(?![a-z])|research[ _-]only|academic(?! free)",
    re.IGNORECASE,
)
_HARMLESS = frozenset(
    ["and", "or", "for", "the", "readme", "hub", "tag", "card", "spdx", "by", "its", "license", "licence"]
)
"""Words beside the names of licences that change nothing; any other word could, so then it stays unknown."""


def licence(name: str) -> Licence:
    """What its short name means; anything that isn't plainly a known one is unknown, never guessed to be free.

    >>> licence("mit").light, licence("cc-by-nc-4.0").light, licence("my own").light
    ('free', 'non-commercial', 'unknown')
    """
    whole = " ".join(name.split()).lower()  # what is cut off for showing counts too
    short = " ".join(name.split())[:120]
    if known := _known(whole):
        return known
    if _NO_COMMERCE.search(whole):
        return Licence("non-commercial", short, _NO_BUSINESS)
    words = [word for word in re.split(r"[\s();,:]+", whole) if word]
    named = [found for word in words if (found := _known(word))]
    others = {word for word in words if not _known(word)}
    if named and others <= _HARMLESS:  # several licences in one breath: the strictest counts
        strictest = max(named, key=lambda one: _STRICTER.index(one.light))
        return Licence(strictest.light, f"{strictest.title}, with a remark", f"{strictest.words} The remark: {short}.")
    if whole in ("", "unknown", "other"):
        return Licence("unknown", "No licence given" if whole != "other" else "A licence of its own", _SHOWN)
    return Licence("unknown", short, _SHOWN)


def _known(short: str) -> Licence | None:
    for light, table in _TABLES:
        if short in table:
            return Licence(light, *table[short])
    return None
