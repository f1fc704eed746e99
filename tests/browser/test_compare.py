"""Two graphs side by side, as a person moves through them."""

import pytest
from playwright.sync_api import expect

from core import jobs
from core.actions import add_model
from tests.browser.driving import fits_the_width, settled
from tests.core.graph import made, smaller
from tests.uploads import upload


@pytest.fixture(scope="module")
def two():
    """ResNet-50, and the same with two Sigmoids instead of Relus and a Relu less; all weights named otherwise."""
    model = made.light("resnet50")
    second = smaller.without_names(model)
    relus = [node for node in second.graph.node if node.op_type == "Relu"]
    relus[3].op_type = relus[20].op_type = "Sigmoid"
    relus[30].op_type = "Identity"
    both = (("first of two.onnx", model), ("second of two.onnx", second))
    return [jobs.run("add_model", add_model.Request((upload(name, one.SerializeToString()),))).id for name, one in both]


def opened(page, two):
    page.goto(f"/compare?model={two[0]}&second={two[1]}")
    pictures = page.locator("svg.scene")
    pictures.nth(1).locator(".place").first.wait_for(timeout=60_000)
    settled(page)
    expect(page.get_by_text("The second version changes 3 steps")).to_be_visible()
    return pictures


def camera(picture):
    return picture.locator(".camera").get_attribute("transform")


def scale(picture):
    return camera(picture).split("scale(")[1]


def middle(picture, id_):
    box = picture.locator(f"[data-id={id_}] > .box > .front").bounding_box()
    frame = picture.bounding_box()
    return box["x"] + box["width"] / 2 - frame["x"], box["y"] - frame["y"]


def test_where_one_picture_goes_the_other_goes_too(page, two):
    pictures = opened(page, two)
    left, right = pictures.nth(0), pictures.nth(1)
    for moved, other in ((left, right), (right, left)):
        moved.scroll_into_view_if_needed()
        moved.hover()
        page.mouse.wheel(0, -240)
        assert scale(moved) == scale(other)
        before = camera(other)
        frame = moved.bounding_box()
        page.mouse.move(frame["x"] + 60, frame["y"] + 200)
        page.mouse.down()
        page.mouse.move(frame["x"] + 90, frame["y"] + 150, steps=4)
        page.mouse.up()
        assert camera(other) != before


def test_what_differs_is_told_by_a_sign_and_a_colour(page, two):
    pictures = opened(page, two)
    for picture in (pictures.nth(0), pictures.nth(1)):
        expect(picture.locator(".box.changed > .mark text").first).to_have_text("~")
        assert picture.locator(".box.same > .mark").count() == 0
    expect(page.locator(".legend").first).to_contain_text("Changed")
    assert fits_the_width(page)


def test_a_group_that_is_opened_opens_its_partner_at_the_same_place(page, two):
    pictures = opened(page, two)
    left, right = pictures.nth(0), pictures.nth(1)
    toggle = left.locator(".place:has(> .box.changed:not(.open)) > .toggle").first
    id_ = toggle.locator("xpath=..").get_attribute("data-id")
    many = [picture.locator(".place").count() for picture in (left, right)]
    toggle.dispatch_event("click")
    for picture in (left, right):
        expect(picture.locator(".place.chosen > .box.open")).to_have_count(1)
    settled(page)
    for picture, before in zip((left, right), many, strict=True):
        assert picture.locator(".place").count() > before
    there = right.locator(".place.chosen").get_attribute("data-id")
    here_at, there_at = middle(left, id_), middle(right, there)
    assert abs(here_at[0] - there_at[0]) < 40
    assert abs(here_at[1] - there_at[1]) < 40
