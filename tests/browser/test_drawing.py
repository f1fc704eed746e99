"""What drawings of answers promise: they answer to a slider at once, and what comes from outside stays text."""

import itertools
import subprocess
import sys
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import expect

from core import settings
from tests.browser import driving


@contextmanager
def toy():
    """The address of a page that draws hand-made answers, in the app's own colours."""
    port = driving.free_port()
    script = Path(__file__).parent / "toys" / "drawing.py"
    words = [sys.executable, "-m", "streamlit", "run", str(script), f"--server.port={port}"]
    server = subprocess.Popen(words, cwd=settings.ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        driving.wait_for(f"http://127.0.0.1:{port}/_stcore/health", server)
        yield f"http://127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait(10)


@pytest.fixture(scope="module")
def drawings(chromium):
    """Opens one hand-made answer; `page.sent` then holds what the page has sent to the server since it was drawn."""
    tabs = {}
    with toy() as address, ExitStack() as stack:

        @contextmanager
        def opened(case, size="desktop", colours="light"):
            if (size, colours) not in tabs:
                page = tabs[size, colours] = stack.enter_context(driving.tab(chromium, address, size, colours))
                page.sent = []

                def note(frame):
                    page.sent.append(frame)

                page.on("websocket", lambda socket: socket.on("framesent", note))
            page = tabs[size, colours]
            page.goto(f"/?case={case}")
            expect(page.get_by_role("heading", level=1)).to_have_text(case)
            driving.settled(page)
            page.wait_for_timeout(200)  # the last word of the page goes out after it has settled
            page.sent.clear()
            yield page

        yield opened


def set_slider(page, name, value):
    """As dragging does: many steps, the words follow each."""
    slider = page.get_by_role("slider", name=name)
    slider.fill(str(value))
    return slider


def shown_boxes(page):
    return page.locator("svg g:not([hidden])")


def table(page):
    """The cells of the table under the drawing, row by row, its headings left out."""
    if not page.locator("details[open]").count():
        page.locator("summary", has_text="As a table").click()
    rows = page.locator("details tbody tr")
    return [[cell.strip() for cell in row.locator("th, td").all_inner_texts()] for row in rows.all()]


def test_the_slider_shows_more_and_fewer_boxes_without_asking_the_server(drawings):
    with drawings("boxes") as page:
        expect(shown_boxes(page)).to_have_count(4)
        slider = set_slider(page, "at least this sure", 5)
        expect(shown_boxes(page)).to_have_count(6)
        assert slider.get_attribute("aria-valuetext") == "5 %"
        set_slider(page, "at least this sure", 90)
        expect(shown_boxes(page)).to_have_count(1)
        expect(page.get_by_text("1 of 6 shown.")).to_be_visible()
        assert table(page) == [["cat", "93 %", "60", "5", "445", "298"]]
        page.wait_for_timeout(500)
        assert page.sent == []


def test_the_slider_goes_by_the_keyboard(drawings):
    with drawings("boxes") as page:
        slider = page.get_by_role("slider", name="at least this sure")
        slider.focus()
        slider.press("ArrowRight")
        expect(slider).to_have_value("26")
        slider.press("End")
        expect(page.get_by_text("It isn’t that sure of anything.")).to_be_visible()


def test_a_label_is_switched_off_and_on_again_in_picture_table_and_words(drawings):
    with drawings("boxes") as page:
        eye = page.get_by_role("button", name="eye")
        expect(eye).to_have_attribute("aria-pressed", "true")
        expect(eye).to_contain_text("2")
        eye.click()
        expect(eye).to_have_attribute("aria-pressed", "false")
        expect(shown_boxes(page)).to_have_count(2)
        assert [row[0] for row in table(page)] == ["cat", "sofa"]
        eye.press("Enter")
        expect(shown_boxes(page)).to_have_count(4)
        assert page.sent == []


def test_pointing_at_a_box_says_what_it_is_and_how_sure(drawings):
    with drawings("boxes") as page:
        page.locator("svg g", has=page.locator("rect")).nth(4).hover(position={"x": 6, "y": 6}, force=True)
        expect(page.locator(".tip")).to_contain_text("sure")


def test_the_arrow_keys_go_from_box_to_box(drawings):
    with drawings("boxes") as page:
        stage = page.get_by_role("group", name="The picture with a box")
        stage.focus()
        stage.press("ArrowRight")
        expect(page.locator(".tip")).to_have_text("\u2068cat\u2069, 93 % sure")
        stage.press("ArrowRight")
        expect(page.locator(".tip")).to_have_text("\u2068eye\u2069, 81 % sure")
        stage.press("Escape")
        expect(page.locator(".tip")).to_be_hidden()


def test_names_on_boxes_never_cover_each_other(drawings):
    with drawings("boxes", "phone") as page:
        places = [tag.bounding_box() for tag in page.locator(".tag:visible").all()]
        assert len(places) == 4
        for one, other in itertools.combinations(places, 2):
            aside = one["x"] + one["width"] <= other["x"] or other["x"] + other["width"] <= one["x"]
            assert aside or one["y"] + one["height"] <= other["y"] or other["y"] + other["height"] <= one["y"]


def test_of_ten_thousand_boxes_a_few_hundred_are_drawn_and_it_says_so(drawings):
    with drawings("boxes-many") as page:
        expect(shown_boxes(page)).to_have_count(300)
        expect(page.get_by_text("Only the 300 surest are drawn; Save keeps all 10,000.")).to_be_visible()
        page.get_by_role("button", name="None").click()
        expect(shown_boxes(page)).to_have_count(0)
        page.get_by_role("button", name="All").click()
        expect(shown_boxes(page)).to_have_count(300)


def test_what_was_switched_stays_so_when_the_page_runs_again(drawings):
    with drawings("boxes") as page:
        page.get_by_role("button", name="eye").click()
        set_slider(page, "at least this sure", 50)
        page.get_by_role("button", name="Again").click()
        driving.settled(page)
        assert page.sent, "this test can't hear what the page sends"
        expect(shown_boxes(page)).to_have_count(1)


def test_areas_are_switched_and_say_what_lies_under_the_pointer(drawings):
    with drawings("areas") as page:
        assert table(page)[0] == ["sky", "34 %"]
        stage = page.get_by_role("group", name="The picture with its areas")
        stage.hover(position={"x": 300, "y": 20})
        expect(page.locator(".tip")).to_have_text("\u2068sky\u2069 (34 % of the picture)")
        opaque = "canvas => canvas.getContext('2d').getImageData(200, 20, 1, 1).data[3]"
        assert page.locator("canvas").evaluate(opaque) == 255
        page.get_by_role("button", name="sky").click()
        assert page.locator("canvas").evaluate(opaque) == 0
        assert "sky" not in {row[0] for row in table(page)}
        set_slider(page, "How strong", 0)
        expect(page.locator("canvas")).to_have_css("opacity", "0")
        assert page.sent == []


def test_what_is_nothing_in_particular_starts_clear(drawings):
    with drawings("areas") as page:
        expect(page.get_by_role("button", name="nothing in particular")).to_have_attribute("aria-pressed", "false")


def test_depth_says_metres_where_the_model_knows_them_and_near_and_far_where_not(drawings):
    with drawings("depth-metres") as page:
        expect(page.get_by_text("far: 8.5 m")).to_be_visible()
        expect(page.get_by_text("near: 3.1 m")).to_be_visible()
        stage = page.get_by_role("group", name="How far away")
        stage.hover(position={"x": 800, "y": 3})
        expect(page.locator(".tip")).to_have_text("about 8.5 m away")
        stage.focus()
        stage.press("ArrowDown")
        expect(page.locator(".tip")).to_contain_text("m away")
        set_slider(page, "compare", 100)
        expect(page.locator("canvas")).to_have_css("clip-path", "inset(0px 0px 0px 100%)")
        assert page.sent == []
    with drawings("depth") as page:
        expect(page.get_by_text("far", exact=True)).to_be_visible()
        expect(page.get_by_text("knows no metres")).to_be_visible()


def test_marks_in_a_text_are_switched_and_read_out(drawings):
    with drawings("spans") as page:
        text = page.get_by_role("group", name="The text with its marked places")
        text.focus()
        text.press("ArrowRight")
        expect(page.get_by_role("status")).to_have_text("“Ada Lovelace”: PERSON, >99 % sure")
        page.get_by_role("button", name="PERSON").click()
        expect(page.locator("mark:not(.off)")).to_have_count(3)
        assert [row[1] for row in table(page)] == ["PLACE", "DATE", "THING"]
        assert page.sent == []


def test_words_for_and_against_differ_in_more_than_colour(drawings):
    with drawings("influences") as page:
        lines = [
            mark.evaluate("mark => getComputedStyle(mark).borderBottomStyle") for mark in page.locator("mark").all()
        ]
        assert lines == ["solid", "solid", "dotted", "dotted", "dotted"]
        assert ["great", "+41"] in table(page)
        page.locator("mark", has_text="dull").hover()
        expect(page.get_by_role("status")).to_have_text("Without “dull” the score rises by 33 points.")


def test_an_answer_far_down_a_long_text_is_shown_with_what_stands_around_it(drawings):
    with drawings("spans-answer") as page:
        expect(page.locator(".st-key-answer").get_by_role("heading")).to_have_text("1833")
        expect(page.locator("mark")).to_be_visible()
        assert len(page.locator(".text").inner_text()) < 600


@pytest.mark.parametrize("case", ["boxes-hostile", "areas-hostile", "spans-hostile"])
@pytest.mark.parametrize("size", list(driving.SIZES))
def test_a_hostile_label_stays_a_short_text(case, size, drawings):
    with drawings(case, size) as page:
        button = page.get_by_role("button", name="onerror=alert(1)").first
        expect(button).to_be_visible()
        words = button.inner_text()
        assert len(words) < 80
        assert not {"\u202e", "\x07"} & set(words)
        assert page.locator(".st-key-answer img[src=x], .st-key-answer script").count() == 0
        assert driving.fits_the_width(page)


CASES = ["boxes", "boxes-many", "areas", "areas-many", "depth", "cut-out", "heat", "matches", "spans", "influences"]


@pytest.mark.parametrize("case", CASES)
def test_on_a_phone_nothing_stands_out_at_the_side(case, drawings):
    with drawings(case, "phone", "dark") as page:
        page.wait_for_function("[...document.images].every((image) => image.complete)")
        assert driving.fits_the_width(page)
        wide = """root => {
            const inside = (node) => [...node.querySelectorAll('*')].flatMap((one) => [one, ...(one.shadowRoot ? inside(one.shadowRoot) : [])]);
            const frame = (one) => one.closest('.stage, .scroll, .glideDataEditor, [data-testid=stDataFrame]');
            return inside(root).filter((one) => !frame(one) && one.getBoundingClientRect().right > innerWidth + 1)
                .map((one) => one.outerHTML.slice(0, 80));
        }"""
        assert page.locator(".st-key-answer").evaluate(wide) == []
