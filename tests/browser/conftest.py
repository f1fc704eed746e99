"""One server and one browser for all browser tests; a fresh tab for each."""

import pytest
from playwright.sync_api import expect

from tests.browser import driving

expect.set_options(timeout=20_000)


@pytest.fixture(scope="session")
def address(tmp_path_factory):
    log_path = tmp_path_factory.mktemp("server") / "log.txt"
    with driving.app(log_path) as address:
        yield address
    assert "Traceback" not in log_path.read_text()


@pytest.fixture(scope="session")
def chromium():
    with driving.browser() as chromium:
        yield chromium


@pytest.fixture(params=list(driving.SIZES))
def page(request, chromium, address):
    """A tab in the size of a desktop, and again in the size of a phone."""
    with driving.tab(chromium, address, request.param) as page:
        yield page


@pytest.fixture
def desktop(chromium, address):
    with driving.tab(chromium, address) as page:
        yield page
