"""The least Streamlit can draw."""

import streamlit as st

st.title("Empty")
