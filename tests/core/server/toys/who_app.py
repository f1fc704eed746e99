"""Says who is looking, as our pages find it out."""

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from core.server.door import middleware
from core.server.routes import routes
from core.server.visitor import visitor_of

if get_script_run_ctx(suppress_warning=True) is None:
    app = st.App(__file__, routes=routes(), middleware=middleware())
else:
    st.text(visitor_of(st.context.cookies) or "nobody")
