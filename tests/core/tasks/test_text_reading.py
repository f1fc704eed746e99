import difflib
import json
from dataclasses import asdict

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from core.samples import _drawn
from core.starter import ocr
from core.tasks import text_reading as task
from tests.core.tasks.picture_models import form, opened, run_script, sample, silent

# As printed on scikit-image's page.png, read by eye.
PAGE = [
    "Region-based segmentation",
    "Let us first determine markers of the coins and the",
    "background. These markers are pixels that we can label",
    "unambiguously as either object or background. Here,",
    "the markers are found at the two extreme parts of the",
    "histogram of grey values:",
    ">>> markers = np.zeros_like(coins)",
]
LINES = ["The quick brown fox jumps", "Invoice No. 2024-0173", "Total: $1,284.50"]


def read(picture):
    info, parts = opened(ocr, task)
    return task.answer({"picture": picture}, parts, info, silent)


def texts(picture):
    return [line.text for line in read(picture).lines]


def alike(found, expected):
    """Share of letters in common, without spaces."""
    found, expected = ("".join("".join(lines).split()) for lines in (found, expected))
    return difflib.SequenceMatcher(None, found, expected, autojunk=False).ratio()


def written(lines, size_px=24, width_px=0, ink="black", paper="white"):
    font = ImageFont.load_default(size_px)
    width = width_px or round(max(font.getlength(line) for line in lines)) + 40
    picture = Image.new("RGB", (width, 40 + size_px * 2 * len(lines)), paper)
    pen = ImageDraw.Draw(picture)
    for number, line in enumerate(lines):
        pen.text((20, 20 + size_px * 2 * number), line, ink, font)
    return picture


def test_a_photographed_page_is_read_line_by_line():
    found = texts(sample("page"))
    assert len(found) == len(PAGE)
    assert found[:2] == PAGE[:2]
    assert alike(found, PAGE) > 0.97


def test_bent_lines_are_read_whole():
    """The fifth line of the page runs down and up again; cut out straight, it reads as noise."""
    assert texts(sample("page"))[4] == PAGE[4]


def test_light_text_on_a_tilted_sign_is_read():
    assert texts(sample("sign")) == list(_drawn.SIGN)


def test_rows_are_read_from_left_to_right():
    expected = [word for row in _drawn.RECEIPT for word in row if word]
    assert alike(texts(sample("receipt")), expected) > 0.97
    assert texts(sample("receipt"))[-3:-1] == ["Total", "15.50"]


@pytest.mark.parametrize("turn_degrees", [90, 180, 270])
def test_a_turned_picture_is_read_in_order(turn_degrees):
    assert alike(texts(np.asarray(written(LINES).rotate(turn_degrees, expand=True))), LINES) > 0.97


def test_a_line_longer_than_one_piece_is_read_to_its_end():
    words = "It was the best of times, it was the worst of times, it was the age of wisdom. " * 4
    assert alike(texts(np.asarray(written([words], 16))), [words]) > 0.97


@pytest.mark.parametrize("side_px", [1, 40, 300])
def test_an_empty_picture_has_no_lines(side_px):
    assert texts(np.full((side_px, side_px, 3), 255, np.uint8)) == []


def test_a_photograph_without_text_has_no_lines():
    assert texts(sample("chelsea")) == []


@pytest.mark.parametrize("turn_degrees", [0, 90])
def test_boxes_lie_around_their_lines(turn_degrees):
    picture = Image.new("RGB", (600, 400), "white")
    ImageDraw.Draw(picture).text((100, 300), "Harbour Street", "black", ImageFont.load_default(40))
    picture = picture.rotate(turn_degrees, expand=True)
    ink = np.nonzero((np.asarray(picture) < 128).all(axis=2))
    (line,) = read(np.asarray(picture)).lines
    truth = (ink[1].min(), ink[0].min(), ink[1].max(), ink[0].max())
    assert line.box == pytest.approx(truth, abs=20)
    assert line.box[0] < line.box[2]
    assert line.box[1] < line.box[3]


def test_each_line_is_announced():
    info, parts = opened(ocr, task)
    said = []
    task.answer({"picture": np.asarray(written(LINES))}, parts, info, lambda share, words: said.append((share, words)))
    assert said[0] == (None, "Looking for text")
    assert said[1:] == [(n / 3, f"Reading line {n + 1} of 3") for n in range(3)]


def test_the_script_reads_the_same():
    info, parts = opened(ocr, task)
    inputs = form(task, info, {"picture": sample("receipt")})
    found = json.loads(json.dumps(asdict(task.answer(inputs, parts, info, silent))))
    assert json.loads(json.dumps(run_script(task, info, parts, inputs))) == found


def test_the_explanation_counts_the_letters():
    info, _ = opened(ocr, task)
    assert any("18,384 letters" in sentence for sentence in task.explain({}, info))
