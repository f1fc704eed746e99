"""Who is who, with and without a classroom."""

import pytest

from core import settings
from core.server import visitor


@pytest.fixture
def classroom(monkeypatch):
    monkeypatch.setenv(settings.CLASSROOM_VARIABLE, "1")


def test_a_new_id_has_the_form_of_an_id_and_is_never_the_same():
    ids = {visitor.new_visitor_id() for _ in range(100)}
    assert len(ids) == 100
    assert all(visitor.is_visitor_id(one) for one in ids)


@pytest.mark.parametrize("text", ["", "short", "a" * 31, "a" * 65, "a" * 31 + "/", "../" + "a" * 40, "a" * 40 + "\n"])
def test_what_is_not_an_id_is_noticed(text):
    assert not visitor.is_visitor_id(text)


def test_at_ones_own_computer_everybody_is_the_owner():
    assert visitor.visitor_of({}) == settings.OWNER
    assert visitor.visitor_of({visitor.COOKIE: visitor.new_visitor_id()}) == settings.OWNER


def test_in_a_classroom_a_browser_without_a_cookie_is_nobody(classroom):
    assert not visitor.visitor_of({})
    assert not visitor.visitor_of({visitor.COOKIE: "owner"})


def test_in_a_classroom_the_name_is_the_same_each_time_and_does_not_tell_the_cookie(classroom):
    first, second = visitor.new_visitor_id(), visitor.new_visitor_id()
    name = visitor.visitor_of({visitor.COOKIE: first})
    assert name == visitor.visitor_of({visitor.COOKIE: first})
    assert name != visitor.visitor_of({visitor.COOKIE: second})
    assert name not in first
    assert len(name) == 24


def test_the_name_is_the_start_of_the_sha256(classroom):
    # printf 'a%.0s' {1..43} | sha256sum
    assert visitor.visitor_of({visitor.COOKIE: "a" * 43}) == "66d34fba71f8f450f7e45598"
