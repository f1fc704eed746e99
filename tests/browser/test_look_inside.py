"""The picture of a model in a real browser: opened, moved, searched, saved, by mouse, finger and keyboard."""

import io
import re
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest
from onnx import TensorProto, helper
from PIL import Image
from playwright.sync_api import expect

from core import jobs
from core.actions import add_model
from tests.browser import driving
from tests.browser.driving import fits_the_width, settled
from tests.core.graph.made import light_path
from tests.uploads import upload

READABLE = 0.85
AA = 4.5
"""Least contrast of words of this size, WCAG 2.2, success criterion 1.4.3."""


def look(page, address="/look?model=efficientnet_lite0"):
    page.goto(address)
    page.locator("svg.scene .place").first.wait_for(timeout=60_000)
    settled(page)
    return page.locator("svg.scene")


def box(page, id_):
    return page.locator(f"svg.scene [data-id={id_}] .front")


def ids(page):
    return page.locator("svg.scene .place").evaluate_all("all => all.map((one) => one.dataset.id)")


def closed_groups(page):
    return page.locator("svg.scene .box[aria-expanded=false]").evaluate_all(
        "all => all.map((one) => one.parentNode.dataset.id)"
    )


def place(page):
    """How far the picture is moved and enlarged."""
    moved = page.locator("svg.scene .camera").get_attribute("transform")
    return [float(number) for number in re.findall(r"-?[\d.]+(?:e-?\d+)?", moved)]


def upper_middle(locator):
    frame = locator.bounding_box()
    return frame["x"] + frame["width"] / 2, frame["y"]


@pytest.fixture(scope="module")
def densenet():
    return jobs.run("add_model", add_model.Request(path=str(light_path("densenet121")))).id


def test_a_first_look_shows_a_handful_of_readable_boxes(page):
    look(page)
    assert 8 <= len(ids(page)) <= 60
    assert place(page)[2] >= READABLE
    assert fits_the_width(page)
    titles = page.locator("svg.scene .title").all_text_contents()
    assert all(title.strip() for title in titles)


def test_a_picture_that_is_too_tall_starts_at_its_top_and_isnt_shrunk(desktop, densenet):
    look(desktop, f"/look?model={densenet}")
    assert place(desktop)[2] >= READABLE
    assert box(desktop, "i0").bounding_box()["y"] < desktop.locator("svg.scene").bounding_box()["y"] + 60


def test_a_group_opens_and_closes_and_stays_where_it_was(desktop):
    look(desktop)
    group = closed_groups(desktop)[1]
    before, shown = upper_middle(box(desktop, group)), ids(desktop)
    desktop.locator(f"[data-id={group}] .toggle").click()
    opened = desktop.locator(f"[data-id={group}] .box")
    expect(opened).to_have_attribute("aria-expanded", "true")
    assert len(ids(desktop)) > len(shown)
    assert upper_middle(box(desktop, group)) == pytest.approx(before, abs=2)
    settled(desktop)
    desktop.locator(f"[data-id={group}] .toggle").click()
    expect(opened).to_have_attribute("aria-expanded", "false")
    assert ids(desktop) == shown
    assert upper_middle(box(desktop, group)) == pytest.approx(before, abs=2)


def test_a_double_click_opens_a_group(desktop):
    look(desktop)
    group = closed_groups(desktop)[1]
    box(desktop, group).dblclick(position={"x": 20, "y": 20})
    expect(desktop.locator(f"[data-id={group}] .box")).to_have_attribute("aria-expanded", "true")


def test_a_click_says_beside_the_picture_what_the_box_is(page):
    look(page)
    shown = box(page, closed_groups(page)[0])
    shown.click(position={"x": 20, "y": 20})
    title = page.locator(".place.chosen .title").text_content()
    expect(page.locator(".st-key-box_detail").get_by_role("heading").first).to_have_text(title)


def test_everything_works_by_keyboard(desktop):
    svg = look(desktop)
    desktop.get_by_role("button", name="Copy link").focus()
    desktop.keyboard.press("Tab")
    expect(svg).to_be_focused()
    said = desktop.locator(".said")
    desktop.keyboard.press("ArrowDown")
    expect(said).to_contain_text("input of the model")
    desktop.keyboard.press("ArrowDown")
    expect(said).to_contain_text("Enter opens it")
    chosen = svg.get_attribute("aria-activedescendant")
    desktop.keyboard.press("Enter")
    expect(said).to_contain_text("Enter closes it")
    assert svg.get_attribute("aria-activedescendant") == chosen
    _, _, before = place(desktop)
    desktop.keyboard.press("+")
    assert place(desktop)[2] == pytest.approx(1.2 * before, rel=0.01)
    desktop.keyboard.press("-")
    assert place(desktop)[2] == pytest.approx(before, rel=0.01)
    desktop.keyboard.press("0")
    _, y, k = place(desktop)
    assert y >= 0
    assert k < before
    desktop.keyboard.press("Tab")
    expect(svg).not_to_be_focused()


