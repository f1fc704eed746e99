"""Find a model on a hub (on loopback, spoken to by the real client), get it, and find it again, in a real browser."""

import os
import re

import pytest
from playwright.sync_api import expect

from tests.browser import driving
from tests.browser.driving import fits_the_width, settled
from tests.hub import repos
from tests.hub.loopback import LoopbackHub


@pytest.fixture(scope="module")
def hub(tmp_path_factory):
    root = tmp_path_factory.mktemp("hub")
    repos.make_all(root)
    with LoopbackHub(root) as hub:
        yield hub


@pytest.fixture(scope="module")
def server(hub, tmp_path_factory):
    """An app of its own with an empty library, for which the hub lies on this computer."""
    folder = tmp_path_factory.mktemp("find")
    before = dict(os.environ)
    os.environ |= {"HF_ENDPOINT": hub.url, "ONNX_PLAYGROUND_HOME": str(folder / "home")}
    try:
        with driving.app(folder / "log.txt") as address:
            yield address
    finally:
        os.environ.clear()
        os.environ.update(before)
    assert "Traceback" not in (folder / "log.txt").read_text()


@pytest.fixture(params=list(driving.SIZES))
def tab(request, chromium, server):
    with driving.tab(chromium, server, request.param) as page:
        yield page


@pytest.fixture
def desk(chromium, server):
    with driving.tab(chromium, server) as page:
        yield page


def look_at(page, id_):
    page.goto(f"/find?source=huggingface&id={id_}")
    settled(page)


def test_searching_by_words_shows_size_licence_and_what_it_is_for(tab):
    tab.goto("/find")
    tab.get_by_role("textbox", name="What should the model do?").fill("tiny-vit")
    tab.keyboard.press("Enter")
    settled(tab)
    row = tab.locator("[class*='st-key-row']").filter(has_text=repos.VISION.rpartition("/")[2])
    expect(row).to_contain_text("Free to use")
    expect(row).to_contain_text("Name what is in a picture")
    assert fits_the_width(tab)


def test_a_model_is_looked_at_fetched_opened_and_found_in_the_library(desk):
    look_at(desk, repos.VISION)
    expect(desk.get_by_text("Fits this computer")).to_be_visible()
    expect(desk.get_by_text("Free to use").first).to_be_visible()
    desk.get_by_role("button", name=re.compile("^download Get it|Get it")).first.click()
    expect(desk.get_by_text("It is in your library.")).to_be_visible(timeout=60_000)
    desk.get_by_role("button", name=re.compile("Open it")).first.click()
    expect(desk.get_by_role("heading", level=1)).to_contain_text("tiny-vit")
    desk.goto("/library")
    settled(desk)
    expect(desk.locator("[class*='st-key-entry']").filter(has_text="tiny-vit")).to_be_visible()


def test_the_hub_is_asked_only_when_something_is_looked_for(desk, hub):
    hub.log.clear()
    desk.goto("/find")
    settled(desk)
    expect(desk.get_by_text("then the hub is asked, and not before")).to_be_visible()
    assert hub.log == []


def test_looking_inside_reads_a_few_pieces_only(desk, hub):
    hub.log.clear()
    look_at(desk, repos.ZOO)
    desk.get_by_test_id("stMainBlockContainer").get_by_text("Look inside").click()
    expect(desk.get_by_text(re.compile("Learned from"))).to_be_visible()
    asked = [one for one in hub.log if one["method"] == "GET" and one["host"].startswith("localhost")]
    assert asked
    assert all("Range" in one for one in asked)


@pytest.mark.parametrize(
    ("id_", "words"),
    [
        (repos.PRIVATE, "private"),
        (repos.NO_ONNX, "no ONNX"),
        ("nobody/nothing", "nobody/nothing"),
    ],
)
def test_what_cannot_be_had_is_said_in_words(desk, id_, words):
    look_at(desk, id_)
    expect(desk.get_by_test_id("stAlert")).to_contain_text(re.compile(words, re.IGNORECASE))


def test_an_unsafe_model_is_not_fetched(desk):
    look_at(desk, repos.UNSAFE)
    expect(desk.get_by_text("Not fetched: its source calls it unsafe.")).to_be_visible()
    expect(desk.get_by_role("button", name=re.compile("Get it"))).to_be_disabled()


