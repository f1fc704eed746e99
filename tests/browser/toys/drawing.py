"""Draws one hand-made answer of each kind, for tests/browser/test_drawing.py. The address says which."""

import sys
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import streamlit as st

sys.path.insert(0, str(Path(__file__).parents[3]))

from core.actions import list_samples
from core.results import (
    Areas,
    Boxes,
    Depth,
    Heat,
    Influence,
    Influences,
    Match,
    Matches,
    Picture,
    RankedLabel,
    Ranking,
    Span,
    Spans,
)
from pages.parts import show

HOSTILE = "<img src=x onerror=alert(1)>\u202egnp\x07 **bold** " + "x" * 10_000
CAT = {"picture": list_samples.read("chelsea")}
CITY = {"picture": list_samples.read("china")}
STORY = "Ada Lovelace met Charles Babbage in London in 1833. She wrote the first program for his Analytical Engine."


def boxes(names=("cat", "eye", "sofa"), width=451, height=300):
    found = [(60, 5, 445, 298, 0.93, 0), (180, 95, 240, 145, 0.81, 1), (268, 100, 318, 140, 0.64, 1)]
    found += [(2, 30, 120, 297, 0.31, 2), (130, 190, 330, 260, 0.12, 2), (300, 3, 400, 90, 0.07, 1)]
    values = np.array(found, np.float32)
    return Boxes(names, values[:, :4], values[:, 4], values[:, 5].astype(np.int64), width, height)


def many_boxes():
    rng = np.random.default_rng(0)
    corners = rng.uniform(0, 400, (10_000, 2))
    sides = np.hstack([corners, corners + rng.uniform(5, 60, (10_000, 2))]).astype(np.float32)
    scores = np.sort(rng.uniform(0.05, 1, 10_000))[::-1].astype(np.float32)
    return Boxes(tuple(f"thing {n}" for n in range(80)), sides, scores, rng.integers(0, 80, 10_000), 451, 300)


def areas(names=("nothing in particular", "building", "sky", "water", "tree", "person")):
    down, across = np.mgrid[0:427, 0:640]
    classes = np.full((427, 640), 1, np.uint16)
    classes[down < 150 + 20 * np.sin(across / 40)] = 2
    classes[down > 330] = 3
    classes[(across - 560) ** 2 + (down - 240) ** 2 < 80**2] = 4
    classes[(across - 60) ** 2 / 20**2 + (down - 300) ** 2 / 60**2 < 1] = 5
    classes[:, :25] = 0
    return Areas(names, classes, background=(0,), note="Looked at in 512 × 512 points.")


