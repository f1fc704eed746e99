"""About: what stays on this computer, versions, licences."""

import platform
from importlib import metadata

import streamlit as st

from core import settings
from core.actions import list_models, list_samples
from pages.parts import act
from pages.parts.words import plain, size

LIBRARIES = ("streamlit", "onnxruntime", "onnx", "numpy", "pillow", "plotly", "huggingface-hub", "tokenizers")

st.title("About", anchor=False)
st.header("What stays on this computer", anchor=False)
if settings.is_classroom():
    st.markdown(
        "What you give goes to the computer that runs this app, over your network and not encrypted; from there it "
        "goes nowhere else. Other visitors don't see it, but whoever runs that computer could."
    )
else:
    st.markdown(
        "Everything. Your pictures, texts and models are read, answered and forgotten right here, in processes of "
        "their own; the page Settings says how these are locked up. The app has no account and no usage statistics, "
        "and the reporting built into the libraries it uses is switched off."
    )
    st.markdown(
        "It goes to the internet only when you ask it to, on the page Find a model or for an update: then the words "
        "you search for, or the name of the model you want, go to the Hugging Face hub, and its files come back. "
        "Nothing you give to a model ever does. Everything in your library works without the internet."
    )
    st.markdown("What it keeps, in a folder of yours:")
    st.code(str(settings.data_folder()), language=None)
st.markdown(
    "- models you added, and starter models that were built from their packages\n"
    "- what you decided about a model: what it is for, and how its form is filled, without what you typed\n"
    "- a line per answer: when, which model, how long it took, and the answer in a few words, "
    "such as “espresso 95%”; never the picture or text you gave, nor text read from a picture\n"
    "- files you gave, until you take them back or close their tab; work that was cut off keeps what it needs\n"
    "- a log of what was done and how long it took, without anything you gave"
)

st.header("Models and their licences", anchor=False)
cards = act.run("list_models", list_models.Request()) or ()
st.dataframe(
    [
        {"Model": one.title, "Licence": one.licence, "Comes from": one.source or "you", "Size": size(one.size_bytes)}
        for one in cards
    ],
    hide_index=True,
    key="licences",
)

st.header("Sample pictures", anchor=False)
samples = act.run("list_samples", list_samples.Request("picture")) or ()
st.dataframe(
    [{"Picture": sample.title, "Licence": sample.licence, "Comes from": sample.source} for sample in samples],
    hide_index=True,
    key="samples",
)

st.header("Versions", anchor=False)
st.table(
    [
        {"Part": "ONNX Playground", "Version": settings.VERSION},
        {"Part": "Python", "Version": platform.python_version()},
        *({"Part": name, "Version": plain(metadata.version(name))} for name in LIBRARIES),
    ],
    border="horizontal",
    hide_index=True,
)
st.caption("ONNX Playground is free software under the Apache License 2.0.")
