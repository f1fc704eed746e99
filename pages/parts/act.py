"""Runs an action from a page: shows that it works, and puts errors into words."""

from __future__ import annotations

import logging
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import streamlit as st
from streamlit.runtime.scriptrunner_utils.exceptions import RerunException, StopException

from core import jobs
from core.errors import UserError
from pages.parts.words import plain

_log = logging.getLogger(__name__)


def run(action: str, request: Any, words: str = "Working") -> Any:
    """The action's result; None after an error, which has then been shown."""
    try:
        return attempt(action, request, words)
    except UserError as error:
        show_error(error)
        return None


def attempt(action: str, request: Any, words: str = "Working") -> Any:
    """The action's result. Raises UserError, for a page that shows it somewhere else."""
    with st.spinner(words, show_time=True):
        place = st.empty()

        def say(share: float | None, what: str) -> None:
            place.progress(share or 0.0, text=plain(what)) if share is not None else place.caption(plain(what))

        try:
            return jobs.run(action, request, say)
        finally:
            place.empty()


def show_error(error: UserError) -> None:
    """What happened, why, and what to do next; the engineer's words only on request."""
    st.error(f"**{plain(error.title)}** {plain(error.detail)}", icon=":material/error:")
    st.markdown(f":material/arrow_forward: {plain(error.fix)}")
    if error.technical:
        with st.expander("Details"):
            st.code(error.technical, language=None, wrap_lines=True)


@contextmanager
def edge() -> Iterator[None]:
    """The last line of defence: a mistake of ours becomes a sentence, and the menu stays usable."""
    try:
        yield
    except (RerunException, StopException):
        raise
    except UserError as error:
        show_error(error)
    except Exception as error:  # noqa: BLE001  one of the two edges where everything is caught
        _log.exception("a page stopped")
        show_error(
            UserError(
                "Something went wrong in this app.",
                "This is our mistake, not yours. Nothing of yours was lost.",
                "Try again, or pick another model. If it happens again, please report what is under Details.",
                "".join(traceback.format_exception(error)[-3:]),
            )
        )
