"""What the drawings are given and what Save gives, without a browser."""

import io
import itertools
from types import SimpleNamespace

import numpy as np
import pytest
from PIL import Image

from core.results import Areas, Boxes, Depth, Heat, Influence, Influences, Match, Matches, Picture, Span, Spans
from pages.parts import palette, save, show, show_map, show_picture, show_small, show_text
from pages.parts.words import label, percent


def boxes(values, names=("cat", "dog"), size=(100, 80), **more):
    rows = np.array(values, np.float32).reshape(-1, 6)
    return Boxes(names, rows[:, :4], rows[:, 4], rows[:, 5].astype(np.int64), *size, **more)


def saved(found):
    return show.file(SimpleNamespace(result=found))


def csv(found):
    return saved(found).data().decode().splitlines()


def test_labels_of_boxes_come_in_the_order_of_the_surest_box():
    data = show_picture.box_data(boxes([(0, 0, 5, 5, 0.9, 1), (1, 1, 2, 2, 0.5, 0)]))
    assert [one["name"] for one in data["labels"]] == ["dog", "cat"]
    assert [row[5] for row in data["boxes"]] == [0, 1]


def test_a_box_that_is_no_number_or_turned_around_does_no_harm():
    data = show_picture.box_data(boxes([(9, 9, 5, 5, 0.9, 1), (np.nan, 1, 2, 2, 0.5, 0)]))
    assert [row[:4] for row in data["boxes"]] == [[5, 5, 9, 9]]


def test_the_slider_never_starts_below_what_the_task_kept():
    data = show_picture.box_data(boxes([(0, 0, 5, 5, 0.9, 1)], shown_above=0.1, kept_above=0.3))
    assert (data["least"], data["above"]) == (30, 30)


def unpacked(data):
    import base64
    import zlib

    return np.frombuffer(zlib.decompress(base64.b64decode(data["map"])), np.uint8).reshape(
        data["rows"], data["columns"]
    )


def test_areas_come_with_the_largest_first_and_their_share_of_the_whole_picture():
    classes = np.zeros((10, 20), np.uint16)
    classes[:, :15] = 7
    found = Areas(tuple("abcdefgh"), classes, background=(0,))
    data = show_map.area_data(found)
    assert [(one["name"], one["count"], one["off"]) for one in data["labels"]] == [
        ("h", "75 %", False),
        ("a", "25 %", True),
    ]
    assert unpacked(data).tolist() == np.where(classes == 7, 0, 1).tolist()


def test_more_areas_than_can_be_told_apart_are_put_together():
    classes = np.arange(10_000, dtype=np.uint16).reshape(100, 100) % 1000
    data = show_map.area_data(Areas(tuple(str(n) for n in range(1000)), classes))
    assert len(data["labels"]) == show_map.MOST_AREAS
    assert data["labels"][-1]["name"] == "961 others"
    assert unpacked(data).max() == show_map.MOST_AREAS - 1


def test_the_heart_of_a_ring_lies_on_the_ring_and_not_in_its_hole():
    down, across = np.mgrid[0:90, 0:90]
    far = np.hypot(down - 45, across - 45)
    ring = (far < 40) & (far > 20)
    x, y = show_map.heart(ring)
    assert ring[int(y * 90), int(x * 90)]


def test_a_single_point_among_millions_has_a_heart_too():
    mask = np.zeros((1000, 1000), bool)
    mask[997, 3] = True
    x, y = show_map.heart(mask)
    assert (int(x * 1000), int(y * 1000)) == (3, 997)


def test_near_is_bright_whether_the_numbers_grow_with_nearness_or_with_distance():
    values = np.array([[1, 2], [3, 5]], np.float32)
    near = unpacked(show_map.depth_data(Depth(values)))
    metres = show_map.depth_data(Depth(values, "metres"))
    assert near.tolist() == [[0, 64], [128, 255]]
    assert unpacked(metres).tolist() == [[255, 191], [128, 0]]
    assert (metres["low"], metres["high"]) == ("far: 5.0 m", "near: 1.0 m")
    assert metres["readings"][255] == "about 1.0 m away"
    assert metres["readings"][0] == "about 5.0 m away"


def test_one_distance_everywhere_is_said_and_not_divided_by_nothing():
    data = show_map.depth_data(Depth(np.ones((2, 3), np.float32), "metres"))
    assert data["words"] == "It says that everything is equally far away."
    assert saved(Depth(np.ones((2, 3), np.float32))).data()


def test_heat_is_drawn_between_0_and_1_whatever_it_holds():
    values = np.array([[np.nan, 2.0], [-1.0, 0.5]], np.float32)
    levels = unpacked(show_map.heat_data(Heat(values, "cat", 0.5, "")))
    assert levels.shape == (256, 256)
    assert levels[0, 255] == 255
    assert levels[255, 0] == 0


def test_a_text_is_cut_by_characters_as_python_counts_them():
    text = "😀 Zoë met 😀 Ada."
    found = Spans(text, (Span(2, 5, "NAME", 0.9), Span(12, 15, "NAME", 0.8)))
    assert [piece[:2] for piece in show_text.span_data(found)["pieces"]] == [
        ["😀 ", -1],
        ["Zoë", 0],
        [" met 😀 ", -1],
        ["Ada", 0],
        [".", -1],
    ]


def test_a_long_text_is_shown_around_its_marks_only():
    text = "a" * 50_000 + "HERE" + "b" * 50_000
    pieces = show_text.span_data(Spans(text, (Span(50_000, 50_004, "x", 0.5),)))["pieces"]
    assert [piece[0] for piece in pieces] == ["[…] " + "a" * 200, "HERE", "b" * 200 + " […]"]


