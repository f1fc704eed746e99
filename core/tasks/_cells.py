"""From the cells of a table to the arrays a model takes. All of it is copied into scripts.

A column is a dict: `name` as a person calls it · `port` the input it belongs to · `dtype` and `rank` of that input ·
`words` it may hold, empty when anything goes.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np


def fed(
    rows: Sequence[Sequence[Any]], columns: Sequence[dict[str, Any]], missing_fed: bool
) -> tuple[dict[str, np.ndarray], dict[int, str], dict[int, str]]:
    """Arrays by input, (rows, columns of it); why some rows can't be answered, by row; what to say about others.

    A row that can't be answered is fed zeros, so that all others keep their place. `missing_fed`: a missing number is
    fed as NaN.
    """
    wrong: dict[int, str] = {}
    odd: dict[int, str] = {}
    by_port: dict[str, list[np.ndarray]] = {}
    for place, column in enumerate(columns):
        texts = [row[place].strip() if isinstance(row[place], str) else repr(row[place]) for row in rows]
        read = {"string": words, "bool": truths}.get(column["dtype"], numbers)
        values, why = read(texts, column["dtype"], missing_fed)
        for row, words_ in why.items():
            wrong.setdefault(row, f"{words_} in “{column['name']}”")
        if column["words"]:
            known = {*column["words"], ""}
            for row, text in enumerate(texts):
                if text not in known and text.removesuffix(".0") not in known:
                    odd.setdefault(row, f"“{text[:40]}” in “{column['name']}” is new to the model")
        by_port.setdefault(column["port"], []).append(values)
    ranks = {column["port"]: column["rank"] for column in columns}
    feeds = {port: some[0] if ranks[port] == 1 else np.stack(some, axis=1) for port, some in by_port.items()}
    return feeds, wrong, odd


def words(texts: Sequence[str], dtype: str, missing_fed: bool) -> tuple[np.ndarray, dict[int, str]]:
    """One column of texts, and where there is none."""
    del dtype, missing_fed
    return np.array(texts, dtype=object), {row: "missing value" for row, text in enumerate(texts) if not text}


def truths(texts: Sequence[str], dtype: str, missing_fed: bool) -> tuple[np.ndarray, dict[int, str]]:
    """One column of yes and no, and what is neither."""
    del missing_fed
    yes, no = ("true", "yes", "1", "1.0", "t", "y"), ("false", "no", "0", "0.0", "f", "n")
    wrong = {
        row: f"“{text[:40]}” is neither yes nor no" if text else "missing value"
        for row, text in enumerate(texts)
        if text.casefold() not in (*yes, *no)
    }
    return np.array([text.casefold() in yes for text in texts], dtype=dtype), wrong


def numbers(texts: Sequence[str], dtype: str, missing_fed: bool) -> tuple[np.ndarray, dict[int, str]]:
    """One column of numbers, and what is none. A comma may stand for the decimal point."""
    limits = np.finfo(dtype) if dtype.startswith("float") else np.iinfo(dtype)
    most = min(float(limits.max), 1e308 if dtype.startswith("float") else 2.0**53)
    quick = all_numbers(texts)
    fits = (abs(quick) <= most) & (quick >= float(limits.min))
    if quick.size and fits.all() and (dtype.startswith("float") or (quick == np.floor(quick)).all()):
        return quick.astype(dtype), {}
    values, wrong = np.zeros(len(texts)), dict[int, str]()
    missing = ("", "na", "n/a", "nan", "null", "none", "-", "?")
    for row, text in enumerate(texts):
        try:
            plain = text.replace(",", ".") if text.count(",") == 1 and "." not in text else text
            value = np.nan if text.casefold() in missing else float(plain)
        except ValueError:
            wrong[row] = f"“{text[:40]}” is no number"
            continue
        if np.isnan(value) and not (missing_fed and dtype.startswith("float")):
            wrong[row] = "missing value"
        elif abs(value) > most or value < float(limits.min):
            wrong[row] = f"“{text[:40]}” is out of range"
        elif not dtype.startswith("float") and value != int(value):
            wrong[row] = f"“{text[:40]}” is no whole number"
        else:
            values[row] = value
    return values.astype(dtype), wrong


def all_numbers(texts: Sequence[str]) -> np.ndarray:
    """The usual column, where nothing is wrong with any cell, read at once; empty when that can't be."""
    if max(map(len, texts), default=0) > 40:  # one long cell would have all others take as much room
        return np.zeros(0)
    try:
        return np.array(texts).astype(np.float64)
    except ValueError:
        return np.zeros(0)
