"""The server's own addresses and its door."""

import json
import urllib.error
import urllib.request

import pytest

from core import settings


def get(url, **headers):
    request = urllib.request.Request(url, headers={name.replace("_", "-"): value for name, value in headers.items()})
    with urllib.request.urlopen(request, timeout=10) as answer:
        return answer.read(), answer.headers


def test_health_says_which_app_answers(address):
    body, _ = get(f"{address}/healthz")
    assert json.loads(body)["status"] == "ok"
    assert json.loads(body)["version"] == settings.VERSION


def test_another_sites_name_for_this_computer_is_refused(address):
    with pytest.raises(urllib.error.HTTPError) as error:
        get(f"{address}/healthz", Host="evil.example")
    with error.value as refusal:
        assert refusal.code == 400


def test_answers_forbid_guessing_of_content_types(address):
    _, headers = get(f"{address}/healthz")
    assert headers["x-content-type-options"] == "nosniff"
