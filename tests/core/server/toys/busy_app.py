"""A script that does nothing but compute in pure Python, with the interpreter locked whenever it can be."""

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from core.server.door import middleware
from core.server.routes import routes

if get_script_run_ctx(suppress_warning=True) is None:
    app = st.App(__file__, routes=routes(), middleware=middleware())
else:
    st.text("busy")
    number = 1
    while True:
        number = number * 31 % 1_000_003
