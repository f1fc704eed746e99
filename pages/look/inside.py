"""Look inside: the picture of a model, from a handful of boxes down to every step.

Nothing is run unless somebody follows an input through it, or colours it by time.
"""

from typing import Any

import streamlit as st

from core.actions import find_in_graph, inspect_model, look_inside, open_model
from core.scenes import Found
from core.types import ModelInfo
from pages.parts import act, box_detail, follow, follow_strip, graph_colours, graph_summary, graph_view, looking, state
from pages.parts.words import count, plain


def part_choice(info: ModelInfo) -> str:
    """Which graph of a model that has several."""
    parts = list(info.parts)
    wanted = st.query_params.get("part", "")
    if len(parts) < 2:
        return parts[0]
    key = f"part of {info.id}"
    if key not in st.session_state:
        st.session_state[key] = wanted if wanted in parts else parts[0]
    picked = st.pills("Which part?", parts, format_func=plain, key=key, required=True, persist_state="session")
    st.query_params["part"] = str(picked)
    return str(picked)


@st.fragment
def picture(info: ModelInfo, part: str) -> None:
    """Redrawn on its own: a click on a box changes nothing else on the page."""
    here = looking.looking_at(info.id, part, info.parts[part].sha256)
    given = following(info)
    shown = follow_strip.show(info.id, part, given)
    choice = graph_colours.choose(info.id)
    left, right = st.columns([8, 4], gap="medium")
    with left:
        find(here, info, part)
        drawn = drawn_now(here, info, part)
        if drawn is None:
            return
        fed = {"inputs": given.values, "task": given.task} if given else {}
        painted = graph_colours.coloured(drawn.scene, info.id, part, choice, **fed)
        graph_view.show(
            painted.scene,
            f"{info.id} {part}",
            here.turn,
            chosen=here.chosen,
            centre=here.centre,
            name=info.title,
            on_choose=here.choose,
            on_toggle=here.toggle,
            on_again=here.start_again,
            steps=painted.steps,
        )
        graph_colours.notes(painted, info.id, part, choice)
        notes(here, drawn)
    with right:
        # One thing at a time: both would be asked of the same worker.
        is_drawn = here.drawn_for == here.opened
        box_detail.show(info.id, part, here.chosen, drawn.scene, here.details, may_ask=is_drawn)
        if shown and given and is_drawn:
            follow.show(info.id, part, here.chosen, given)


def following(info: ModelInfo) -> follow.Given | None:
    """What goes through the model, once somebody wants to see that."""
    wanted = st.toggle(
        "Follow an input",
        key=f"follow {info.id}",
        help="Runs the model on a picture or text of yours, and shows what each box makes of it.",
    )
    opened = act.run("open_model", open_model.Request(info.id), "Opening the model") if wanted else None
    return follow.choose_input(opened) if opened else None


def drawn_now(here: looking.Looking, info: ModelInfo, part: str) -> Any:
    """The picture with what is open; while a new one is worked out, the one before."""
    if here.drawn is None or here.drawn_for != here.opened:
        opened = None if here.opened is None else tuple(sorted(here.opened))
        request = look_inside.Request(info.id, part, opened)
        found = act.run_live("look_inside", request, f"Reading the graph of {info.title}")
        if found is not None:
            here.drawn, here.opened = found, frozenset(found.opened)
            here.drawn_for = here.opened
            here.first = here.first or (here.opened if opened is None else frozenset())
    return here.drawn


def find(here: looking.Looking, info: ModelInfo, part: str) -> None:
    """A line to search in, and steps through what was found."""
    with st.container(horizontal=True, vertical_alignment="bottom", key="find_in_graph"):
        words = st.text_input(
            "Find a step",
            placeholder="Attention, Conv, layer.3 …",
            help="Words of a title, an operator, or the name of a step or tensor.",
            key=f"find {info.id} {part}",
        ).strip()
        if words != here.words:
            here.words, here.at = words, 0
            request = find_in_graph.Request(info.id, words, part)
            here.found = act.run("find_in_graph", request, "Searching") if words else None
            here.go_to(0)
        if here.found and len(here.found.hits) > 1:
            st.button("Previous", on_click=here.go_to, args=(here.at - 1,), icon=":material/expand_less:")
            st.button("Next", on_click=here.go_to, args=(here.at + 1,), icon=":material/expand_more:")
    if here.found:
        st.caption(told(here.found, here.at))


def told(found: Found, at: int) -> str:
    if not found.hits:
        return "Nothing here is called that. Try part of a word, or an operator's name."
    more = f", the first {len(found.hits)} of {found.total:,}" if found.total > len(found.hits) else ""
    return f"{at + 1} of {len(found.hits)}{more}: {plain(found.hits[at].title)}"


def notes(here: looking.Looking, drawn: Any) -> None:
    """How much there is, and what couldn't be done."""
    words = f"{count(drawn.steps, 'step')} in all."
    if drawn.left_out:
        words += f" {drawn.left_out:,} more only prepare weights and aren't drawn."
    st.caption(words)
    if here.is_full:
        st.caption("So much is open that nothing more can be opened. Close something, or press “Start again”.")
    if not looking.remember(here):
        st.caption("So much is open that it doesn't fit into a link: a copied one opens the first picture.")


st.title("Look inside", anchor=False)
info = act.run("inspect_model", inspect_model.Request(state.model()), "Opening the model")
if info is not None:
    st.markdown(
        "Data comes in at the top and the answer leaves at the bottom. A box with **+** holds more steps: open it."
    )
    st.page_link("pages/look/compare.py", label="Compare it with another model", icon=":material/difference:")
    part = part_choice(info)
    graph_summary.show(info.id, part)
    picture(info, part)
