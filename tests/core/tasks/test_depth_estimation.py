import json

import numpy as np
import pytest

from core.errors import RunFailed
from core.tasks import depth_estimation as task
from tests.core.tasks.picture_models import described, form, run_script
from tests.core.tasks.pixel_models import answering, answers, depth_anything, expected, model, ready, scene, step

PICTURE = ("float32", (1, 3, 384, 384))


def found_in(values, picture=None, name="predicted_depth", title="test", **facts):
    made = answering(values, name=name, title=title)
    return answers(task, made, {"picture": scene(80, 60) if picture is None else picture}, **facts)


def test_depth_anything_at_518_gives_the_values_that_transformers_gives():
    found = answers(task, depth_anything(), {"picture": scene(300, 201)})
    assert found.unit == "nearness"
    assert found.values.shape == (201, 300)
    assert found.values[::4, ::4] == pytest.approx(expected()["depth_values"], abs=1e-4)


def test_it_is_fed_the_size_that_transformers_feeds():
    info, parts = depth_anything()
    sizes = []

    def watched(feeds):
        sizes.append(feeds["pixel_values"].shape[2:])
        return parts["model"](feeds)

    answers(task, (info, {"model": watched}), {"picture": scene(300, 201)})
    assert sizes == [tuple(expected()["depth_shape"])]


def test_zoedepth_mirrors_the_edges_and_cuts_them_off_again():
    known = expected()
    found = found_in(known["metres"][None], scene(120, 90), title="zoedepth-nyu-kitti")
    assert found.unit == "metres"
    assert found.values.shape == (90, 120)
    assert found.values[::3, ::3] == pytest.approx(known["zoe_metres"], abs=1e-4)


def test_depth_pro_turns_its_field_of_view_into_metres():
    known = expected()
    info, parts = model(
        {"pixel_values": [1, 3, 1536, 1536]},
        {"predicted_depth": [1, 48, 64], "field_of_view": [1]},
        [step("Identity", ["depth"], ["predicted_depth"]), step("Identity", ["field"], ["field_of_view"])],
        {"depth": known["metres"][None] / 10, "field": np.array([55], np.float32)},
    )
    found = answers(task, (info, parts), {"picture": scene(120, 90)})
    assert found.unit == "metres"
    assert found.values[::3, ::3] == pytest.approx(known["depth_pro_metres"], rel=1e-4)


@pytest.mark.parametrize("field", [0, 180, np.nan, -5])
def test_a_field_of_view_that_is_no_angle_is_an_error_in_words(field):
    how = {"field_of_view": True}
    with pytest.raises(RunFailed, match="field of view"):
        task._field_of_view({"field_of_view": np.array([field], np.float32)}, how)


@pytest.mark.parametrize("shape", [(1, 32, 32), (1, 1, 32, 32), (1, 32, 32, 1), (32, 32)])
def test_rank_three_and_four_are_read_alike(shape):
    values = np.linspace(0, 9, 1024, dtype=np.float32)
    found = found_in(values.reshape(shape))
    assert found.values.shape == (60, 80)
    assert found.values == pytest.approx(found_in(values.reshape(1, 32, 32)).values)


def test_a_frame_around_the_picture_is_cut_off():
    values = np.full((1, 32, 32), 100, np.float32)
    values[:, 8:24] = 1
    assert found_in(values, scene(200, 100), resize="fit").values == pytest.approx(1)


def test_what_was_cut_off_before_feeding_takes_the_value_beside_it():
    values = np.full((1, 32, 32), 2, np.float32)
    found = found_in(values, scene(200, 100), resize="crop", resize_px=64)
    assert found.values == pytest.approx(2)


def test_a_flat_map_stays_flat():
    assert found_in(np.full((1, 8, 8), 3, np.float32)).values == pytest.approx(3)


def test_half_precision_is_read():
    assert found_in(np.full((1, 8, 8), 3, np.float16)).values.dtype == np.float32


@pytest.mark.parametrize(
    "values",
    [
        np.full((1, 8, 8), np.inf, np.float32),
        np.zeros((1, 2, 8, 8), np.float32),
        np.zeros((3, 8, 8), np.float32),
        np.zeros(5, np.float32),
        np.zeros((1, 0, 8), np.float32),
    ],
)
def test_odd_answers_are_an_error_in_words(values):
    with pytest.raises(RunFailed) as error:
        found_in(values)
    assert error.value.fix


@pytest.mark.parametrize(
    ("title", "unit", "certain"),
    [
        ("Depth-Anything-V2-Small", "nearness", False),
        ("dpt-large", "nearness", False),
        ("vinvino02/glpn-nyu", "metres", False),
        ("Depth-Anything-V2-Metric-Indoor", "metres", False),
        ("DepthPro-ONNX", "metres", False),
    ],
)
def test_the_unit_is_guessed_from_the_name_and_says_so(title, unit, certain):
    info = ready(task, answering(np.zeros((1, 8, 8), np.float32), name="predicted_depth", title=title)[0])
    assert (info.preparation["unit"].value, info.preparation["unit"].certain) == (unit, certain)
    assert any("guess" in sentence for sentence in task.explain({}, info)[-1:])


def test_names_of_outputs_decide_the_unit():
    info, _ = model(
        {"pixel_values": [1, 3, 1536, 1536]},
        {"predicted_depth": [1, 8, 8], "focallength_px": [1]},
        [step("Identity", ["depth"], ["predicted_depth"]), step("Identity", ["field"], ["focallength_px"])],
        {"depth": np.ones((1, 8, 8), np.float32), "field": np.ones(1, np.float32)},
    )
    fact = task.assume(info)["unit"]
    assert (fact.value, fact.certain) == ("metres", True)


def test_the_script_gives_the_same_answer():
    info, parts = depth_anything()
    info = ready(task, info)
    inputs = form(task, info, {"picture": scene(120, 90)})
    found = task.answer(inputs, parts, info, lambda *_: None)
    result = run_script(task, info, parts, inputs)
    assert result["range"] == [
        float(number) for number in (found.values.min(), np.median(found.values), found.values.max())
    ]
    assert (result["unit"], result["width"], result["height"]) == ("nearness", 120, 90)
    json.dumps(result)


@pytest.mark.parametrize(
    ("outputs", "lowest", "highest"),
    [
        ([("float32", (1, 384, 384))], 0.4, 0.6),
        ([("float32", (1, "h", "w"))], 0.1, 0.3),
        ([("float32", (1, 1, 384, 384))], 0.1, 0.1),
        ([("float32", (1, 84, 8400))], 0.1, 0.3),
        ([("float32", (1, 1000))], 0, 0),
        ([("float32", (1, 3, 384, 384))], 0, 0),
        ([("int64", (1, 384, 384))], 0, 0),
        ([("float32", (4, 384, 384))], 0, 0),
    ],
)
def test_it_fits_one_picture_in_and_one_number_for_each_place_out(outputs, lowest, highest):
    assert lowest <= task.fits(described([PICTURE], outputs)) <= highest


def test_it_is_sure_of_the_name_predicted_depth():
    assert task.fits(depth_anything()[0]) == 0.95
    midas = answering(np.zeros((1, 64, 64), np.float32), name="797", title="MiDaS v2.1 small")[0]
    assert task.fits(midas) == 0.9
