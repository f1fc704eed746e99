"""The frame around every page: settings, logo, menu, and the model picker where a page needs a model."""

import streamlit as st

from core import settings
from pages.parts import act, state, tray

MODELS = "pages/library/models.py"
FIND = "pages/library/find.py"
LIBRARY = "pages/library/mine.py"
TRY_IT = "pages/use/try_it.py"
LOOK_INSIDE = "pages/look/inside.py"
COMPARE_GRAPHS = "pages/look/compare.py"
SETTINGS = "pages/about/settings.py"
ABOUT = "pages/about/about.py"


def show() -> None:
    """Draw the frame and run the current page inside it."""
    st.set_page_config("ONNX Playground", str(settings.ASSETS / "icon.png"), layout="wide")
    logo = "logo_dark.svg" if st.context.theme.type == "dark" else "logo.svg"
    st.logo(str(settings.ASSETS / logo), size="large")
    st.html(settings.ASSETS / "style.css")
    page = st.navigation(
        [
            st.Page(MODELS, title="Models", icon=":material/grid_view:", default=True),
            st.Page(FIND, title="Find a model", icon=":material/search:", url_path="find"),
            st.Page(LIBRARY, title="My library", icon=":material/inventory_2:", url_path="library"),
            st.Page(TRY_IT, title="Try it", icon=":material/play_circle:", url_path="try"),
            st.Page(LOOK_INSIDE, title="Look inside", icon=":material/account_tree:", url_path="look"),
            # reached from Look inside: one more in the menu would push the last ones out of sight
            st.Page(COMPARE_GRAPHS, title="Compare graphs", url_path="compare", visibility="hidden"),
            st.Page(SETTINGS, title="Settings", icon=":material/tune:", url_path="settings"),
            st.Page(ABOUT, title="About", icon=":material/info:", url_path="about"),
        ],
        position="top",
    )
    if not state.visitor():
        _who_are_you()
        return
    with act.edge():
        if settings.is_classroom():
            _classroom_notice()
        next_model = state.opening()
        if next_model:
            st.switch_page(TRY_IT, query_params={"model": next_model})
        for words in state.told():
            st.toast(words, icon=":material/check:")
        tray.show()
        if page.url_path in _NEED_A_MODEL:
            _model_picker()
        page.run()


_NEED_A_MODEL = ("try", "look", "compare")


def _who_are_you() -> None:
    """Without its cookie a browser has nothing of its own here, and must not see what others have."""
    st.warning(
        "**Your browser hasn't told which visitor you are.** This app gives every browser a cookie, so that nobody "
        "sees the files of others. Allow cookies for this address, then reload the page.",
        icon=":material/cookie:",
    )


def _classroom_notice() -> None:
    st.caption(
        ":material/groups: Open to a classroom: everyone with the link can come in. This is no login. What you give is "
        "worked on by the computer that runs this app; other visitors don't see it."
    )


def _model_picker() -> None:
    """One list of all models, for every page that needs one."""
    from core.actions import list_models

    wanted = (st.query_params.get("model", ""), str(st.session_state.get(state.MODEL, "")))
    cards = {card.id: card for card in act.run("list_models", list_models.Request(wanted))}
    state.settle_model(list(cards))
    st.selectbox(
        "Model",
        list(cards),
        format_func=lambda model_id: cards[model_id].title,
        key=state.MODEL,
        on_change=state.model_changed,
        width=360,
    )