def many_areas():
    down, across = np.mgrid[0:300, 0:451]
    classes = (down // 38 * 10 + across // 46).astype(np.uint16)
    return Areas(tuple(f"kind {n}" for n in range(150)), classes)


def depth(unit="nearness"):
    down, across = np.mgrid[0:256, 0:384]
    near = (down / 255 + 0.4 * np.exp(-(((across - 200) / 90) ** 2 + ((down - 130) / 80) ** 2))).astype(np.float32)
    return Depth(near if unit == "nearness" else (8.5 - 5.2 * near).astype(np.float32), unit)


def cut_out():
    import io

    from PIL import Image

    pixels = np.asarray(Image.open(io.BytesIO(CAT["picture"])).convert("RGB"))
    down, across = np.mgrid[0 : pixels.shape[0], 0 : pixels.shape[1]]
    far = ((across - 225) / 170) ** 2 + ((down - 160) / 130) ** 2
    alpha = (255 * np.clip((1.1 - far) * 5, 0, 1)).astype(np.uint8)
    return Picture(np.dstack([pixels, alpha]))


def spans(label="PERSON", text=STORY, headline=""):
    words = [("Ada Lovelace", label, 0.998), ("Charles Babbage", label, 0.97), ("London", "PLACE", 0.91)]
    words += [("1833", "DATE", 0.64), ("Analytical Engine", "THING", 0.42)]
    return Spans(text, tuple(Span(text.index(w), text.index(w) + len(w), what, s) for w, what, s in words), headline)


def answer_to_a_question():
    start = STORY.index("1833")
    text = "Much was said before. " * 400 + STORY + " And much was said after." * 400
    at = text.index("1833")
    assert STORY[start : start + 4] == text[at : at + 4]
    return Spans(text, (Span(at, at + 4, "answer", 0.87),), "1833", "It read the text in 12 parts.")


def heat():
    down, across = np.mgrid[0:7, 0:7]
    values = np.exp(-((across - 3) ** 2 + (down - 3.2) ** 2) / 3).astype(np.float32)
    return Heat(
        values, "tabby cat", 0.83, "Found by covering one of 49 places after the other: 49 looks at the picture."
    )


def influences():
    text = "The acting was great, but the story is dull and far too long."
    weights = {"great": 0.41, "dull": -0.33, "far too long": -0.2, "acting": 0.06, "story": -0.02, "The": 0.0}
    parts = sorted(
        (Influence(text.index(w), text.index(w) + len(w), weight) for w, weight in weights.items()),
        key=lambda one: one.start,
    )
    return Influences(text, tuple(parts), "positive", 0.58, "Each word was left out once: 13 looks at the text.")


def matches():
    return Matches("folder", (Match(1, 0.91), Match(2, 0.44), Match(0, 0.38), Match(3, -0.04)))


FOLDER = {"folder": tuple(list_samples.read(name) for name in ("china", "chelsea", "coffee", "rocket"))}
RTL = (
    "\u0641\u064a \u0639\u0627\u0645 1833 Ada \u0627\u0644\u062a\u0642\u062a \u0628\u0627\u0644\u0639\u0627\u0644\u0645"
)
CASES = {
    "boxes": lambda: (boxes(), CAT),
    "boxes-many": lambda: (many_boxes(), CAT),
    "boxes-none": lambda: (Boxes(("cat",), *_nothing(), 451, 300, note="Looked for 1 thing."), CAT),
    "boxes-unsure": lambda: (_unsure(), CAT),
    "boxes-hostile": lambda: (boxes((HOSTILE, "\u05d7\u05ea\u05d5\u05dc", "")), CAT),
    "boxes-bare": lambda: (boxes(), {}),
    "areas": lambda: (areas(), CITY),
    "areas-many": lambda: (many_areas(), CAT),
    "areas-hostile": lambda: (areas((HOSTILE, HOSTILE, "sky", "\u05d7\u05ea\u05d5\u05dc", "", "b")), CITY),
    "depth": lambda: (depth(), CAT),
    "depth-metres": lambda: (depth("metres"), CAT),
    "depth-flat": lambda: (Depth(np.ones((1, 1), np.float32)), {}),
    "cut-out": lambda: (cut_out(), CAT),
    "heat": lambda: (heat(), CAT),
    "matches": lambda: (matches(), FOLDER),
    "spans": lambda: (spans(), {"text": STORY}),
    "spans-answer": lambda: (answer_to_a_question(), {}),
    "spans-none": lambda: (Spans(STORY, (), note="The text doesn't say."), {}),
    "spans-hostile": lambda: (spans(HOSTILE, STORY.replace("met", "<script>alert(1)</script>\x00\u202e")), {}),
    "spans-rtl": lambda: (Spans(RTL, (_span(RTL, "1833", "DATE"), _span(RTL, "Ada", "NAME"))), {}),
    "influences": lambda: (influences(), {}),
    "ranking-independent": lambda: (
        Ranking((RankedLabel("cat", 0.97), RankedLabel("indoors", 0.88), RankedLabel("dog", 0.03)), independent=True),
        CAT,
    ),
}


def _nothing():
    return np.zeros((0, 4), np.float32), np.zeros(0, np.float32), np.zeros(0, np.int64)


def _span(text, words, label):
    return Span(text.index(words), text.index(words) + len(words), label, 0.9)


def _unsure():
    found = boxes()
    return Boxes(found.names, found.boxes, found.scores * np.float32(0.2), found.classes, 451, 300)


st.set_page_config(layout="wide")
case = st.query_params.get("case", "boxes")
st.title(case, anchor=False)
found, given = CASES[case]()
with st.container(border=True, key="answer"):
    show.result(SimpleNamespace(result=found), given, case)
st.button("Again", key="again")
