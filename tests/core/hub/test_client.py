"""Everything that can go wrong with a hub, and what a person reads then. Real client, real line, real processes."""

import errno
import socket
import time
from email.utils import formatdate

import pytest

from core import errors, settings
from core.actions import _workers
from core.caller import Caller
from core.errors import Full, HubUnreachable, NeedsPermission, NoSuchModel, RateLimited
from core.listings import Query
from tests.hub import repos
from tests.hub.loopback import LoopbackHub

CALLER = Caller(visitor="test-client")
GATED_401 = {"code": 401, "headers": {"X-Error-Code": "GatedRepo"}}
GATED_403 = {"code": 403, "headers": {"X-Error-Code": "GatedRepo"}}
WITHDRAWN = {"code": 403, "headers": {"X-Error-Message": "Access to this resource is disabled."}}
BAD_TOKEN = {"code": 401, "headers": {"X-Error-Message": "Invalid credentials in Authorization header"}}
GONE = {"code": 404, "headers": {"X-Error-Code": "RevisionNotFound"}}
BREAKS = {"kind": "truncate", "arg": 20}
IN_AN_HOUR = formatdate(time.time() + 3600, usegmt=True)


@pytest.fixture(scope="module")
def shelf(tmp_path_factory):
    root = tmp_path_factory.mktemp("hub")
    for build in (repos.vision, repos.who_may_come_in):
        build(root)
    with LoopbackHub(root) as hub:
        yield hub


@pytest.fixture
def hub(shelf, monkeypatch):
    from huggingface_hub import constants

    import core.hub.huggingface  # takes a second, which no test should count  # noqa: F401

    monkeypatch.setenv("HF_ENDPOINT", shelf.url)
    monkeypatch.setattr(constants, "HF_HUB_DISABLE_TELEMETRY", True)
    shelf.faults.clear()
    yield shelf
    shelf.faults.clear()


@pytest.fixture(scope="module", autouse=True)
def tidy():
    yield
    from core.workers.pool import pool

    pool().forget(CALLER.visitor)


def find(token="", caller=CALLER):
    asked = {"source": "huggingface", "query": Query("tiny"), "token": token}
    return _workers.ask_hub("find_listings", caller, asked)


def look_up(token="", caller=CALLER):
    return _workers.ask_hub("look_up", caller, {"source": "huggingface", "id": repos.VISION, "token": token})


@pytest.mark.parametrize(
    ("fault", "family", "title"),
    [
        ({"kind": "status", "arg": 503}, HubUnreachable, "The hub has trouble at the moment."),
        ({"kind": "status", "arg": 500}, HubUnreachable, "The hub has trouble at the moment."),
        ({"kind": "status", "arg": 418}, HubUnreachable, "This network doesn't lead to the hub."),
        ({"kind": "html"}, HubUnreachable, "This network doesn't lead to the hub."),
        ({"kind": "reset"}, HubUnreachable, "The connection broke off."),
        (BREAKS, HubUnreachable, "The connection broke off."),
        ({"kind": "corrupt"}, HubUnreachable, "This network doesn't lead to the hub."),
        ({"kind": "status", "arg": 429}, RateLimited, "The hub asks for a pause."),
        ({"kind": "status", "arg": 403}, NeedsPermission, "The hub doesn't allow this."),
    ],
)
def test_trouble_is_told_at_once_when_searching_and_when_looking_closer(hub, fault, family, title):
    hub.faults.append({"match": "/api/models", **fault})
    for ask in (find, look_up):
        hub.log.clear()
        with pytest.raises(family) as error:
            ask()
        assert error.value.title == title
        assert len(hub.log) == 1  # nobody waits while it is tried again and again


@pytest.mark.parametrize(
    ("arg", "token", "family", "title"),
    [
        (GATED_401, "", NeedsPermission, "“Xenova/tiny-vit” isn't for everybody."),
        (GATED_403, "hf_x", NeedsPermission, "“Xenova/tiny-vit” isn't for everybody."),
        (BAD_TOKEN, "hf_x", NeedsPermission, "The hub doesn't accept your token."),
        (401, "hf_x", NeedsPermission, "The hub doesn't accept your token."),
        (401, "", NoSuchModel, "There is no model “Xenova/tiny-vit”."),
        (404, "", NoSuchModel, "There is no model “Xenova/tiny-vit”."),
        (WITHDRAWN, "", NoSuchModel, "“Xenova/tiny-vit” was withdrawn."),
        (GONE, "", NoSuchModel, "This version of “Xenova/tiny-vit” isn't there."),
    ],
)
def test_a_no_of_the_hub_says_which_no(hub, arg, token, family, title):
    hub.faults.append({"match": "/api/models/", "kind": "status", "arg": arg})
    with pytest.raises(family) as error:
        look_up(token)
    assert error.value.title == title


def test_what_to_do_about_terms_depends_on_being_signed_in(hub):
    hub.faults.append({"match": "/api/models/", "kind": "status", "arg": GATED_401})
    for token, words in (("", "make a token"), ("hf_x", "wait for a yes")):
        with pytest.raises(NeedsPermission) as error:
            look_up(token)
        assert words in error.value.fix


