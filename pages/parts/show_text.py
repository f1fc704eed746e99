"""Draws answers that are about a text: the text itself, with marks."""

from __future__ import annotations

from collections import Counter
from typing import Any

import streamlit as st

from pages.parts import components, palette, pictures
from pages.parts.words import count, label, percent, plain, printed

MOST_MARKS = 300
LONG = 6_000
"""Characters: of a longer text only what stands around the marks is shown."""
AROUND = 200
LEAST = 0.005
"""A word that moves the score less than half a point of 100 isn't marked."""

MINUS = "\N{MINUS SIGN}"
_FOR, _AGAINST = 4, 5
"""Places in the palette: blue and vermilion."""


def spans(found: Any, _given: dict[str, Any], key: str) -> None:
    """The text with its marked places, and the answer large where there is one."""
    if found.headline:
        st.subheader(plain(label(found.headline, 300)), anchor=False)
    if not found.spans:
        st.info(plain(found.note or "Nothing was found in this text."))
        return
    components.drawing("spans", span_data(found), f"spans {key}")
    _left_out(found.text, len(found.spans))
    if found.note:
        st.caption(plain(found.note))


def span_data(found: Any) -> dict[str, Any]:
    """What the component draws: pieces of the text, the labels with how often they occur, and a table."""
    shown = found.spans[:MOST_MARKS]
    counts = Counter(span.label for span in shown)
    order = list(counts)
    labels = [
        {"name": label(name), "chip": label(name, 24), "count": str(counts[name])} | palette.look(place)
        for place, name in enumerate(order)
    ]
    marks, rows = [], []
    for span in shown:
        place, words = order.index(span.label), label(found.text[span.start : span.end], 200)
        about = f"“{label(words, 80)}”: {labels[place]['name']}, {percent(span.score)} sure"
        marks.append((span.start, span.end, place, 1.0, about))
        rows.append([place, words, labels[place]["name"], percent(span.score)])
    return _named(
        {
            "pieces": pieces(found.text, marks),
            "labels": labels,
            "chips": not found.headline,
            "hint": marks[0][4] if found.headline and len(marks) == 1 else "Point at a mark to see how sure it is.",
            "table": "What was found in the text",
            "columns": ["Words", "What", "How sure"],
            "rows": rows,
        }
    )


def influences(found: Any, _given: dict[str, Any], key: str) -> None:
    """The text with each word marked by what it does to the score."""
    st.markdown(f"**What speaks for “{plain(label(found.label))}”** ({percent(found.score)})")
    components.drawing("spans", influence_data(found), f"influences {key}")
    _left_out(found.text, len(found.parts))
    if all(abs(part.weight) < LEAST for part in found.parts):
        st.caption("No single word moves the score: it rests on the text as a whole.")
    if found.method:
        st.caption(plain(found.method))


def influence_data(found: Any) -> dict[str, Any]:
    """As `span_data`: the stronger the influence, the stronger the colour, and the underline differs by direction."""
    felt = [part for part in found.parts if abs(part.weight) >= LEAST]
    chosen = sorted(felt, key=lambda part: -abs(part.weight))[:MOST_MARKS]
    strongest = abs(chosen[0].weight) if chosen else 1.0
    marks, rows = [], []
    for part in sorted(chosen, key=lambda part: part.start):
        against, words = int(part.weight < 0), label(found.text[part.start : part.end])
        change = count(max(1, round(abs(part.weight) * 100)), "point")
        about = f"Without “{words}” the score {'rises' if against else 'falls'} by {change}."
        marks.append((part.start, part.end, against, abs(part.weight) / strongest, about))
        rows.append([against, words, f"{part.weight * 100:+.0f}".replace("-", MINUS)])
    return _named(
        {
            "pieces": pieces(found.text, marks),
            "labels": [_direction("speaks for it", _FOR, "+"), _direction("speaks against", _AGAINST, MINUS)],
            "chips": False,
            "hint": "Point at a marked word to see what happens without it.",
            "table": f"How many points of 100 the score falls (+) or rises ({MINUS}) without these words",
            "columns": ["Words", "Points"],
            "rows": rows,
        }
    )


def _named(data: dict[str, Any]) -> dict[str, Any]:
    """With a name that no other drawing has."""
    return {**data, "id": pictures.fingerprint(data)}


def _direction(name: str, place: int, sign: str) -> dict[str, str]:
    pattern = "solid" if sign == "+" else "dotted"
    return {**palette.look(place), "name": name, "chip": sign, "letter": sign, "pattern": pattern}


def pieces(text: str, marks: list[tuple[int, int, int, float, str]]) -> list[list[Any]]:
    """The text cut at its marks: [words, place of the label or -1, strength 0 to 1, what to say about it].

    Marks are (start, end, label, strength, words). Cut here and not in the browser, which counts characters in
    another way. A long text is shortened between the marks.
    """
    if not marks:
        return [[printed(text[:LONG]), -1, 0, ""]]
    around = AROUND if len(text) > LONG else len(text)
    made: list[list[Any]] = []
    at = 0
    for start, end, place, strength, about in marks:
        made.append([_shortened(text[at:start], around if at else 0, around), -1, 0, ""])
        made.append([_shortened(text[start:end], around, around), place, round(strength, 3), about])
        at = end
    made.append([_shortened(text[at:], around, 0), -1, 0, ""])
    return [piece for piece in made if piece[0]]


def _shortened(text: str, first: int, last: int) -> str:
    """The text, or as many characters of its start and of its end."""
    if len(text) <= max(first + last, AROUND):
        return printed(text)
    return printed(f"{text[:first]} […] {text[len(text) - last :]}"[not first : None if last else -1])


def _left_out(text: str, marks: int) -> None:
    if marks > MOST_MARKS:
        st.caption(f"Only {MOST_MARKS} of {marks:,} marks are drawn; Save keeps all.")
    if len(text) > LONG:
        st.caption("The text is long: only what stands around the marks is shown.")
