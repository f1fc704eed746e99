"""Runs an action by its name, so that the page, the command line and the tests all press the same button.

The page and the action share nothing but the request and the result, which are plain data.
"""

from __future__ import annotations

import importlib
from typing import Any

from core.types import Say


def run(action: str, request: Any, say: Say | None = None) -> Any:
    """Do `core.actions.<action>` and give its result; `say` hears how far it is.

    Raises core.errors.UserError with words for a person.
    """
    return importlib.import_module(f"core.actions.{action}").do(request, say or _silent)


def _silent(_share: float | None, _words: str) -> None:
    """For callers who don't want to hear."""