@pytest.mark.parametrize(
    ("headers", "least_s", "most_s"),
    [
        ({"Retry-After": "37"}, 37, 37),
        ({"RateLimit": '"api";r=0;t=41'}, 41, 41),
        ({"RateLimit": '"api";r=9;t=41', "Retry-After": "37"}, 37, 37),
        ({"Retry-After": IN_AN_HOUR}, 600, 3600),
        ({"Retry-After": "999999999999"}, 3600, 3600),
        ({"Retry-After": "soon"}, 60, 60),
        ({}, 60, 60),
    ],
)
def test_a_pause_is_told_in_seconds_and_waited_for_by_nobody(hub, headers, least_s, most_s):
    hub.faults.append({"match": "/api/models", "kind": "status", "arg": {"code": 429, "headers": headers}})
    begun = time.monotonic()
    with pytest.raises(RateLimited) as error:
        find()
    assert least_s <= error.value.wait_s <= most_s
    assert time.monotonic() - begun < 5


def test_a_token_that_no_header_can_carry_is_refused_and_printed_nowhere(hub):
    with pytest.raises(NeedsPermission) as error:
        look_up("hf_secret\nX-Evil: 1")
    assert "secret" not in f"{error.value} {error.value.technical}"


def test_where_nobody_listens_it_says_so_within_a_moment(hub, monkeypatch):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        monkeypatch.setenv("HF_ENDPOINT", f"http://127.0.0.1:{taken.getsockname()[1]}")
        begun, caller = time.monotonic(), Caller(visitor="test-client-alone")
        for ask in (find, look_up):
            with pytest.raises(HubUnreachable, match=r"The hub can't be reached\."):
                ask(caller=caller)
        assert time.monotonic() - begun < 5
    from core.workers.pool import pool

    pool().forget(caller.visitor)


def here(name="search"):
    """Asked in this process, where limits can be made short."""
    from core.hub import huggingface

    return huggingface.search(Query("tiny"), "") if name == "search" else huggingface.look_up(repos.VISION, "")


@pytest.mark.parametrize("name", ["search", "look_up"])
def test_a_hub_that_says_nothing_is_given_up(hub, monkeypatch, name):
    monkeypatch.setattr(settings, "HUB_SILENT_S", 0.2)
    hub.faults.append({"match": "/api/models", "kind": "hang", "arg": 2})
    begun = time.monotonic()
    with pytest.raises(HubUnreachable, match=r"The hub doesn't answer\."):
        here(name)
    assert time.monotonic() - begun < 1.5


@pytest.mark.parametrize("name", ["search", "look_up"])
def test_a_hub_that_answers_in_drops_is_given_up(hub, monkeypatch, name):
    monkeypatch.setattr(settings, "HUB_ANSWER_S", 0.3)
    hub.faults.append({"match": "/api/models", "kind": "slow", "arg": 100})
    begun = time.monotonic()
    with pytest.raises(HubUnreachable, match=r"The hub doesn't answer\."):
        here(name)
    assert time.monotonic() - begun < 1.5


def test_an_answer_that_is_far_too_long_is_not_read_to_its_end(hub, monkeypatch):
    monkeypatch.setattr(settings, "MAX_HUB_ANSWER_BYTES", 100)
    with pytest.raises(HubUnreachable, match="doesn't lead to the hub"):
        here()


@pytest.mark.parametrize("endpoint", ["nowhere", "ftp://127.0.0.1", "http://[", "http://127.0.0.1:99999"])
def test_an_endpoint_that_is_no_address_says_so(hub, monkeypatch, endpoint):
    monkeypatch.setenv("HF_ENDPOINT", endpoint)
    with pytest.raises(HubUnreachable, match="address of the hub is none"):
        here()


def test_the_two_answers_of_one_look_up_fit_into_its_limit():
    assert 2 * (settings.HUB_ANSWER_S + settings.HUB_SILENT_S) < settings.LOOK_UP_LIMIT_S


def test_files_behind_terms_need_permission_even_when_the_model_can_be_seen(hub):
    from core.hub._client import api
    from core.hub._words import in_words

    with pytest.raises(NeedsPermission), in_words(repos.GATED):
        api("").auth_check(repos.GATED)
    api(repos.TOKEN).auth_check(repos.GATED)


def test_what_the_client_hides_behind_an_empty_cache_is_found_out(hub, tmp_path):
    """It raises LocalEntryNotFoundError for any trouble with the line; the reason is in its cause."""
    from core.hub._client import api
    from core.hub._words import in_words

    hub.faults.append({"match": "/resolve/", "kind": "html"})
    with pytest.raises(HubUnreachable, match="doesn't lead to the hub"), in_words(repos.VISION):
        api("").hf_hub_download(repos.VISION, "config.json", cache_dir=tmp_path)


def test_a_full_disk_is_told_as_such():
    from core.hub._words import in_words

    with pytest.raises(Full), in_words():
        raise OSError(errno.ENOSPC, "No space left on device")


def test_signatures_in_addresses_are_not_repeated():
    from core.hub._words import in_words

    with pytest.raises(errors.NotFetched) as error, in_words():
        raise ValueError("bad answer from https://cdn.example/file?X-Signature=abc now")
    assert error.value.technical == "ValueError: bad answer from https://cdn.example/file now"


def test_our_own_errors_pass_as_they_are():
    from core.hub._words import in_words

    mine = RateLimited("a", "b", "c", "wait 5 s")
    with pytest.raises(RateLimited) as error, in_words():
        raise mine
    assert error.value is mine
    assert mine.wait_s == 5
