"""Archives are made here with Python's zipfile, then bent where it would refuse."""

from __future__ import annotations

import io
import stat
import struct
import warnings
import zipfile

import pytest

from core.errors import BadFile, TooLarge
from core.readers.archive import read_archive


def packed(*files, method=zipfile.ZIP_DEFLATED):
    """An archive of (name, content) pairs; the name may be a ZipInfo."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", method) as archive, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # zipfile warns of names that occur twice
        for name, content in files:
            archive.writestr(name, content, method)
    return target.getvalue()


def test_files_are_unpacked_under_their_plain_names():
    data = packed(("./model.onnx", b"1"), ("a\\b.bin", b"2"), ("c/", b""), ("__MACOSX/x", b""), ("a/.DS_Store", b""))
    assert dict(read_archive(data)) == {"model.onnx": b"1", "a/b.bin": b"2"}
    assert dict(read_archive(io.BytesIO(data))) == {"model.onnx": b"1", "a/b.bin": b"2"}


def test_an_archive_inside_stays_packed():
    inner = packed(("x", b"1"))
    assert dict(read_archive(packed(("inner.zip", inner), method=zipfile.ZIP_STORED))) == {"inner.zip": inner}


@pytest.mark.parametrize(
    "name",
    [
        "../x",
        "a/../../x",
        "/etc/passwd",
        "\\x",
        "..\\x",
        "C:\\x",
        "C:x",
        "a/..",
        "a\nb",
        "a\0b",
        "x" * 241,
        ".",
        "a\u202eb",
    ],
)
def test_names_that_lead_elsewhere_are_refused(name):
    info = zipfile.ZipInfo("x")
    info.filename = name
    with pytest.raises(BadFile, match="safe"):
        list(read_archive(packed((info, b"x"))))


@pytest.mark.parametrize("kind", [stat.S_IFLNK, stat.S_IFIFO, stat.S_IFCHR])
def test_links_and_devices_are_refused(kind):
    info = zipfile.ZipInfo("x")
    info.external_attr = (kind | 0o777) << 16
    with pytest.raises(BadFile, match="safe"):
        list(read_archive(packed((info, b"/etc/passwd"))))


@pytest.mark.parametrize("names", [("a", "a"), ("Model.onnx", "model.ONNX"), ("é", "e\u0301"), ("a", "./a")])
def test_two_files_that_would_fall_on_one_another_are_refused(names):
    with pytest.raises(BadFile, match="safe"):
        list(read_archive(packed(*((name, b"") for name in names))))


def with_flag(data, at_entry, at_file, value):
    """The archive with two bytes changed in the list and before the file, by APPNOTE.TXT 4.3.7 and 4.3.12."""
    made = bytearray(data)
    entry = made.index(b"PK\1\2")
    made[entry + at_entry : entry + at_entry + 2] = struct.pack("<H", value)
    made[at_file : at_file + 2] = struct.pack("<H", value)
    return bytes(made)


def test_a_password_is_named():
    with pytest.raises(BadFile, match="password"):
        list(read_archive(with_flag(packed(("x", b"1")), 8, 6, 1)))


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_methods_that_unpack_without_a_limit_are_refused(method):
    with pytest.raises(BadFile, match="unusual"):
        list(read_archive(packed(("x", b"1" * 1000), method=method)))


def test_an_unknown_method_is_refused():
    with pytest.raises(BadFile):
        list(read_archive(with_flag(packed(("x", b"1")), 10, 8, 77)))


def test_too_many_files_are_refused():
    data = packed(*((str(number), b"") for number in range(201)))
    with pytest.raises(TooLarge):
        list(read_archive(data))


def test_a_list_of_files_that_is_too_long_is_not_even_read(monkeypatch):
    data = packed(*((str(number), b"") for number in range(100)))
    monkeypatch.setattr("core.settings.MAX_ZIP_DIRECTORY_BYTES", 1000)
    monkeypatch.setattr("zipfile.ZipFile", None)
    with pytest.raises(TooLarge):
        list(read_archive(data))


def test_the_long_form_of_the_end_mark_is_looked_at_too(monkeypatch):
    end64 = b"PK\6\6" + b"\0" * 36 + struct.pack("<Q", 2**40) + b"\0" * 8  # APPNOTE.TXT 4.3.14 and 4.3.15
    locator = b"PK\6\7" + b"\0" * 16
    monkeypatch.setattr("zipfile.ZipFile", None)
    with pytest.raises(TooLarge):
        list(read_archive(end64 + locator + b"PK\5\6" + b"\0" * 18))


def test_a_small_archive_that_unpacks_to_much_is_refused():
    with pytest.raises(TooLarge, match="too much"):
        list(read_archive(packed(("x", bytes(11 * 2**20)))))


def test_all_files_together_are_limited():
    with pytest.raises(TooLarge, match="too much"):
        list(read_archive(packed(("x", b"1" * 60), ("y", b"2" * 60)), max_bytes=100))


def test_a_file_that_is_larger_than_it_says_is_refused():
    data = bytearray(packed(("x", bytes(5000))))
    entry = data.index(b"PK\1\2")
    data[entry + 24 : entry + 28] = struct.pack("<I", 10)
    with pytest.raises(BadFile):
        list(read_archive(bytes(data)))


@pytest.mark.parametrize(
    "data", [b"", b"PK", b"PK\5\6" + b"\0" * 18 + b"x", b"\x1f\x8b" + b"\0" * 50, packed(("x", b"1" * 99))[:-9]]
)
def test_what_is_no_zip_or_damaged_is_refused(data):
    with pytest.raises(BadFile):
        list(read_archive(data))


def test_a_changed_byte_is_noticed():
    data = bytearray(packed(("x", b"hello"), method=zipfile.ZIP_STORED))
    data[data.index(b"hello")] ^= 1
    with pytest.raises(BadFile):
        list(read_archive(bytes(data)))