def test_a_box_reached_by_arrows_is_in_sight(chromium, address):
    with driving.tab(chromium, address, "phone") as page:
        look(page).focus()
        for _ in range(12):
            page.keyboard.press("ArrowDown")
        frame, chosen = page.locator("svg.scene").bounding_box(), page.locator(".place.chosen .front").bounding_box()
        assert frame["y"] < chosen["y"] < frame["y"] + frame["height"] - chosen["height"]
        assert place(page)[1] <= 20  # no farther than it takes


def test_a_drag_moves_the_picture_and_a_wheel_enlarges_what_is_under_it(desktop):
    drawn = look(desktop)
    drawn.evaluate("one => one.scrollIntoView({block: 'center'})")
    frame = drawn.bounding_box()
    x, y, k = place(desktop)
    desktop.mouse.move(frame["x"] + 30, frame["y"] + 300)
    desktop.mouse.down()
    desktop.mouse.move(frame["x"] + 90, frame["y"] + 340, steps=4)
    desktop.mouse.up()
    assert place(desktop) == pytest.approx([x + 60, y + 40, k], abs=1)
    pill = box(desktop, "i0").bounding_box()
    left, top = pill["x"], pill["y"]
    desktop.mouse.move(left, top)
    desktop.mouse.wheel(0, -300)
    expect(desktop.locator("svg.scene .camera")).not_to_have_attribute(
        "transform", f"translate({x + 60},{y + 40}) scale({k})"
    )
    assert place(desktop)[2] == pytest.approx(k * 2.718281828**0.45, rel=0.01)
    pill = box(desktop, "i0").bounding_box()
    assert (pill["x"], pill["y"]) == pytest.approx((left, top), abs=2)


def test_two_fingers_zoom_and_one_moves(chromium, address):
    with driving.tab(chromium, address, "phone") as page:
        svg = look(page)
        svg.scroll_into_view_if_needed()
        frame, before = svg.bounding_box(), place(page)
        x, y = frame["x"] + 170, frame["y"] + 200
        hand = page.context.new_cdp_session(page)

        def touch(kind, *points):
            spots = [{"x": px, "y": py, "id": number} for number, (px, py) in enumerate(points)]
            hand.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": spots})

        touch("touchStart", (x, y))
        for step in range(1, 6):
            touch("touchMove", (x - 4 * step, y + 10 * step))
        touch("touchEnd")
        moved = place(page)
        assert moved[:2] == pytest.approx([before[0] - 20, before[1] + 50], abs=12)
        touch("touchStart", (x - 30, y), (x + 30, y))
        for step in range(1, 6):
            touch("touchMove", (x - 30 - 6 * step, y), (x + 30 + 6 * step, y))
        touch("touchEnd")
        assert place(page)[2] == pytest.approx(2 * moved[2], rel=0.15)


def test_a_phone_shows_the_picture_in_full_width_and_details_below(chromium, address):
    with driving.tab(chromium, address, "phone") as page:
        frame = look(page).bounding_box()
        assert frame["width"] > 340
        assert frame["height"] == pytest.approx(0.7 * 844, abs=30)
        assert page.locator(".st-key-box_detail").bounding_box()["y"] > frame["y"] + frame["height"]


def test_find_opens_what_hides_a_step_and_steps_through_the_hits(desktop):
    look(desktop)
    search = desktop.get_by_role("textbox", name="Find a step")
    search.fill("averagepool")
    search.press("Enter")
    expect(desktop.get_by_text(re.compile(r"^1 of \d"))).to_be_visible()
    search.fill("depthwise relu6")
    search.press("Enter")
    expect(desktop.get_by_text(re.compile(r"^1 of \d"))).to_be_visible()
    settled(desktop)
    first = desktop.locator(".place.chosen").get_attribute("data-id")
    frame, picture = box(desktop, first).bounding_box(), desktop.locator("svg.scene").bounding_box()
    middle = picture["x"] + picture["width"] / 2
    assert frame["x"] + frame["width"] / 2 == pytest.approx(middle, abs=3)
    shown = len(ids(desktop))
    desktop.get_by_role("button", name="Next").click()
    expect(desktop.get_by_text(re.compile(r"^2 of \d"))).to_be_visible()
    settled(desktop)
    second = desktop.locator(".place.chosen").get_attribute("data-id")
    assert second != first
    assert len(ids(desktop)) <= shown + 8  # what was opened for the first is closed again
    desktop.get_by_role("button", name="Previous").click()
    expect(desktop.locator(f"[data-id={first}].chosen")).to_be_visible()


def test_a_search_without_a_hit_says_so(desktop):
    look(desktop)
    search = desktop.get_by_role("textbox", name="Find a step")
    search.fill("no such thing")
    search.press("Enter")
    expect(desktop.get_by_text("Nothing here is called that")).to_be_visible()


