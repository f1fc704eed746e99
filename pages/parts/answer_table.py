"""Many answers as one table, and as a file that a spreadsheet opens."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import streamlit as st

from core import in_words
from pages.parts import show


def answer_table(answered: Sequence[tuple[str, Any]], key: str) -> None:
    """`answered`: the name of what was given, and its answer."""
    import pandas as pd

    table = pd.DataFrame(
        [
            {"name": name, "answer": in_words.short(answer.result), "time in ms": round(answer.timing.total_ms, 1)}
            for name, answer in answered
        ]
    )
    st.dataframe(table, hide_index=True, key=f"all {key}")
    st.download_button(
        "Save the table", show.safe_csv(table), "answers.csv", "text/csv", key=f"csv {key}", on_click="ignore"
    )
