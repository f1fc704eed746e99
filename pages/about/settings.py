"""Settings: what protects this computer, every limit with its reason, and what to send along with a bug report."""

import streamlit as st

from core import settings
from core.actions import check_protection
from core.limits import limits
from core.server.diagnostics import diagnostics
from core.workers.rules import KINDS
from core.workers.sandbox import Protection
from pages.parts import act, components
from pages.parts.words import count, plain, size

LAYERS = (
    ("files", "can't open any file of yours"),
    ("network", "can't connect to anything"),
    ("processes", "can't start another program"),
    ("signals", "can't end or disturb other programs"),
    ("memory", "can't use more memory than its limit"),
)


def in_force(found: Protection) -> None:
    """What was tried and is denied, and what isn't: never more than is true."""
    missing = [words for name, words in LAYERS if not getattr(found, name)]
    for name, words in LAYERS:
        how = getattr(found, name)
        if how:
            st.markdown(f":green[:material/check_circle:] A model **{words}**. :gray[({plain(how)})]")
        else:
            st.markdown(f":orange[:material/warning:] **Not protected here:** that a model {words}.")
    if missing:
        st.warning(
            "A model still runs in a process of its own, so a crash or an endless loop harms nothing. But this system "
            "lacks some of the locks, so only open models you trust as much as a program.",
            icon=":material/warning:",
        )
    st.caption(f"Found out by trying, on {plain(found.system) or 'this system'}.")


st.title("Settings", anchor=False)
st.header("What protects this computer", anchor=False)
st.markdown(
    "A model is a kind of program, and anyone can make one that does harm. So every model, picture and text is opened "
    "in a process of its own that is locked up before it sees them:"
)
report = act.run("check_protection", check_protection.Request(), "Trying the locks")
if report:
    in_force(report.protection)
    st.caption(
        f"{count(report.warm, 'such process is', 'such processes are')} open now, with {size(report.memory_bytes)} of "
        f"memory; all together may take {size(report.budget_bytes)}."
    )
with st.expander("The four kinds of process"):
    st.table(
        [{"Kind": kind.title, "What it may do": kind.may} for kind in KINDS.values()],
        border="horizontal",
        hide_index=True,
    )

st.header("Limits", anchor=False)
st.markdown(
    "Every limit has a reason. Those with a name can be changed: set an environment variable of that name "
    "before you start the app, such as `ONNX_PLAYGROUND_RUN_LIMIT_S=60`."
)
components.table(
    ["Limit", "Now", "Why", "Name"],
    [[limit.title, limit.value, limit.why, limit.variable] for limit in limits()],
    "",
    key="limits",
)

st.header("Who can come in", anchor=False)
if settings.is_classroom():
    st.markdown(
        "**Everyone who has the link.** This is no login: the link is the key, and nobody checks who uses it. Each "
        "browser has files and models of its own. What is sent over the network isn't encrypted."
    )
else:
    st.markdown(
        "**Only this computer.** To let a class in, start the app with `--classroom`: it prints a link to hand out."
    )

st.header("If something goes wrong", anchor=False)
st.markdown("This text helps whoever mends it. It holds no file, no name of a model, and nothing you typed.")
text = diagnostics()
components.copy("Copy diagnostics", text, key="diagnostics")
with st.expander("See it first"):
    st.code(text, language=None, wrap_lines=True)
