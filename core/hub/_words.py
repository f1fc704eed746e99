"""Puts what goes wrong with the hub into words: whatever its client raises, a person reads one of our errors."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urlsplit

import httpx2
from huggingface_hub import errors as theirs
from huggingface_hub.utils._http import parse_ratelimit_headers

from core.errors import Full, HubUnreachable, NeedsPermission, NoSuchModel, NotFetched, RateLimited, UserError
from core.hub._client import endpoint

_NO_ANSWER_OF_A_HUB = (theirs.FileMetadataError, ValueError, KeyError, TypeError, AttributeError)
"""What its client raises about answers that aren't as it expects."""
_THEIRS = (httpx2.HTTPError, httpx2.InvalidURL, theirs.EntryNotFoundError, OSError, *_NO_ANSWER_OF_A_HUB)
_FULL_DISK = (28, 122)
_WAIT_S = 60
_MOST_WAIT_S = 3600
_TRY_LATER = "Check the connection and try again. Models you have already work without it."


@contextmanager
def in_words(about: str = "") -> Iterator[None]:
    """Whatever the client raises inside becomes NotFetched or a subclass (Full when the disk is).

    `about`: the model's name, as people know it.
    """
    try:
        yield
    except _THEIRS as error:
        raise _ours(error, about[:100]) from error


def host() -> str:
    """The hub as people know it: `huggingface.co`."""
    return urlsplit(endpoint()).netloc.rpartition("@")[2]


def no_name(about: str, technical: str = "") -> NoSuchModel:
    return NoSuchModel(
        f"“{about}” can't be the name of a model.",
        "Names on the hub look like owner/model, in letters, digits and . - _ alone.",
        f"Copy the name from the model's page on {host()}, or search for a word of it.",
        technical,
    )


def withdrawn(about: str, technical: str = "") -> NoSuchModel:
    return NoSuchModel(
        f"“{about}” was withdrawn.", "The hub has closed access to it, for everybody.", "Choose another.", technical
    )


@dataclass(frozen=True)
class _Case:
    error: Any
    about: str
    technical: str

    @property
    def status(self) -> int:
        return int(self.error.response.status_code)

    @property
    def had_token(self) -> bool:
        return "authorization" in self.error.response.request.headers


def _ours(error: Exception, about: str) -> UserError:
    cause = error.__cause__
    if isinstance(error, theirs.LocalEntryNotFoundError) and isinstance(cause, _THEIRS):
        return _ours(cause, about)
    without_signatures = re.sub(r"(https?://[^\s?]+)\?\S+", r"\1", str(error))
    case = _Case(error, about, f"{type(error).__name__}: {without_signatures}"[:500])
    return next(say(case) for types, say in _SAYINGS if isinstance(error, types))


def _refused(case: _Case) -> UserError:
    """The hub was there and said no."""
    is_missing = isinstance(case.error, theirs.RepositoryNotFoundError) or case.status in (401, 404)
    if case.status == 401 and case.had_token:
        return _bad_token(case)
    if case.status == 429:
        return _too_many(case)
    if case.about and is_missing:
        return _missing(case)
    if case.status in (401, 403):
        return _forbidden(case)
    if case.status >= 500 or case.status == 408:
        fix = "Try again in a few minutes. Models you have already work without it."
        detail = f"{host()} answered {case.status}."
        return HubUnreachable("The hub has trouble at the moment.", detail, fix, case.technical)
    return _no_hub(case, f"{host()} answered {case.status}, which a hub doesn't.")


def _gated(case: _Case) -> NeedsPermission:
    if case.had_token:
        detail = "You are signed in, but haven't accepted its terms, or its author hasn't let you in yet."
        fix = f"Open {host()}/{case.about}, accept the terms there, and wait for a yes if one is needed."
    else:
        detail = "Its author wants you to have an account (free of charge) and to accept terms first."
        fix = (
            f"Open {host()}/{case.about}, sign in, accept the terms, make a token, and enter it here under "
            "“I have an account” (or set HF_TOKEN)."
        )
    return NeedsPermission(f"“{case.about}” isn't for everybody.", detail, fix, case.technical)


def _bad_token(case: _Case) -> NeedsPermission:
    return NeedsPermission(
        "The hub doesn't accept your token.",
        "It may have been mistyped, have expired, or been deleted on the hub.",
        f"Make a new one on {host()}/settings/tokens and enter it, or forget the token to go on without one.",
        case.technical,
    )


def _forbidden(case: _Case) -> NeedsPermission:
    reason = "your token has too few rights" if case.had_token else "wants to know who asks"
    return NeedsPermission(
        "The hub doesn't allow this.",
        f"It may have blocked this network, or {reason}.",
        "Use a token with the right to read, or try again from another network.",
        case.technical,
    )


