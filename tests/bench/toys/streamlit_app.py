"""The toy under our server: the same lifespan, settings and socket as app.py, and a page as small as Gradio's."""

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx


def page() -> None:
    from classifier import classify

    st.title("Moods")
    moods(classify)


@st.fragment
def moods(classify) -> None:
    """The form and its answer, redrawn on their own, as on the page Try it."""
    text = st.text_input("Text", "The cat sleeps on the sofa.")
    sharpness = st.slider("Sharpness", 0.0, 1.0, 0.5)
    if st.button("Run", key="run"):
        st.session_state.runs = st.session_state.get("runs", 0) + 1
        with st.container(key="answer"):
            for mood, share in classify(text, sharpness).items():
                st.progress(share, f"{mood} {share:.0%}")
            st.markdown(f"answer {st.session_state.runs}")


if get_script_run_ctx() is None:
    from core.server.warm_up import lifespan, send_at_once
    from pages.parts.tuning import send_soon

    send_at_once()
    send_soon()
    app = st.App(__file__, lifespan=lifespan)
else:
    page()
