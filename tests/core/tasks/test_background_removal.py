import numpy as np
import pytest

from core.errors import InputError, RunFailed
from core.tasks import background_removal as task
from tests.core.tasks.picture_models import described, form, run_script
from tests.core.tasks.pixel_models import answering, answers, birefnet, expected, isnet, ready, scene, u2net

PICTURE = ("float32", (1, 3, 320, 320))
LEFT = np.zeros((1, 1, 64, 64), np.float32)
LEFT[:, :, :, :32] = 1
"""What is in front is the left half."""


def found_in(values, inputs=None, **facts):
    return answers(task, answering(values), {"picture": scene(80, 60), **(inputs or {})}, **facts).pixels


@pytest.mark.parametrize(
    ("built", "name", "facts"),
    [
        (u2net, "u2net", {}),
        (isnet, "isnet", {}),
        (birefnet, "birefnet", {"min_max": True, "scale_by": "brightest", "resample": "lanczos"}),
    ],
)
def test_at_its_real_size_the_mask_is_the_one_that_rembg_makes(built, name, facts):
    found = answers(task, built(), {"picture": scene(300, 201)}, **facts).pixels
    assert found.shape == (201, 300, 4)
    wanted = expected()[f"{name}_mask"].astype(int)
    # rembg cuts decimals off where we round, before and so also after Lanczos
    assert np.abs(found[::3, ::3, 3] - wanted).max() <= 2
    assert np.ptp(wanted) > 200


def test_the_cut_out_has_the_pixels_and_the_size_of_the_picture():
    found = found_in(LEFT)
    assert (found[:, :, :3] == scene(80, 60)).all()
    assert (found[:, :38, 3] >= 245).all()
    assert (found[:, 42:, 3] <= 10).all()


def test_values_outside_0_to_1_go_through_a_sigmoid():
    assert (found_in(np.full((1, 1, 8, 8), 3, np.float32))[:, :, 3] == round(255 / (1 + np.exp(-3)))).all()
    assert (found_in(np.full((1, 1, 8, 8), 0.5, np.float32))[:, :, 3] == 128).all()


def test_values_are_stretched_only_where_it_is_said():
    values = LEFT * 0.5 + 0.25
    assert found_in(values)[:, 0, 3].max() < 200
    assert found_in(values, min_max=True)[:, 0, 3].min() > 250
    assert (found_in(np.full((1, 1, 8, 8), 0.5, np.float32), min_max=True)[:, :, 3] == 128).all()


@pytest.mark.parametrize("shape", [(1, 1, 64, 64), (1, 64, 64, 1), (1, 64, 64), (64, 64)])
@pytest.mark.parametrize("kind", [np.float32, np.float16, np.uint8])
def test_the_mask_may_have_any_of_these_shapes_and_types(shape, kind):
    values = (LEFT * (255 if kind == np.uint8 else 1)).astype(kind).reshape(shape)
    assert (found_in(values) == found_in(LEFT)).all()


def test_what_was_cut_off_before_feeding_counts_as_behind():
    made = answering(np.ones((1, 1, 64, 64), np.float32))
    found = answers(task, made, {"picture": scene(200, 100)}, resize="crop", resize_px=64).pixels
    assert (found[:, :49, 3] == 0).all()
    assert (found[:, 51:149, 3] == 255).all()


def test_a_frame_around_the_picture_is_cut_off():
    values = np.zeros((1, 1, 64, 64), np.float32)
    values[:, :, 16:48] = 1
    found = answers(task, answering(values), {"picture": scene(200, 100)}, resize="fit").pixels
    assert (found[:, :, 3] == 255).all()


@pytest.mark.parametrize(("background", "colour"), [("White", 255), ("Black", 0), ("Grey", 128)])
def test_a_colour_goes_behind(background, colour):
    found = found_in(LEFT, {"background": background})
    assert found.shape == (60, 80, 3)
    assert (found[:, 50:] == colour).all()
    assert np.abs(found[:, :35].astype(int) - scene(80, 60)[:, :35]).max() <= 2


def test_a_picture_of_ones_own_fills_the_background():
    behind = np.zeros((30, 100, 3), np.uint8)
    behind[:, :, 1] = 200
    found = found_in(LEFT, {"background": "My own picture", "behind": behind})
    assert found.shape == (60, 80, 3)
    assert (found[:, 50:] == (0, 200, 0)).all()


def test_a_missing_picture_for_the_background_is_asked_for():
    with pytest.raises(InputError, match="no picture for the new background"):
        found_in(LEFT, {"background": "My own picture"})


