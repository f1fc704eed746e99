"""The widget for a table: a CSV file or pasted cells; and what it teaches the form about its columns."""

from __future__ import annotations

from typing import Any

import streamlit as st

from core import settings
from core.actions import decide, learn_columns, list_samples
from core.fields import Field
from pages.parts import act, state, uploads

_HEIGHT_PX = 160


def table(field: Field, scope: str, opened: Any) -> list[tuple[str, Any]]:
    """The table that was given; None stands for the one row of the form, where that will do."""
    given = _given(field, scope, opened)
    if given is None:
        _offer_forgetting(opened, scope)
        return [] if field.required else [("your values", None)]
    if not field.required:
        st.caption("Each row of your table gets an answer. Remove it to fill in a single row.")
        _offer_learning(given[1], scope, opened)
    return [given]


def _given(field: Field, scope: str, opened: Any) -> tuple[str, Any] | None:
    upload = st.file_uploader(
        field.title,
        type=["csv", "tsv", "txt"],
        key=f"upload {field.name} {scope}",
        help=field.help or None,
        max_upload_size=settings.MAX_TABLE_BYTES // 2**20,
    )
    if upload:
        return upload.name, uploads.keep(upload)
    with st.expander("Paste a table instead", icon=":material/table:", expanded=field.required):
        pasted = _pasted(field, scope, opened)
    return ("pasted table", pasted) if pasted.strip() else None


def _pasted(field: Field, scope: str, opened: Any) -> str:
    """Cells as they come from a spreadsheet or a CSV file."""
    key = f"paste {field.name} {scope}"
    sample = _sample(field, opened)
    if sample:
        st.button("Fill in an example", key=f"example {scope}", on_click=state.fill, args=(key, sample))
    return st.text_area(
        "A table, headings first",
        key=key,
        height=_HEIGHT_PX,
        help="Separated by commas, semicolons or tabs, as copied from a spreadsheet.",
        persist_state="session",
    )


def _sample(field: Field, opened: Any) -> str:
    """An example table that has just this model's columns; nothing where there is none."""
    columns = opened.info.preparation.get("columns")
    for card in act.run("list_samples", list_samples.Request("text", opened.task.id)) or ():
        text = str((card.inputs or {}).get(field.name, ""))
        if columns and set(columns.value) <= set(text.partition("\n")[0].split(",")):
            return text
    return ""


def _offer_learning(given: Any, scope: str, opened: Any) -> None:
    learn = st.button(
        "Make sliders from it",
        key=f"learn {scope}",
        icon=":material/tune:",
        help="The form for a single row takes over the headings, the range of each column and its words. Nothing else "
        "of your table is kept.",
    )
    if learn:
        request = learn_columns.Request(opened.info.id, given, opened.task.id)
        if act.run("learn_columns", request, "Looking at your table") is not None:
            state.tell("The form now has the columns of your table. Remove the table to see it.")
            st.rerun()


def _offer_forgetting(opened: Any, scope: str) -> None:
    if not learn_columns.has_learned(opened.info):
        return
    if st.button("Forget the columns of my table", key=f"forget columns {scope}", icon=":material/undo:"):
        act.run("decide", decide.Request(opened.info.id, forget=learn_columns.LEARNED), "Remembering")
        st.rerun()
