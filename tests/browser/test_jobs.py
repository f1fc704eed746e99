"""Long and hostile work in a real browser: it can be left, stopped, and harms nothing."""

import re
import time
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser import driving
from tests.browser.driving import fits_the_width, settled
from tests.browser.test_newcomer import SKIMAGE, open_model, upload
from tests.core.loops import endless
from tests.core.workers.hostile import division_that_kills_when_it_runs


def add(page, path):
    """Add a model of one's own and press Run."""
    page.goto("/")
    page.get_by_test_id("stFileUploaderDropzoneInput").first.set_input_files(path)
    settled(page)
    page.get_by_role("button", name="Add to my models").click()
    expect(page.get_by_role("heading", name=Path(path).stem, level=1)).to_be_visible()
    settled(page)
    page.get_by_role("button", name="Run", exact=True).click()


@pytest.fixture
def loop(tmp_path):
    return endless(tmp_path / "loop.onnx")


def remove(page, title):
    """Leave the library as it was for the next test."""
    page.goto("/")
    page.locator("[class*=st-key-card_]").filter(has_text=title).get_by_role("button", name="Remove").click()
    page.get_by_role("button", name="Remove it").click()
    settled(page)


def test_an_endless_model_is_left_seen_from_another_page_and_stopped(page, loop):
    add(page, loop)
    expect(page.get_by_role("button", name="Stop")).to_be_visible()
    start = time.monotonic()
    page.goto("/about")
    expect(page.get_by_role("heading", name="About", exact=True)).to_be_visible()
    tray = page.locator(".st-key-tray")
    expect(tray).to_contain_text("so far")
    assert time.monotonic() - start < 10  # the machine may be busy; what matters is that the model doesn't hold it up
    assert fits_the_width(page)
    tray.get_by_role("button", name="Stop").click()
    expect(tray).to_have_count(0)
    remove(page, "loop")


def test_a_stopped_model_says_so_and_starts_again_only_when_asked(desktop, loop):
    add(desktop, loop)
    desktop.get_by_role("button", name="Stop").click()
    expect(desktop.get_by_text("You pressed Stop before it was done.")).to_be_visible()
    settled(desktop)
    expect(desktop.get_by_role("button", name="Stop")).to_have_count(0)
    desktop.get_by_role("button", name="Try again").click()
    desktop.get_by_role("button", name="Stop").click()
    expect(desktop.get_by_text("You pressed Stop before it was done.")).to_be_visible()
    remove(desktop, "loop")


def test_a_model_that_kills_its_process_is_an_error_in_words_and_the_next_answer_comes(desktop, tmp_path):
    path = tmp_path / "killer.onnx"
    path.write_bytes(division_that_kills_when_it_runs())
    add(desktop, str(path))
    expect(desktop.get_by_text("This made the model's process crash.")).to_be_visible()
    remove(desktop, "killer")
    open_model(desktop, "EfficientNet-Lite0")
    expect(desktop.locator(".st-key-answer").get_by_role("meter").first).to_be_visible()


def test_many_pictures_are_answered_while_one_looks_at_another_page_and_after_a_reload(desktop, tmp_path):
    open_model(desktop, "Text reader")
    pages = [tmp_path / f"page {number}.png" for number in range(16)]  # enough to take a few seconds
    for page in pages:
        page.write_bytes((SKIMAGE / "page.png").read_bytes())
    desktop.get_by_test_id("stFileUploaderDropzoneInput").first.set_input_files(pages)
    at_work = desktop.locator("[class*=st-key-live], .st-key-tray").filter(has_text="16 answers from")
    expect(at_work.first).to_be_visible()  # on a busy machine the list at the top has it before the page
    desktop.get_by_role("link", name="About").click()
    expect(desktop.get_by_role("heading", name="About", exact=True)).to_be_visible()
    expect(desktop.get_by_text("16 answers from").first).to_be_visible()
    desktop.reload()
    expect(desktop.get_by_text(re.compile("16 answers from.*: done"))).to_be_visible(timeout=120_000)
    desktop.get_by_text("The answers", exact=True).click()
    expect(desktop.get_by_role("button", name="Save the table")).to_be_visible()
    desktop.get_by_role("button", name="All right").click()
    expect(desktop.get_by_text("16 answers from")).to_have_count(0)


def test_uploads_leave_the_memory_of_the_server_and_then_the_disk(address, chromium, tmp_path):
    from core import settings

    kept = settings.data_folder() / "uploads" / "owner"
    before = set(kept.iterdir()) if kept.exists() else set()
    with driving.tab(chromium, address) as page:
        open_model(page, "EfficientNet-Lite0")
        upload(page, SKIMAGE / "coffee.png")
        expect(page.locator(".st-key-answer").get_by_role("heading")).to_have_text(re.compile("espresso|cup"))
        (new,) = set(kept.iterdir()) - before
        assert new.read_bytes() == (SKIMAGE / "coffee.png").read_bytes()
        page.get_by_role("button", name=re.compile("Remove coffee")).click()
        settled(page)
        for _ in range(100):
            if not new.exists():
                break
            page.wait_for_timeout(50)
        assert not new.exists()


def test_the_settings_say_what_protects_and_the_diagnostics_can_be_copied(page):
    page.goto("/settings")
    expect(page.get_by_role("heading", name="What protects this computer")).to_be_visible()
    expect(page.get_by_text("can't connect to anything")).to_be_visible()
    settled(page)
    page.get_by_role("button", name="Copy diagnostics").click()
    expect(page.get_by_role("button", name="Copied")).to_be_visible()
    assert fits_the_width(page)
