"""Runs actions by name: at once for whoever waits, or in the background for whoever doesn't.

The page, the command line and the tests all press the same buttons. A page and an action share nothing but the request
and the result, which are plain data.
"""

from __future__ import annotations

import importlib
from types import ModuleType
from typing import Any

from core import settings
from core.caller import Caller
from core.types import Say


def run(action: str, request: Any, say: Say | None = None, visitor: str = settings.OWNER) -> Any:
    """Do `core.actions.<action>` and give its result; `say` hears how far it is.

    Raises core.errors.UserError with words for a person.
    """
    return module(action).do(request, Caller(visitor, say) if say else Caller(visitor))


def is_quick(action: str) -> bool:
    """Whether it is a mere look-up: nothing of anybody's is read, nothing can take long."""
    return bool(getattr(module(action), "QUICK", False))


def module(action: str) -> ModuleType:
    return importlib.import_module(f"core.actions.{action}")
