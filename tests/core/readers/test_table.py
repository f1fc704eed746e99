from __future__ import annotations

import csv
import io

import pytest

from core.errors import BadFile, BadText, TooLarge
from core.readers.table import Table, read_rows, read_table


@pytest.mark.parametrize("mark", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
def test_tables_are_read_whatever_their_marks(mark, encoding, line_end):
    text = line_end.join(mark.join(row) for row in (["Name", "Größe"], ["Ä", "1"], [" ", ""], ["B", "2"]))
    assert read_table(text.encode(encoding), "t.csv") == Table(("Name", "Größe"), [["Ä", "1"], ["B", "2"]])


def test_quoted_cells_are_read_as_pythons_csv_writes_them():
    rows = [["a", "b"], ['say "hi", you', "two\nlines"], ["", ";"]]
    target = io.StringIO()
    csv.writer(target).writerows(rows)
    assert read_rows(target.getvalue().encode(), "t.csv") == rows


def test_decimal_commas_and_sentences_do_not_mislead():
    assert read_rows(b"1,5;2,5\n3,0;4,5", "t.csv") == [["1,5", "2,5"], ["3,0", "4,5"]]
    assert read_rows(b"Good; I like it,5\nBad,1", "t.csv") == [["Good; I like it", "5"], ["Bad", "1"]]


def test_a_table_without_headings_has_numbered_columns():
    assert read_table(b"1,a\n2,b", "t.csv") == Table(("1", "2"), [["1", "a"], ["2", "b"]])


def test_a_row_of_another_length_is_named():
    with pytest.raises(BadFile) as caught:
        read_table(b"a,b\n\n1,2\n3\n", "my.csv")
    assert "Row 3 of “my.csv”, on line 4, has 1 cells; the first has 2" in caught.value.detail


@pytest.mark.parametrize("data", [b"", b"\n \n", b",,\n"])
def test_an_empty_table_is_refused(data):
    with pytest.raises(BadFile, match="empty"):
        read_table(data, "t.csv")


@pytest.mark.parametrize("data", [b'a,b\n"1,2\n' + b"x,y\n" * 50_000, b'a,b\n"1"x,2\n'])
def test_a_quote_that_is_not_closed_is_refused(data):
    with pytest.raises(BadFile) as caught:
        read_table(data, "t.csv")
    assert "quotation mark" in caught.value.detail


def test_what_is_no_text_is_refused():
    with pytest.raises(BadText):
        read_table(b"\x89PNG\xff", "t.csv")


@pytest.mark.parametrize(
    ("limit", "data"),
    [
        ("BYTES", b"a,b\n1,2\n3,4\n"),
        ("ROWS", b"1\n" * 11),
        ("COLUMNS", b"1," * 11),
        ("CELLS", b"1,2\n" * 6),
    ],
)
def test_each_limit_of_a_table_holds(monkeypatch, limit, data):
    monkeypatch.setattr(f"core.settings.MAX_TABLE_{limit}", 10)
    with pytest.raises(TooLarge):
        read_table(data, "t.csv")


@pytest.mark.parametrize("length", [100_001, 5_000_000])
def test_a_very_long_cell_is_refused(length):
    with pytest.raises((TooLarge, BadFile)):
        read_table(b"a,b\n1," + b"x" * length, "t.csv")
