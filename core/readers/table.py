"""Reads tables of text: CSV and its relatives."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from core import settings
from core.errors import BadFile, TooLarge
from core.readers.text import decoded

_MARKS = "\t;,"
"""Rarest in ordinary text first."""
_SAMPLE_CHARACTERS = 10_000
_SAMPLE_ROWS = 10


@dataclass(frozen=True)
class Table:
    columns: tuple[str, ...]
    rows: list[list[str]]
    """Each as long as `columns`."""


def read_table(data: bytes, name: str) -> Table:
    """A table with headings. A number in the first row says that it has none; its columns are then called 1, 2, 3.

    Raises BadText, BadFile or TooLarge; `name` is the file's, for the words of an error.
    """
    rows = read_rows(data, name)
    if any(map(is_number, rows[0])):
        return Table(tuple(str(number + 1) for number in range(len(rows[0]))), rows)
    return Table(tuple(cell.strip() for cell in rows[0]), rows[1:])


def read_rows(data: bytes, name: str) -> list[list[str]]:
    """All rows that aren't blank, equally long, at least one; cells separated by tab, semicolon or comma.

    Raises BadText, BadFile or TooLarge.
    """
    if len(data) > settings.MAX_TABLE_BYTES:
        raise _too_large(name, f"{len(data) / 2**20:.0f} MB", f"{settings.MAX_TABLE_BYTES // 2**20} MB")
    text = decoded(data).replace("\0", "")
    rows = list(_checked(_rows(text, _delimiter(text), name), name))
    if not rows:
        raise BadFile("This table is empty.", f"“{name[-60:]}” holds no row with content.", "Choose another file.")
    return rows


def is_number(cell: str) -> bool:
    """Whether Python reads it as a decimal number."""
    try:
        float(cell)
    except ValueError:
        return False
    return True


def _rows(text: str, delimiter: str, name: str) -> Iterator[tuple[int, list[str]]]:
    """Rows with content and the line each ends on."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        for row in reader:
            if any(cell.strip() for cell in row):
                yield reader.line_num, row
    except csv.Error as error:  # a cell over Python's own limit, or a quote that isn't closed
        raise BadFile(
            "This table can't be read.",
            f"“{name[-60:]}” goes wrong in the row that ends on line {reader.line_num:,}; a quotation mark may be "
            "missing.",
            "Correct the row, or save the table once more as CSV.",
            str(error),
        ) from error


def _checked(rows: Iterator[tuple[int, list[str]]], name: str) -> Iterator[list[str]]:
    width = cells = 0
    for number, (line, row) in enumerate(rows, 1):
        width = width or len(row)
        cells += len(row)
        if len(row) != width:
            raise BadFile(
                "The rows of this table have different lengths.",
                f"Row {number:,} of “{name[-60:]}”, on line {line:,}, has {len(row):,} cells; the first has {width:,}.",
                "Give every row the same number of cells.",
            )
        if width > settings.MAX_TABLE_COLUMNS:
            raise _too_large(name, f"{width:,} columns", f"{settings.MAX_TABLE_COLUMNS:,}")
        if number > settings.MAX_TABLE_ROWS:
            raise _too_large(name, f"more than {settings.MAX_TABLE_ROWS:,} rows", "so many")
        if cells > settings.MAX_TABLE_CELLS:
            raise _too_large(name, f"more than {settings.MAX_TABLE_CELLS:,} cells", "so many")
        longest = max(map(len, row))
        if longest > settings.MAX_CELL_CHARACTERS:
            raise _too_large(
                name, f"a cell of {longest:,} characters in row {number:,}", f"{settings.MAX_CELL_CHARACTERS:,}"
            )
        yield row


def _delimiter(text: str) -> str:
    """The mark that cuts the first rows into equally many cells, or else the most frequent one."""
    sample = text[:_SAMPLE_CHARACTERS]
    for mark in _MARKS:
        rows = list(islice(csv.reader(io.StringIO(sample, newline=""), delimiter=mark), _SAMPLE_ROWS))
        whole = rows[:-1] if len(text) > len(sample) and 1 < len(rows) < _SAMPLE_ROWS else rows
        if len({len(row) for row in whole if any(row)} - {1}) == 1 and all(len(row) != 1 for row in whole):
            return mark
    return max(_MARKS[::-1], key=sample.count)


def _too_large(name: str, found: str, limit: str) -> TooLarge:
    return TooLarge(
        "This table is too large.",
        f"“{name[-60:]}” has {found}; the limit is {limit}.",
        "Give a smaller part of it.",
    )
