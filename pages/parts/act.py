"""Runs an action from a page: as a job, so that the page never freezes; shows how far it is; puts errors into words."""

from __future__ import annotations

import logging
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import streamlit as st
from streamlit.runtime.scriptrunner_utils.exceptions import RerunException, StopException

from core import jobs
from core.caller import stopped
from core.errors import RunFailed, Stopped, UserError
from core.jobs.board import board
from core.jobs.job import Job
from pages.parts import pictures, state
from pages.parts.words import duration, plain

_log = logging.getLogger(__name__)
_QUIET_S = 0.3
"""Nothing is shown before: what is quicker would only flicker."""
_STOP_AFTER_S = 1.0
_LIVE_AFTER_S = 0.8
_LOOK_EVERY_S = 0.5
_TICK_S = 0.05


def run(action: str, request: Any, words: str = "Working") -> Any:
    """The action's result; None after an error, which has then been shown."""
    try:
        return attempt(action, request, words)
    except UserError as error:
        show_error(error)
        _offer_again(error, pictures.fingerprint(action, request))
        return None


def attempt(action: str, request: Any, words: str = "Working") -> Any:
    """The action's result. Raises UserError, for a page that shows it somewhere else.

    The work goes on when the user leaves the page; coming back joins it.
    """
    if jobs.is_quick(action):
        return jobs.run(action, request, visitor=state.visitor())
    job = _submit(action, request, words)
    if not _is_over_within(job, _QUIET_S):
        place = st.empty()
        with place.container(), st.spinner(plain(job.title), show_time=True):
            _watch(job)
        place.empty()
    return _answer(job)


def run_live(action: str, request: Any, words: str, *, again: bool = False, background: bool = False) -> Any:
    """The result, or None while it isn't there yet: then its progress is shown here, and the page is drawn anew at its
    end. For what may take long inside a fragment: while a fragment waits, Streamlit holds back every click in it.

    `again`: not the result of an earlier time. `background`: remembered on disk, in case the app is closed meanwhile.
    """
    key = pictures.fingerprint(action, request)
    if again:
        state.ended().pop(key, None)
        board().see(key, state.visitor())
    try:
        job = _submit(action, request, words, background=background)
        with st.spinner(plain(words), show_time=True):
            done = _is_over_within(job, _LIVE_AFTER_S)
        if done:
            return _answer(job)
    except UserError as error:
        show_error(error)
        _offer_again(error, key)
        return None
    if job.id in state.in_tray():
        st.info(f"{plain(job.title)}: at work, see the top of the page.", icon=":material/progress_activity:")
    else:
        _live(job)
    return None


def start(action: str, request: Any, words: str) -> None:
    """Start it in the background; the list at the top of every page shows how far it is, and what came of it."""
    state.ended().pop(pictures.fingerprint(action, request), None)
    try:
        _submit(action, request, words, background=True)
    except UserError as error:
        show_error(error)


def _submit(action: str, request: Any, words: str, *, background: bool = False) -> Job:
    key = pictures.fingerprint(action, request)
    if key in state.ended():
        raise state.ended()[key]
    return board().submit(action, request, state.visitor(), words, key=key, background=background)


def _answer(job: Job) -> Any:
    """What came of it. What failed isn't tried again by itself: the next click anywhere would run it once more."""
    try:
        return job.answer()
    except RunFailed as error:
        state.ended()[job.key] = error
        raise


def _offer_again(error: UserError, key: str) -> None:
    if isinstance(error, RunFailed):
        st.button(
            "Try again", key=f"again {key}", icon=":material/refresh:", on_click=state.ended().pop, args=(key, None)
        )


@st.fragment(run_every=_LOOK_EVERY_S)
def _live(job: Job) -> None:
    """How far a job is, looked at twice a second while it works."""
    if job.is_over:
        st.rerun()
    with st.container(border=True, key=f"live_{job.id}"):
        left_s = job.left_s()
        time = f"{duration(job.elapsed_s() * 1000)} so far"
        time += f", about {duration(max(1.0, left_s) * 1000)} left" if left_s is not None else ""
        st.markdown(f":material/progress_activity: **{plain(job.title)}** · {time}")
        show_progress(job, st.empty())
        st.button("Stop", key=f"stop {job.id}", icon=":material/stop:", on_click=stop, args=(job,))
        st.caption("You can look at other pages meanwhile; it goes on.")


def _watch(job: Job) -> None:
    """Shows how far it is, and a button to stop it once it has taken a while."""
    line, button, told = st.empty(), st.empty(), ("", None)
    while not _is_over_within(job, _TICK_S):
        if told != (job.words, job.share):
            told = (job.words, job.share)
            show_progress(job, line)
        if button is not None and job.elapsed_s() > _STOP_AFTER_S:
            button.button("Stop", key=f"stop {job.id}", icon=":material/stop:", on_click=stop, args=(job,))
            button = None


def show_progress(job: Job, line: Any) -> None:
    """A bar where the share is known, else only the words."""
    if job.share is None:
        line.caption(plain(job.words))
    else:
        line.progress(job.share, text=plain(job.words))


def stop(job: Job) -> None:
    """Stop was pressed: the page must not start the same again by itself."""
    state.ended()[job.key] = stopped()
    board().stop(job.id, job.visitor)


def _is_over_within(job: Job, seconds: float) -> bool:
    waited = 0.0
    while not job.wait(min(_TICK_S, seconds)):
        # Any look at the session's memory lets Streamlit interrupt this run when something was clicked.
        _ = state.MODEL in st.session_state
        waited += _TICK_S
        if waited >= seconds:
            return False
    return True


def show_error(error: UserError) -> None:
    """What happened, why, and what to do next; the engineer's words only on request."""
    words = f"**{plain(error.title)}** {plain(error.detail)}"
    if isinstance(error, Stopped):  # as the person wanted it
        st.info(words, icon=":material/stop_circle:")
    else:
        st.error(words, icon=":material/error:")
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
    except Exception as error:  # noqa: BLE001  one of the edges where everything is caught
        _log.exception("a page stopped")
        show_error(
            UserError(
                "Something went wrong in this app.",
                "This is our mistake, not yours. Nothing of yours was lost.",
                "Try again, or pick another model. If it happens again, please report what is under Details.",
                "".join(traceback.format_exception(error)[-3:]),
            )
        )
