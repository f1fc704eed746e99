"""What `plain` promises can only be seen in a browser: Streamlit's Markdown is drawn there."""

import subprocess
import sys
from pathlib import Path
from urllib.parse import quote

import pytest
from playwright.sync_api import expect

from pages.parts.words import count, duration, plain, size
from tests.browser import driving


@pytest.fixture(scope="module")
def drawn(chromium):
    """Draws Markdown in a page of its own: gives its text, and how many links, pictures and icons it made."""
    port = driving.free_port()
    script = Path(__file__).parent / "toys" / "markdown.py"
    words = [sys.executable, "-m", "streamlit", "run", str(script), f"--server.port={port}"]
    quiet = ["--server.address=127.0.0.1", "--server.headless=true", "--browser.gatherUsageStats=false"]
    server = subprocess.Popen([*words, *quiet], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        driving.wait_for(f"http://127.0.0.1:{port}/_stcore/health", server)
        with driving.tab(chromium, f"http://127.0.0.1:{port}") as page:

            def draw(markdown):
                page.goto(f"/?text={quote(markdown)}")
                box = page.get_by_test_id("stMarkdownContainer")
                expect(box).to_be_visible()
                made = box.locator("a, img, code, strong, em, del, table, script, .katex, [role=img], span").count()
                return box.inner_text().replace("\u2060", "").strip(), made

            yield draw
    finally:
        server.terminate()
        server.wait(10)


@pytest.mark.parametrize(
    "nasty",
    [
        "![x](http://evil.example/a.png)",
        "<script>alert(1)</script>",
        ":red[shout]",
        ":material/home:",
        "https://evil.example",
        "www.evil.example",
        "me@evil.example",
        "`code` **bold** _it_ ~~gone~~ $x^2$ | a | b",
    ],
)
def test_text_from_outside_is_drawn_as_the_very_text_it_is(nasty, drawn):
    assert drawn(plain(nasty)) == (nasty, 0)


@pytest.mark.parametrize(
    ("size_bytes", "words"), [(0, "0 bytes"), (999, "999 bytes"), (18_600_000, "18.6 MB"), (2_500_000_000, "2.5 GB")]
)
def test_sizes_are_in_units_a_person_knows(size_bytes, words):
    assert size(size_bytes) == words


def test_durations_are_in_units_a_person_knows():
    assert [duration(0.2), duration(12.4), duration(1449)] == ["under 1 ms", "12 ms", "1.4 s"]


def test_one_thing_and_many_things():
    assert [count(1, "text"), count(2, "text"), count(2, "match", "matches")] == ["1 text", "2 texts", "2 matches"]