def test_a_link_opens_the_same_view_again(desktop, chromium, address):
    look(desktop)
    group = closed_groups(desktop)[2]
    desktop.locator(f"[data-id={group}] .toggle").click()
    expect(desktop.locator(f"[data-id={group}] .box")).to_have_attribute("aria-expanded", "true")
    settled(desktop)
    expect(desktop).to_have_url(re.compile(f"box={group}"))
    with driving.tab(chromium, address) as other:
        look(other, desktop.url)
        assert ids(other) == ids(desktop)
        expect(other.locator(f"[data-id={group}].chosen")).to_be_visible()


def test_a_link_with_nonsense_opens_a_first_look(desktop):
    look(desktop, "/look?model=efficientnet_lite0&open=9999999.x.-4.3-1&box=%3Cscript%3E")
    assert ids(desktop)
    expect(desktop.locator(".place.chosen")).to_have_count(0)


def test_start_again_closes_what_was_opened(desktop):
    look(desktop)
    first = ids(desktop)
    desktop.locator(f"[data-id={closed_groups(desktop)[1]}] .toggle").click()
    expect(desktop.locator(".place.chosen .box")).to_have_attribute("aria-expanded", "true")
    settled(desktop)
    desktop.get_by_role("button", name="Start again").click()
    expect(desktop.locator(".place.chosen")).to_have_count(0)
    settled(desktop)
    assert ids(desktop) == first


def test_the_picture_is_saved_whole_as_svg_and_png(desktop, densenet):
    look(desktop, f"/look?model={densenet}")
    drawn = ET.fromstring(saved(desktop, "Save SVG"))
    words = {"".join(text.itertext()) for text in drawn.iter("{http://www.w3.org/2000/svg}text")}
    assert {"data_0", "fc6_1"} <= words  # the last one is far below what is in sight
    looks = {rect.get("fill") for rect in drawn.iter("{http://www.w3.org/2000/svg}rect")}
    assert all(re.fullmatch(r"rgba?\([\d, .]+\)", fill) for fill in looks)
    picture = Image.open(io.BytesIO(saved(desktop, "Save PNG")))
    width, height = float(drawn.get("width")), float(drawn.get("height"))
    assert picture.size == (int(2 * width), int(2 * height))
    assert len(picture.convert("RGB").getcolors(1 << 20)) > 20


def saved(page, button):
    with page.expect_download() as download:
        page.get_by_role("button", name=button).click()
    return Path(download.value.path()).read_bytes()


CONTRASTS = """() => {
  const canvas = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  const over = (colours) => {
    canvas.clearRect(0, 0, 1, 1);
    for (const [colour, alpha] of colours) {
      canvas.globalAlpha = alpha; canvas.fillStyle = colour; canvas.fillRect(0, 0, 1, 1);
    }
    return [...canvas.getImageData(0, 0, 1, 1).data].slice(0, 3);
  };
  const light = (colour) => colour.map((part) => part / 255)
    .map((part) => part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4)
    .reduce((sum, part, at) => sum + part * [0.2126, 0.7152, 0.0722][at], 0);
  const root = [...document.querySelectorAll("*")].map((one) => one.shadowRoot?.querySelector("svg.scene")).find(Boolean);
  const ground = getComputedStyle(root).backgroundColor, found = [];
  for (const box of root.querySelectorAll(".box")) {
    const front = getComputedStyle(box.querySelector(".front"));
    const below = over([[ground, 1], [front.fill, Number(front.fillOpacity)]]);
    for (const words of box.querySelectorAll("text")) {
      const [a, b] = [light(below), light(over([[getComputedStyle(words).fill, 1]]))];
      found.push([(Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05), words.textContent]);
    }
  }
  return found;
}"""


@pytest.mark.parametrize("colours", ["light", "dark"])
@pytest.mark.parametrize("model", ["efficientnet_lite0", "minilm"])
def test_words_in_boxes_keep_their_contrast(chromium, address, colours, model):
    with driving.tab(chromium, address, colours=colours) as page:
        look(page, f"/look?model={model}")
        found = page.evaluate(CONTRASTS)
        assert len(found) > 8
        assert min(found)[0] >= AA, min(found)


def test_names_from_a_file_are_drawn_as_text(desktop):
    nasty = "<img src=x onerror=alert(1)>"
    node = helper.make_node("Add", [nasty, nasty], ["</svg><b>out"])
    ports = [helper.make_tensor_value_info(name, TensorProto.FLOAT, [3]) for name in (nasty, "</svg><b>out")]
    made = helper.make_model(
        helper.make_graph([node], "g", ports[:1], ports[1:]), ir_version=10, opset_imports=[helper.make_opsetid("", 17)]
    )
    info = jobs.run("add_model", add_model.Request((upload("nasty.onnx", made.SerializeToString()),)))
    look(desktop, f"/look?model={info.id}")
    assert desktop.locator("svg.scene [data-id=i0] title").text_content() == nasty
    assert desktop.locator("svg.scene img, svg.scene b").count() == 0
