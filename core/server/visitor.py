"""Who is who: a cookie without a name in it, so that people in a classroom find their own things again."""

from __future__ import annotations

import hashlib
import re
import secrets
from collections.abc import Mapping

from core import settings

COOKIE = "onnx_playground_visitor"
COOKIE_AGE_S = 30 * 24 * 3600
_ID = re.compile(r"[A-Za-z0-9_-]{32,64}")
_HASH_CHARACTERS = 24


def new_visitor_id() -> str:
    """43 characters nobody can guess: whoever knows them is that visitor."""
    return secrets.token_urlsafe(32)


def is_visitor_id(text: str) -> bool:
    """Whether a cookie has the form that `new_visitor_id` gives."""
    return _ID.fullmatch(text) is not None


def visitor_of(cookies: Mapping[str, str]) -> str:
    """The name under which this browser's things are kept; "" when it has no cookie yet and must load the page again.

    Not the cookie itself: a folder's name or a row in the database would otherwise be enough to be that visitor.
    """
    if not settings.is_classroom():
        return settings.OWNER
    cookie = cookies.get(COOKIE, "")
    return hashlib.sha256(cookie.encode()).hexdigest()[:_HASH_CHARACTERS] if is_visitor_id(cookie) else ""