def test_without_the_hub_the_picks_and_the_library_still_work(desk, hub):
    hub.faults.append({"match": "/api/models", "kind": "status", "arg": 503})
    try:
        desk.goto("/find")
        desk.get_by_role("textbox", name="What should the model do?").fill("photo")
        desk.keyboard.press("Enter")
        settled(desk)
        expect(desk.get_by_text("What still works")).to_be_visible(timeout=30_000)
        expect(desk.locator("[class*='st-key-row-catalogue']").first).to_be_visible()
        desk.goto("/library")
        settled(desk)
        expect(desk.get_by_role("heading", name="My library")).to_be_visible()
    finally:
        hub.faults.clear()


def test_the_library_says_what_deleting_frees_and_takes_notes(desk):
    desk.goto("/library")
    settled(desk)
    desk.get_by_role("button", name="Details").first.click()
    settled(desk)
    desk.get_by_text("Name, note and tags").click()
    desk.get_by_role("textbox", name="Tags").fill("mine, small")
    desk.get_by_role("button", name="Save", exact=True).click()
    settled(desk)
    expect(desk.get_by_text("small").first).to_be_visible()
    desk.get_by_role("button", name=re.compile("Check files")).click()
    expect(desk.get_by_text(re.compile("files are as they were"))).to_be_visible()
    desk.get_by_role("button", name=re.compile("Remove it")).click()
    expect(desk.get_by_role("dialog")).to_contain_text("That frees")
    desk.get_by_role("dialog").get_by_role("button", name="Remove it").click()
    settled(desk)
    expect(desk.get_by_text("Your library is empty.")).to_be_visible()


def test_a_hub_that_asks_for_a_pause_is_left_alone_while_the_seconds_are_counted(desk, hub):
    told = {"code": 429, "headers": {"Retry-After": "9"}}
    hub.faults.append({"match": "/api/models/", "kind": "status", "arg": told, "times": 1})
    look_at(desk, repos.CLIP)
    expect(desk.get_by_text("The hub asks for a pause.")).to_be_visible()
    expect(desk.get_by_text(re.compile("Until then the hub wouldn.t answer"))).to_be_visible()
    desk.get_by_role("button", name=re.compile("Try again")).click(timeout=25_000)
    expect(
        desk.get_by_text("Which version?").or_(desk.get_by_role("button", name=re.compile("Get it")))
    ).to_be_visible()


def test_a_download_is_seen_from_every_page_stopped_at_once_and_goes_on_later(desk, hub):
    repos.make(hub.root, "makers/large", {"model.onnx": padded_model(12_000_000)})
    hub.bytes_per_s = 1_500_000
    try:
        look_at(desk, "makers/large")
        desk.get_by_role("button", name=re.compile("Get it")).click()
        expect(desk.locator("[class*=st-key-live]")).to_contain_text("a second", timeout=20_000)
        desk.get_by_role("link", name="About").click()
        expect(desk.locator(".st-key-tray")).to_contain_text(re.compile(r"Getting large.*of 12\.\d MB"))
        desk.locator(".st-key-tray").get_by_role("button", name="Stop").click()
        expect(desk.locator(".st-key-tray")).to_have_count(0)
        desk.goto("/library")
        expect(desk.get_by_text("Your library is empty.")).to_be_visible()
    finally:
        hub.bytes_per_s = 0
    hub.log.clear()
    look_at(desk, "makers/large")
    desk.get_by_role("button", name=re.compile("Get it")).click()
    expect(desk.get_by_text("It is in your library.")).to_be_visible(timeout=60_000)
    assert any("Range" in asked for asked in hub.log)


def padded_model(size_bytes):
    """A model whose file has this size, of weights that nothing uses."""
    import numpy as np
    from onnx import TensorProto, helper, numpy_helper

    ports = [helper.make_tensor_value_info(name, TensorProto.FLOAT, [1]) for name in "xy"]
    noise = np.frombuffer(np.random.default_rng(0).bytes(size_bytes), np.uint8)
    graph = helper.make_graph(
        [helper.make_node("Relu", ["x"], ["y"])], "g", ports[:1], ports[1:], [numpy_helper.from_array(noise, "w")]
    )
    return helper.make_model(graph, ir_version=10, opset_imports=[helper.make_opsetid("", 17)])
