"""On real pictures with a real model, in a worker as in the app."""

import numpy as np
import pytest

from core import jobs
from core.actions import explain_answer, list_samples
from core.errors import UserError

MODEL = "efficientnet_lite0"
CUP = (150, 10, 410, 370)
"""Left, top, right, bottom of the cup with its saucer in the sample picture of 600 x 400, read off by eye."""


def explained(picture, method=""):
    request = explain_answer.Request(MODEL, {"picture": list_samples.read(picture)}, "", method)
    return jobs.run("explain_answer", request)


def share_inside(heat, box, width, height):
    rows, columns = heat.shape
    y, x = np.mgrid[:rows, :columns]
    x, y = (x + 0.5) / columns * width, (y + 0.5) / rows * height
    inside = (x > box[0]) & (x < box[2]) & (y > box[1]) & (y < box[3])
    return heat[inside].sum() / heat.sum()


@pytest.mark.parametrize(
    ("method", "looks"), [("class_activation", "one run"), ("score_cam", "65"), ("occlusion", "100")]
)
def test_each_way_finds_the_cup(method, looks):
    found = explained("coffee", method)
    assert found.label == "espresso"
    assert found.score == pytest.approx(0.951, abs=0.005)
    assert looks in found.method
    assert found.values.max() == 1
    assert share_inside(found.values, CUP, 600, 400) > 0.6


def test_the_exact_way_is_taken_by_itself():
    assert "one run" in explained("china").method


def test_what_the_model_was_not_shown_stays_cold():
    heat = explained("chelsea").values  # 451 x 300: the sides are cut off
    assert not heat[:, :8].any()
    assert not heat[:, -8:].any()


def test_answers_without_a_score_say_so():
    with pytest.raises(UserError, match="can't be explained"):
        jobs.run(
            "explain_answer",
            explain_answer.Request("style_transfer", {"picture": list_samples.read("coffee")}, "style_transfer"),
        )


def test_only_what_comes_with_a_score_is_offered():
    from core.fields import Field

    picture = (Field("picture", "picture", "Your picture"),)
    assert explain_answer.can_explain(picture, "ranking")
    assert explain_answer.can_explain(picture, "boxes")
    assert not explain_answer.can_explain(picture, "picture")
    assert not explain_answer.can_explain((Field("file", "file", "Your file"),), "ranking")
