"""Two pupils with the link, and one without it."""

import re
import time

import pytest
from playwright.sync_api import expect

from tests.browser import driving
from tests.browser.driving import settled
from tests.core.actions.test_visitors import model


@pytest.fixture(scope="module")
def link(tmp_path_factory):
    log_path = tmp_path_factory.mktemp("classroom") / "log.txt"
    with driving.app(log_path, "--classroom", "--address", "127.0.0.1") as address:
        yield printed(log_path, rf"{address}/\?key=\S+")


def printed(log_path, pattern):
    """The link, which is printed a moment after the server is up."""
    end = time.monotonic() + driving.START_S
    while not (found := re.search(pattern, log_path.read_text())) and time.monotonic() < end:
        time.sleep(0.05)
    return found.group()


def test_who_has_the_link_comes_in_and_sees_nothing_of_the_others(link, chromium, tmp_path):
    address = link.split("/?")[0]
    path = tmp_path / "plans of ann.onnx"
    path.write_bytes(model())
    with driving.tab(chromium, address) as ann, driving.tab(chromium, address, "phone") as bob:
        ann.goto(link)
        expect(ann).to_have_url(re.compile(r"/$"))
        expect(ann.get_by_text("This is no login")).to_be_visible()
        ann.get_by_test_id("stFileUploaderDropzoneInput").first.set_input_files(path)
        settled(ann)
        ann.get_by_role("button", name="Add to my models").click()
        expect(ann.get_by_role("heading", name="plans of ann", level=1)).to_be_visible(timeout=30_000)
        bob.goto(link)
        expect(bob.get_by_role("heading", name="Bring your own")).to_be_visible()
        settled(bob)
        expect(bob.get_by_text("plans of ann")).to_have_count(0)
        ann.goto("/")
        expect(ann.get_by_role("heading", name="plans of ann")).to_be_visible()


def test_without_the_key_nobody_comes_in(link, chromium):
    address = link.split("/?")[0]
    context = chromium.new_context(base_url=address)
    page = context.new_page()
    page.goto("/")
    expect(page.get_by_role("heading")).to_have_text("You can't come in with this link.")
    context.close()