def test_what_is_in_front_does_not_bleed_into_the_blurred_background():
    picture = np.full((200, 300, 3), 40, np.uint8)
    picture[:, :150] = (255, 0, 0)
    made = answering(LEFT)
    found = answers(task, made, {"picture": picture, "background": "Blurred"}).pixels
    assert np.abs(found[:, 170:].astype(int) - 40).max() <= 12
    assert (found[:, :130] == (255, 0, 0)).all()


def test_blurring_a_picture_that_is_all_in_front_leaves_it():
    found = found_in(np.ones((1, 1, 8, 8), np.float32), {"background": "Blurred"})
    assert np.abs(found.astype(int) - scene(80, 60)).max() <= 1


def test_the_edge_can_be_made_soft():
    hard, soft = found_in(LEFT)[:, :, 3], found_in(LEFT, {"soften_px": 8.0})[:, :, 3]
    assert ((soft > 20) & (soft < 235)).sum() > 2 * ((hard > 20) & (hard < 235)).sum()


def test_u2net_is_fed_a_picture_divided_by_its_brightest_value():
    info, parts = u2net()
    seen = []

    def watched(feeds):
        seen.append(feeds["input.1"])
        return parts["model"](feeds)

    answers(task, (info, {"model": watched}), {"picture": np.full((50, 50, 3), 51, np.uint8)})
    # 51 counts as 255: (1 - mean) / std
    assert seen[0][0, :, 0, 0] == pytest.approx(
        [(1 - 0.485) / 0.229, (1 - 0.456) / 0.224, (1 - 0.406) / 0.225], abs=1e-5
    )


@pytest.mark.parametrize(
    "values",
    [
        np.full((1, 1, 8, 8), np.nan, np.float32),
        np.zeros(7, np.float32),
        np.zeros((2, 1, 8, 8), np.float32),
        np.zeros((1, 1, 0, 8), np.float32),
    ],
)
def test_odd_answers_are_an_error_in_words(values):
    with pytest.raises(RunFailed) as error:
        found_in(values)
    assert error.value.fix


@pytest.mark.parametrize("background", ["Transparent", "White", "Blurred", "My own picture"])
def test_the_script_gives_the_same_picture(background):
    info, parts = u2net()
    info = ready(task, info)
    given = {"picture": scene(120, 90), "background": background, "soften_px": 2.0, "behind": scene(50, 60)}
    inputs = form(task, info, given)
    found = task.answer(inputs, parts, info, lambda *_: None).pixels
    assert (run_script(task, info, parts, inputs) == found).all()


def test_what_was_done_is_told_in_sentences():
    info = ready(task, u2net()[0])
    sentences = task.explain(form(task, info, {"picture": scene(30, 20)}), info)
    assert "320 × 320" in sentences[0]
    assert any("brightest" in sentence for sentence in sentences)
    assert all(sentence.endswith(".") for sentence in sentences)


@pytest.mark.parametrize(
    ("outputs", "lowest", "highest"),
    [
        ([("float32", (1, 1, 320, 320))], 0.6, 0.6),
        ([("float32", (1, 1, 320, 320))] * 7, 0.8, 0.9),
        ([("float32", (1, 320, 320, 1))], 0.6, 0.6),
        ([("float32", ("b", 1, "h", "w"))], 0.2, 0.4),
        ([("float32", (1, 1, 80, 80))], 0.1, 0.1),
        ([("float32", (1, 2, 320, 320))], 0, 0),
        ([("float32", (1, 3, 320, 320))], 0, 0),
        ([("float32", (1, 1000))], 0, 0),
        ([("int64", (1, 1, 320, 320))], 0, 0),
    ],
)
def test_it_fits_one_picture_in_and_masks_out(outputs, lowest, highest):
    assert lowest <= task.fits(described([PICTURE], outputs)) <= highest


@pytest.mark.parametrize(
    ("title", "lowest", "highest"),
    [
        ("modnet-photographic", 0.9, 0.9),
        ("briaai/RMBG-1.4", 0.9, 0.9),
        ("u2netp", 0.9, 0.9),
        ("ch_PP-OCRv4_det", 0.1, 0.1),
        ("MiDaS small", 0.1, 0.1),
    ],
)
def test_names_count(title, lowest, highest):
    assert lowest <= task.fits(answering(LEFT, title=title)[0]) <= highest


@pytest.mark.parametrize(
    ("title", "mean", "scale_by"),
    [
        ("isnet", 127.5, "brightest"),
        ("BiRefNet_lite", 123.675, "255"),
        ("RMBG-1.4", 127.5, "255"),
        ("MODNet", 127.5, "255"),
    ],
)
def test_the_scaling_is_that_of_the_family(title, mean, scale_by):
    facts = task.assume(answering(LEFT, title=title)[0])
    assert (facts["mean"].value[0], facts["scale_by"].value) == (mean, scale_by)
    assert not facts["mean"].certain
