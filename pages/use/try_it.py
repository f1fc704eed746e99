"""Try it: give the model something, see its answer."""

import streamlit as st

from core.actions import decide, open_model
from pages.parts import act, answers, ask, state
from pages.parts.words import plain


def task_choice(opened: open_model.Opened) -> str:
    """What the model is to be used for; for a model of your own the choice is remembered with the file."""
    titles = {task.id: task.title for task in opened.tasks}
    key = f"task {opened.info.id}"
    if opened.info.origin == "starter":
        titles.pop("tensors")
        if len(titles) < 2:
            return opened.task.id
        picked = st.pills(
            "What should it do?",
            list(titles),
            format_func=titles.get,
            default=opened.task.id,
            key=key,
            required=True,
            persist_state="session",
        )
        return str(picked)
    picked = st.selectbox(
        "Use it as", list(titles), list(titles).index(opened.task.id), format_func=titles.get, key=key, width=420
    )
    if picked != opened.task.id:
        act.run("decide", decide.Request(opened.info.id, task=picked), "Remembering")
    return str(picked)


def header(opened: open_model.Opened) -> None:
    st.title(plain(opened.info.title), anchor=False)
    st.markdown(plain(opened.info.summary))


def guess_notice(opened: open_model.Opened) -> None:
    if opened.task.id == "tensors" and opened.info.origin in ("hub", "link"):
        st.info(
            "This app doesn't know yet how to feed and draw a model like this one. You can run it and see its raw "
            "numbers.",
            icon=":material/info:",
        )
    if opened.guessed:
        st.info(
            f"Nobody said what this model is for. From the sizes in the file we guess: **{opened.task.title}**. "
            "If that is wrong, choose something else under “Use it as”.",
            icon=":material/help:",
        )


@st.fragment
def form_and_answer(opened: open_model.Opened) -> None:
    """Redrawn on their own at every click inside: the rest of the page has nothing new to say."""
    left, right = st.columns([5, 7], gap="large")
    with left, st.container(border=True):
        st.subheader("Give it something", anchor=False)
        items = ask.form(opened)
        words = "Run" if opened.task.id == "tensors" else "Run again"
        pressed = st.button(words, type="primary", width="stretch", icon=":material/play_arrow:")
    with right:
        answers.show_answers(opened, items, pressed)


def opened_as(task_id: str) -> open_model.Opened | None:
    """The chosen model, ready for a task; an empty id leaves the task to what is known or guessed."""
    request = open_model.Request(state.model(), task_id)
    found: open_model.Opened | None = act.run("open_model", request, "Opening the model")
    return found


heading = st.container()
opened = opened_as(st.query_params.get("task", ""))
if opened is None:
    heading.title("Try it", anchor=False)
else:
    with heading:
        header(opened)
    chosen = task_choice(opened)
    if chosen != opened.task.id:  # otherwise it isn't opened again: a guess must stay known as one
        opened = opened_as(chosen)
if opened:
    guess_notice(opened)
    form_and_answer(opened)
