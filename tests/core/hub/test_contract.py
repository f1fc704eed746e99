"""Every source on the shelf offers what `core.hub._contract` says; a new one is found here by itself."""

import pytest

from core import registry
from core.listings import ListingPage, Query

SOURCES = registry.load("core.hub")


@pytest.mark.parametrize("name", SOURCES)
def test_a_source_has_a_title_and_can_be_searched_and_asked(name):
    source = SOURCES[name]
    assert isinstance(source.TITLE, str)
    assert callable(source.search)
    assert callable(source.look_up)


@pytest.mark.parametrize("name", ["catalogue", "web_link"])
def test_a_source_that_needs_no_network_finds_nothing_for_nonsense(name):
    assert SOURCES[name].search(Query("xqzzy wvvk"), "") == ListingPage(())
