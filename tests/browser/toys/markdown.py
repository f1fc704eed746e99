"""Draws one word from the address, for the test of `pages.parts.words.plain`."""

import streamlit as st

st.markdown(st.query_params.get("text", ""))
