"""The newcomer's path, in a real browser: open, pick, give something, see the answer, save it."""

import csv
import importlib.util
import io
import re
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import expect

from tests.browser.driving import fits_the_width, settled

SKIMAGE = Path(importlib.util.find_spec("skimage").submodule_search_locations[0]) / "data"


def open_model(page, title):
    page.goto("/")
    page.get_by_role("button", name=f"Open {title}").click()
    expect(page.get_by_role("heading", name=title, level=1)).to_be_visible()
    settled(page)


def upload(page, *files):
    page.get_by_test_id("stFileUploaderDropzoneInput").first.set_input_files(list(files))
    settled(page)


def saved(page, name="Save"):
    with page.expect_download() as download:
        page.get_by_role("button", name=re.compile(f"{name}$")).first.click()
    return Path(download.value.path()).read_bytes()


def test_a_newcomer_names_what_is_in_their_own_picture(page):
    open_model(page, "EfficientNet-Lite0")
    upload(page, SKIMAGE / "coffee.png")
    answer = page.locator(".st-key-answer")
    expect(answer.get_by_role("heading")).to_have_text(re.compile("espresso|cup", re.IGNORECASE))
    assert float(answer.get_by_role("meter").first.get_attribute("aria-valuenow")) > 50
    assert fits_the_width(page)
    rows = list(csv.reader(io.StringIO(saved(page).decode())))
    assert rows[0] == ["label", "score"]
    assert re.search("espresso|cup", rows[1][0], re.IGNORECASE)


def test_a_newcomer_compares_their_own_sentences(page):
    open_model(page, "MiniLM sentences")
    box = page.get_by_role("textbox").first
    box.fill("The cat sleeps on the sofa.\nA kitten naps on the couch.\nInterest rates rose again.")
    page.get_by_role("button", name="Run").click()
    settled(page)
    expect(page.get_by_text("Most alike: text 1 and text 2")).to_be_visible()
    assert fits_the_width(page)
    table = list(csv.reader(io.StringIO(saved(page).decode())))
    assert float(table[1][2]) > float(table[1][3])


def test_many_pictures_give_a_gallery_and_a_table(desktop):
    open_model(desktop, "EfficientNet-Lite0")
    upload(desktop, SKIMAGE / "coffee.png", SKIMAGE / "chelsea.png", SKIMAGE / "rocket.jpg")
    expect(desktop.locator("[class*=st-key-tile_]")).to_have_count(3)
    rows = list(csv.reader(io.StringIO(saved(desktop, "Save the table").decode())))
    assert [row[0] for row in rows[1:]] == ["coffee.png", "chelsea.png", "rocket.jpg"]


def test_a_picture_painted_in_a_style_is_compared_by_keyboard_and_saved(desktop):
    open_model(desktop, "Painting styles")
    upload(desktop, SKIMAGE / "chelsea.png")
    slider = desktop.get_by_role("slider", name=re.compile("before and after"))
    slider.focus()
    desktop.keyboard.press("End")
    expect(slider).to_have_attribute("aria-valuenow", "100")
    picture = Image.open(io.BytesIO(saved(desktop)))
    assert picture.format == "PNG"
    assert picture.width > picture.height


def test_a_file_that_is_no_picture_gets_a_sentence_and_the_page_lives_on(desktop, tmp_path):
    fake = tmp_path / "holiday.jpg"
    fake.write_bytes(b"%PDF-1.7 this is not a picture")
    open_model(desktop, "EfficientNet-Lite0")
    upload(desktop, fake)
    expect(desktop.get_by_test_id("stAlert")).to_contain_text("picture")
    desktop.get_by_role("button", name=re.compile("Remove")).first.click()
    settled(desktop)
    expect(desktop.locator(".st-key-answer")).to_be_visible()


def test_a_file_that_is_no_model_gets_a_sentence(desktop, tmp_path):
    fake = tmp_path / "thesis.onnx"
    fake.write_bytes(b"%PDF-1.7 this is not a model")
    desktop.goto("/")
    upload(desktop, fake)
    desktop.get_by_role("button", name="Add to my models").click()
    expect(desktop.get_by_test_id("stAlert")).to_contain_text("PDF")


@pytest.mark.parametrize("place", ["/", "/try?model=efficientnet_lite0", "/about"])
def test_every_page_opens_from_a_bookmark_and_fits_the_width(page, place):
    page.goto(place)
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    settled(page)
    expect(page.get_by_test_id("stAlert").filter(has_text="wrong")).to_have_count(0)
    assert fits_the_width(page)


def test_typed_words_survive_another_example_and_another_page(desktop):
    open_model(desktop, "MiniLM sentences")
    mine = "My first own line.\nMy second own line."
    desktop.get_by_role("textbox").first.fill(mine)
    desktop.get_by_role("button", name="Run").click()
    settled(desktop)
    for name in ("Questions that mean the same", "The same thing in other words"):
        desktop.get_by_text(name).click()
        settled(desktop)
    expect(desktop.get_by_role("textbox").first).to_have_value(mine)
    for page in ("About", "Try it"):
        desktop.get_by_test_id("stTopNavLink").filter(has_text=page).click()
        expect(desktop.get_by_role("heading", name="About" if page == "About" else "MiniLM", level=1)).to_be_visible()
        settled(desktop)
    expect(desktop.get_by_role("textbox").first).to_have_value(mine)