def _missing(case: _Case) -> NoSuchModel:
    """For good reason a hub doesn't say whether a model is private or not there."""
    private = "your token may not see it" if case.had_token else "it is private and you aren't signed in"
    return NoSuchModel(
        f"There is no model “{case.about}”.",
        f"Nobody has published it under this name, or {private}.",
        "Check the spelling, or search for a word of it. If it is yours, sign in with a token that may read it.",
        case.technical,
    )


def _gone(case: _Case) -> NoSuchModel:
    what = "version" if isinstance(case.error, theirs.RevisionNotFoundError) else "file"
    return NoSuchModel(
        f"This {what} of “{case.about}” isn't there." if case.about else f"This {what} isn't there.",
        "Its author has changed or removed it, or the address is mistyped.",
        "Look the model up once more and choose from what there is now.",
        case.technical,
    )


def _too_many(case: _Case) -> RateLimited:
    wait_s = _asked_to_wait_s(case.error.response)
    return RateLimited(
        "The hub asks for a pause.",
        "Too many questions came from here in a short time; everybody in your network counts together.",
        f"Try again in {wait_s} seconds. With a token the hub allows more.",
        f"wait {wait_s} s. {case.technical}",
    )


def _asked_to_wait_s(answer: httpx2.Response) -> int:
    """From the headers RateLimit or Retry-After, which says seconds or a time of day."""
    limit = parse_ratelimit_headers(answer.headers)
    retry_after = answer.headers.get("retry-after", "").strip()
    if limit and limit.remaining == 0:
        wait_s = limit.reset_in_seconds
    elif retry_after.isdecimal():
        wait_s = int(retry_after[:9])
    else:
        try:
            wait_s = int(parsedate_to_datetime(retry_after).timestamp() - time.time())
        except (ValueError, TypeError):
            wait_s = _WAIT_S
    return min(max(wait_s, 1), _MOST_WAIT_S)


def _no_way(case: _Case) -> HubUnreachable:
    if "CERTIFICATE_VERIFY_FAILED" not in str(case.error):
        detail = f"There is no way to {host()} now."
        return HubUnreachable("The hub can't be reached.", detail, _TRY_LATER, case.technical)
    return HubUnreachable(
        "The hub couldn't be recognised.",
        f"Somebody answers in the name of {host()}, and can't prove to be it.",
        "If your network checks all traffic, set SSL_CERT_FILE to its certificate before you start the app.",
        case.technical,
    )


def _no_way_out(case: _Case) -> HubUnreachable:
    fix = "Ask whoever runs your network for its proxy, and set it as HTTPS_PROXY before you start the app."
    return HubUnreachable("The way out of your network is closed.", "Its proxy refused.", fix, case.technical)


def _silent(case: _Case) -> HubUnreachable:
    return HubUnreachable(
        "The hub doesn't answer.", f"{host()} took too long to say something.", _TRY_LATER, case.technical
    )


def _broke_off(case: _Case) -> HubUnreachable:
    return HubUnreachable("The connection broke off.", f"{host()} hung up in the middle.", _TRY_LATER, case.technical)


def _no_hub(case: _Case, detail: str = "") -> HubUnreachable:
    return HubUnreachable(
        "This network doesn't lead to the hub.",
        detail or f"Something answered in the name of {host()}, but it doesn't talk like a hub.",
        "In a hotel, a train or a school, open any web page first and sign in there, then try again. "
        "If HF_ENDPOINT is set, check it.",
        case.technical,
    )


def _no_room(case: _Case) -> UserError:
    if getattr(case.error, "errno", None) in _FULL_DISK:
        return Full("The disk is full.", "There was no room for what arrived.", "Delete something, then try again.")
    detail = "The line or the disk gave up on the way."
    return NotFetched("This couldn't be fetched.", detail, "Start it once more.", case.technical)


_SAYINGS: tuple[tuple[Any, Callable[[_Case], UserError]], ...] = (
    (theirs.GatedRepoError, _gated),
    (theirs.DisabledRepoError, lambda case: withdrawn(case.about, case.technical)),
    ((theirs.RevisionNotFoundError, theirs.RemoteEntryNotFoundError), _gone),
    ((theirs.HfHubHTTPError, httpx2.HTTPStatusError), _refused),
    (theirs.HFValidationError, lambda case: no_name(case.about, case.technical)),
    (httpx2.ProxyError, _no_way_out),
    ((httpx2.DecodingError, httpx2.TooManyRedirects, httpx2.InvalidURL, httpx2.UnsupportedProtocol), _no_hub),
    ((httpx2.ConnectError, httpx2.ConnectTimeout), _no_way),
    (httpx2.TimeoutException, _silent),
    (httpx2.HTTPError, _broke_off),
    (_NO_ANSWER_OF_A_HUB, _no_hub),
    (Exception, _no_room),
)
"""The first that fits is said; a subclass stands before its family."""
