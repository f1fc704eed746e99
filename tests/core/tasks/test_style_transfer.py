import numpy as np
import pytest

from core.starter import style_transfer as starter
from core.tasks import style_transfer as task
from tests.core.tasks.picture_models import described, form, opened, run_script, sample, silent


@pytest.fixture(scope="module")
def model():
    return opened(starter, task)


@pytest.fixture
def cat():
    return sample("chelsea")


def paint(model, given):
    info, parts = model
    return task.answer(form(task, info, given), parts, info, silent).pixels


def difference(one, other):
    return np.abs(one.astype(float) - other.astype(float)).mean()


def test_the_painting_has_the_size_of_the_picture(model, cat):
    assert paint(model, {"picture": cat}).shape == cat.shape


def test_styles_differ_from_each_other_and_from_the_picture(model, cat):
    swirls, ember = (paint(model, {"picture": cat, "style": style}) for style in ("Starry swirls", "Ember"))
    assert difference(swirls, ember) > 20
    assert difference(swirls, cat) > 20
    # what the names promise: Ember is red, Starry swirls is bluer
    assert ember[..., 0].mean() > 2 * ember[..., 2].mean()
    assert swirls[..., 2].mean() > ember[..., 2].mean()


def test_strength_zero_leaves_the_picture_as_it_was(model, cat):
    assert np.array_equal(paint(model, {"picture": cat, "strength": 0.0}), cat)


def test_a_blend_lies_between_its_two_styles(model, cat):
    given = {"picture": cat, "style": "Ember", "second_style": "White mosaic"}
    none, half, all_ = (paint(model, given | {"blend": share}) for share in (0.0, 0.5, 1.0))
    assert np.array_equal(none, paint(model, {"picture": cat, "style": "Ember"}))
    assert np.array_equal(all_, paint(model, {"picture": cat, "style": "White mosaic"}))
    assert none.mean() < half.mean() < all_.mean()


def test_any_picture_can_be_the_style_and_wins_over_the_choice(model, cat):
    like_coffee = paint(model, {"picture": cat, "style_picture": sample("coffee")})
    assert like_coffee.shape == cat.shape
    assert difference(like_coffee, paint(model, {"picture": cat})) > 10
    other_choice = paint(model, {"picture": cat, "style_picture": sample("coffee"), "style": "Ember"})
    assert np.array_equal(like_coffee, other_choice)


@pytest.mark.parametrize("shape", [(1, 1), (33, 35), (5, 600), (700, 40)])
@pytest.mark.parametrize("own_style", [False, True])
def test_odd_sizes_work(model, shape, own_style):
    picture = np.random.default_rng(0).integers(0, 255, (*shape, 3), np.uint8)
    pixels = paint(model, {"picture": picture} | ({"style_picture": picture} if own_style else {}))
    assert max(pixels.shape[:2]) <= 512


def test_quick_makes_a_large_picture_smaller(model):
    pixels = paint(model, {"picture": np.zeros((800, 1000, 3), np.uint8), "size": "Quick"})
    assert pixels.shape == (410, 512, 3)


def test_every_style_has_a_thumbnail_of_its_own(model, cat):
    info, parts = model
    drawn = task.preview({"picture": cat}, parts, info, silent)
    pictured = next(field for field in task.fields(info) if field.pictured)
    assert tuple(drawn) == pictured.choices
    assert len({pixels.tobytes() for pixels in drawn.values()}) == 26


@pytest.mark.parametrize(
    "given", [{"second_style": "Ember", "blend": 0.3, "strength": 0.8}, {"style_picture": "coffee"}]
)
def test_the_script_paints_the_same(model, cat, given):
    info, parts = model
    given = {name: sample(value) if name == "style_picture" else value for name, value in given.items()}
    inputs = form(task, info, {"picture": cat, **given})
    assert difference(run_script(task, info, parts, inputs), task.answer(inputs, parts, info, silent).pixels) < 0.01


def test_the_explanation_names_the_styles(model):
    info, _ = model
    words = " ".join(task.explain(form(task, info, {"second_style": "Ember", "blend": 0.25}), info))
    assert "Starry swirls" in words
    assert "25% of “Ember”" in words


def test_a_file_without_a_choice_of_styles_does_not_fit():
    assert task.fits(described([("float32", (1, 3, 224, 224))], [("float32", (1, 3, 224, 224))])) == 0
