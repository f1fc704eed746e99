"""Find a model: by what it should do, by name, or by a link; and look closer before anything is fetched."""

from typing import Any

import streamlit as st

from core.actions import find_models
from core.errors import NoSuchModel, RateLimited, UserError
from core.listings import SORTS, TASKS
from pages.parts import act, countdown, offer, state
from pages.parts.words import plain

PICKS_SHOWN, HUB_SHOWN = 6, 12


def ask() -> find_models.Request:
    """The search form."""
    words = st.text_input(
        "What should the model do?",
        placeholder="remove background · translate · a name · a link",
        help="Words, the name of a model such as Xenova/modnet, or a pasted link to a model or an .onnx file.",
        key="find words",
        persist_state="session",
    )
    left, right, _ = st.columns([2, 1, 1])
    task = left.selectbox(
        "Kind of work",
        ["", *TASKS],
        format_func=lambda task: TASKS.get(task, "Anything"),
        key="find task",
        persist_state="session",
    )
    sort = right.selectbox(
        "Order", list(SORTS), format_func=lambda sort: SORTS[sort], key="find sort", persist_state="session"
    )
    return find_models.Request(words, task, sort)


def results(source: str, request: find_models.Request, most: int, nothing: str = "") -> None:
    """What one source found; more on request. Says in words when it can't be asked."""
    wanted = find_models.Request(request.words, request.task, request.sort, source)
    pages = pages_of(wanted)
    found = [one for page in pages for one in page.found]
    if not found:
        st.caption(nothing)
        return
    shown = found if state.asked(f"all {wanted}") else found[:most]
    with st.grid("auto", min_column_width=300, gap="small"):
        for one in shown:
            offer.row(one)
    if len(shown) < len(found) or pages[-1].next:
        st.button("Show more", key=f"more {source}", on_click=show_more, args=(wanted, pages))


def pages_of(wanted: find_models.Request) -> list[Any]:
    """The pages fetched so far, from memory after the first time."""
    known = state.found()
    if wanted not in known:
        first = act.attempt("find_models", wanted, "Searching")
        known[wanted] = [first]
    return known[wanted]


def show_more(wanted: find_models.Request, pages: list[Any]) -> None:
    state.ask(f"all {wanted}")
    if pages[-1].next:
        after = find_models.Request(wanted.words, wanted.task, wanted.sort, wanted.source, pages[-1].next)
        pages.append(act.attempt("find_models", after, "Searching"))


def search() -> None:
    st.title("Find a model", anchor=False)
    st.markdown("Nothing is fetched before you say so. First you see its size, its licence, and whether it fits.")
    request = ask()
    st.header("Our picks", anchor=False)
    st.caption("Chosen by us and described in our own words. This list works offline.")
    hint = "Nothing found. Try other words" + (", or “Anything” as the kind of work." if request.task else ".")
    results("catalogue", request, PICKS_SHOWN, "None of our picks matches.")
    if request.words.strip().lower().startswith(("https://", "http://")):
        results("web_link", request, PICKS_SHOWN)
    st.header("On the Hugging Face hub", anchor=False)
    if not request.words.strip() and not request.task:
        st.caption("Type what you look for, or choose a kind of work: then the hub is asked, and not before.")
        return
    try:
        results("huggingface", request, HUB_SHOWN, hint)
    except NoSuchModel as error:
        st.info(f"**{plain(error.title)}** {plain(error.detail)} {plain(error.fix)}", icon=":material/search_off:")
    except UserError as error:
        hub_is_away(error)


def hub_is_away(error: UserError) -> None:
    st.warning(f"**{plain(error.title)}** {plain(error.detail)}", icon=":material/cloud_off:")
    st.markdown("What still works: our picks above can be looked at, and everything in My library can be used.")
    if isinstance(error, RateLimited):
        countdown.pause(error, "search")
    else:
        st.button("Try again", icon=":material/refresh:", key="hub again")


chosen = st.query_params.get("source", ""), st.query_params.get("id", "")
if all(chosen):
    offer.show(*chosen)
else:
    search()
