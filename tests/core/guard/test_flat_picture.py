import numpy as np

from core.guard import flat_picture
from core.results import Picture
from tests.core.guard.answers import seen


def made(*shape):
    return np.full(shape, 128, np.uint8)


def test_one_even_colour_is_no_picture():
    assert "even colour" in flat_picture.judge(seen(Picture(made(40, 60, 3))))


def test_a_cut_out_of_nothing_or_everything_is_said_in_its_own_words():
    assert "outline" in flat_picture.judge(seen(Picture(made(40, 60, 4))))


def test_a_picture_with_something_on_it_is_fine():
    picture = made(40, 60, 3)
    picture[10:30, 10:30] = 200
    assert not flat_picture.judge(seen(Picture(picture)))
