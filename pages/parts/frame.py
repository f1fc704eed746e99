"""The frame around every page: settings, logo, menu, and the model picker where a page needs a model."""

import streamlit as st

from core import settings
from pages.parts import act, state

MODELS = "pages/library/models.py"
TRY_IT = "pages/use/try_it.py"
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
            st.Page(TRY_IT, title="Try it", icon=":material/play_circle:", url_path="try"),
            st.Page(ABOUT, title="About", icon=":material/info:", url_path="about"),
        ],
        position="top",
    )
    with act.edge():
        if page.url_path in _NEED_A_MODEL:
            _model_picker()
        page.run()


_NEED_A_MODEL = ("try",)


def _model_picker() -> None:
    """One list of all models, for every page that needs one."""
    from core.actions import list_models

    cards = {card.id: card for card in act.run("list_models", list_models.Request())}
    state.settle_model(list(cards))
    st.selectbox(
        "Model",
        list(cards),
        format_func=lambda model_id: cards[model_id].title,
        key=state.MODEL,
        on_change=state.model_changed,
        width=360,
    )
