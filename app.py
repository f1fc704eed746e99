"""The frame: page settings, the list of pages, the model picker. No logic.

Streamlit imports this file once as a server (it finds `app`), and then runs it for every click of every session.
"""

import logging

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

if get_script_run_ctx(suppress_warning=True) is None:
    from core.server.door import middleware
    from core.server.routes import routes
    from core.server.warm_up import lifespan, send_at_once
    from pages.parts.tuning import send_soon
    from pages.parts.uploads import delete_with_session

    # Streamlit warns that the call of st.navigation below has no session; it isn't meant to have one.
    logging.getLogger("streamlit.runtime.scriptrunner_utils.script_run_context").setLevel(logging.ERROR)
    send_at_once()
    send_soon()
    delete_with_session()
    app = st.App(__file__, routes=routes(), middleware=middleware(), lifespan=lifespan)
    # Outside a session this only tells Streamlit not to make pages out of whatever lies in pages/: without it a
    # bookmark opened on a fresh server runs the page without this frame.
    st.navigation([st.Page("pages/library/models.py")])
    if __name__ == "__main__":
        app.run()
else:
    from pages.parts import frame

    frame.show()