def test_words_that_move_nothing_are_not_marked():
    parts = (Influence(0, 3, 0.0), Influence(4, 7, -0.3))
    data = show_text.influence_data(Influences("The end", parts, "good", 0.4, "m"))
    assert data["rows"] == [[1, "end", "\N{MINUS SIGN}30"]]


def test_a_label_from_outside_is_one_short_line_without_tricks():
    nasty = "a\nb\u202e\x00\ud800 " + "x" * 100_000
    assert label(nasty) == "a b " + "x" * 55 + "…"
    assert label("\u202e\n") == "(no name)"


@pytest.mark.parametrize(
    ("share", "words"), [(0, "0 %"), (0.001, "<1 %"), (0.5, "50 %"), (0.998, ">99 %"), (1, "100 %"), (1.3, "130 %")]
)
def test_shares_never_read_as_nothing_or_as_certain_when_they_are_not(share, words):
    assert percent(share) == words


def test_neighbouring_labels_differ_in_colour_and_pattern_and_all_in_their_letter():
    looks = [palette.look(place) for place in range(60)]
    assert all(a["colour"] != b["colour"] and a["pattern"] != b["pattern"] for a, b in itertools.pairwise(looks))
    assert len({one["letter"] for one in looks}) == 60
    assert len({(one["colour"], one["pattern"]) for one in looks}) == 28


def luminance(colour):
    """WCAG 2.2, relative luminance."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def test_words_on_every_colour_can_be_read():
    for place in range(len(palette.OKABE_ITO)):
        look = palette.look(place)
        low, high = sorted((luminance(look["colour"]), luminance(look["ink"])))
        assert (high + 0.05) / (low + 0.05) >= 4.5, look


def test_boxes_are_saved_whole_as_a_table():
    rows = csv(boxes([(0, 0, 5, 5, 0.9, 1), (1, 1, 2, 2, 0.07, 0)]))
    assert rows == ["label,score,left,top,right,bottom", "dog,0.9,0.0,0.0,5.0,5.0", "cat,0.07,1.0,1.0,2.0,2.0"]


def test_spans_influences_and_matches_are_saved_as_tables():
    assert csv(Spans("Ada", (Span(0, 3, "=NAME", 0.9),))) == ["text,label,score,start,end", "Ada,'=NAME,0.9,0,3"]
    assert csv(Influences("Ada", (Influence(0, 3, -0.5),), "x", 1, "m"))[1] == "Ada,-0.5,0,3"
    assert csv(Matches("pool", (Match(2, 0.5),))) == ["picture,score", "3,0.5"]


def test_areas_are_saved_as_a_picture_whose_numbers_are_the_labels():
    classes = np.array([[0, 1], [2, 2]], np.uint16)
    image = Image.open(io.BytesIO(saved(Areas(("a", "b", "c"), classes, background=(0,))).data()))
    assert np.asarray(image).tolist() == classes.tolist()
    assert np.asarray(image.convert("RGB"))[1, 0].tolist() == list(bytes.fromhex(palette.OKABE_ITO[2][1:]))


def test_areas_with_more_labels_than_the_format_knows_are_saved_in_colours():
    classes = np.array([[0, 300]], np.uint16)
    image = Image.open(io.BytesIO(saved(Areas(tuple(map(str, range(301))), classes)).data()))
    assert image.mode == "RGB"


def test_depth_is_saved_in_16_bits_with_near_as_white():
    image = Image.open(io.BytesIO(saved(Depth(np.array([[1, 3]], np.float32), "metres")).data()))
    assert np.asarray(image).tolist() == [[65535, 0]]
    assert image.text["Description"] == "metres: the smallest value is 1, the largest 3; bright is near"


def test_a_cut_out_is_saved_with_what_is_see_through():
    pixels = np.zeros((2, 2, 4), np.uint8)
    pixels[0, 0] = (9, 8, 7, 128)
    image = Image.open(io.BytesIO(saved(Picture(pixels)).data()))
    assert image.mode == "RGBA"
    assert np.asarray(image).tolist() == pixels.tolist()


def test_heat_is_saved_clear_where_it_hardly_counts():
    values = np.zeros((4, 4), np.float32)
    values[1, 1] = 1
    alpha = np.asarray(Image.open(io.BytesIO(saved(Heat(values, "cat", 1, "m")).data())))[..., 3]
    assert alpha[-1, -1] == 0
    assert alpha.max() > 200


def test_depth_has_a_thumbnail_without_the_picture_it_is_of():
    image = Image.open(io.BytesIO(show_small.small(Depth(np.eye(4, dtype=np.float32)), {})))
    assert image.size == (4, 4)
    assert show_small.small(boxes([]), {}) is None


def test_thumbnails_of_areas_and_boxes_show_them_over_the_picture():
    ground = show_small.pictures.jpeg(np.full((80, 100, 3), 255, np.uint8))
    classes = np.zeros((4, 5), np.uint16)
    classes[:, :2] = 1
    thumbnail = Image.open(io.BytesIO(show_small._over(Areas(("a", "b"), classes, background=(0,)), ground)))
    assert thumbnail.getpixel((90, 40)) == (255, 255, 255)
    assert max(thumbnail.getpixel((10, 40))) - min(thumbnail.getpixel((10, 40))) > 40
    framed = Image.open(io.BytesIO(show_small._over(boxes([(10, 10, 60, 60, 0.9, 0), (70, 5, 95, 9, 0.1, 0)]), ground)))
    assert min(framed.getpixel((10, 30))) < 150
    assert min(framed.getpixel((80, 7))) > 200


def test_a_table_of_an_answer_without_rows_keeps_its_headings():
    assert list(save.frame(Spans("x", ()))) == ["text", "label", "score", "start", "end"]
    assert csv(boxes([])) == ["label,score,left,top,right,bottom"]
