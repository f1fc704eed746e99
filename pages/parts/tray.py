"""What is at work for this visitor, on every page: how far it is, how long it will take, and a button to stop it."""

from __future__ import annotations

import streamlit as st

from core.errors import UserError
from core.jobs.board import board
from core.jobs.job import Job
from core.store.store import StoredJob
from pages.parts import act, state
from pages.parts.answer_table import answer_table
from pages.parts.words import duration, plain

LOOK_EVERY_S = 1.0
"""Only while something is at work; a page on which nothing works asks for nothing."""
_SHOWN_AFTER_S = 0.7


def show() -> None:
    """Nothing at all when nothing is at work and nothing is news."""
    visitor = state.visitor()
    at_work = _at_work(visitor)
    state.in_tray().clear()
    state.in_tray().update(job.id for job in at_work)
    if at_work:
        _live(visitor)
    for job in board().of(visitor):
        if job.is_over and not job.seen and job.action in _TOLD:
            _over(job)
    for stored in board().interrupted(visitor):
        _interrupted(stored)


_TOLD = ("try_many", "get_model")
"""Jobs whose end is news on any page; the end of the others shows where they were started."""


def _at_work(visitor: str) -> list[Job]:
    return [job for job in board().of(visitor) if not job.is_over and job.elapsed_s() >= _SHOWN_AFTER_S]


@st.fragment(run_every=LOOK_EVERY_S)
def _live(visitor: str) -> None:
    """Looks again each second; when the last job is over, the page is drawn anew without this."""
    at_work = _at_work(visitor)
    if not at_work:
        st.rerun()
    with st.container(border=True, key="tray"):
        for job in at_work:
            _line(job)


def _line(job: Job) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        left_s = job.left_s()
        time = f"{duration(job.elapsed_s() * 1000)} so far"
        time += f", about {duration(max(1.0, left_s) * 1000)} left" if left_s is not None else ""
        words = f"**{plain(job.title)}** · {plain(job.words) or 'at work'} · {time}"
        if job.share is None:
            st.markdown(f":material/progress_activity: {words}", width="stretch")
        else:
            st.progress(job.share, text=words, width="stretch")
        st.button("Stop", key=f"tray stop {job.id}", icon=":material/stop:", on_click=act.stop, args=(job,))


def _over(job: Job) -> None:
    """A job that ended while the visitor looked at another page, with its answers."""
    with st.container(border=True, key=f"over_{job.id}"):
        with st.container(horizontal=True, vertical_alignment="center"):
            if job.error is None:
                st.markdown(f":material/check_circle: **{plain(job.title)}**: done.", width="stretch")
            else:
                st.markdown(f":material/error: **{plain(job.title)}**: {plain(job.error.title)}", width="stretch")
            if job.error is None and job.action == "get_model":
                st.button("Open it", key=f"open {job.id}", type="primary", on_click=_open, args=(job,))
            if job.error is not None and job.action == "get_model":
                st.button("Go on", key=f"go on {job.id}", icon=":material/refresh:", on_click=_go_on, args=(job,))
            st.button("All right", key=f"seen {job.id}", on_click=_see, args=(job,))
        if job.error is not None:
            st.caption(f"{plain(job.error.detail)} {plain(job.error.fix)}")
        elif job.action == "try_many":
            _outcomes(job)


def _outcomes(job: Job) -> None:
    answers = st.expander("The answers", icon=":material/table:", on_change="rerun", key=f"answers {job.id}")
    if answers.open:
        with answers:
            answer_table([(done.name, done.answer) for done in job.result if done.answer is not None], job.id)
            for done in job.result:
                if done.error is not None:
                    st.markdown(f"**{plain(done.name)}**: {plain(done.error.title)} {plain(done.error.detail)}")


def _open(job: Job) -> None:
    job.seen = True
    state.open_next(job.result.id)


def _go_on(job: Job) -> None:
    job.seen = True
    act.start(job.action, job.request, job.title)


def _see(job: Job) -> None:
    job.seen = True


def _interrupted(stored: StoredJob) -> None:
    """A job that was cut off when the app was closed."""
    with st.container(border=True, horizontal=True, vertical_alignment="center", key=f"cut_{stored.id}"):
        cut_off = f"**{plain(stored.title)}** was cut off when the app was closed."
        st.markdown(f":material/history: {cut_off}", width="stretch")
        words = "Go on" if stored.action == "get_model" else "Run it again"
        st.button(words, key=f"again {stored.id}", on_click=_run_again, args=(stored,))
        st.button("Forget it", key=f"forget {stored.id}", on_click=board().drop, args=(stored,))


def _run_again(stored: StoredJob) -> None:
    try:
        board().run_again(stored)
    except UserError as error:
        act.show_error(error)
