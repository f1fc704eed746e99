"""Hostile .npy and .npz files. What NumPy itself writes must read back the same."""

from __future__ import annotations

import io
import struct
import zipfile

import numpy as np
import pytest

from core.errors import BadTensor, TooLarge
from core.readers.arrays import read_file, read_npz


def npy(header, content=b"\0" * 64, length=None):
    text = header.encode()
    return b"\x93NUMPY\1\0" + struct.pack("<H", len(text) if length is None else length) + text + content


def head(descr="'<f4'", fortran="False", shape="(2, 3)"):
    return f"{{'descr': {descr}, 'fortran_order': {fortran}, 'shape': {shape}, }}\n"


def zipped(*files, method=zipfile.ZIP_STORED):
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", method) as archive:
        for name, content in files:
            archive.writestr(name, content)
    return target.getvalue()


@pytest.mark.parametrize(
    "array",
    [
        *(np.arange(6, dtype=name).reshape(2, 3) for name in ("<f4", ">f8", "|i1", "<u2", "<c16", "<f2")),
        *(np.array(7), np.zeros((0, 3)), np.zeros((3, 0), "<U5"), np.array(["a", "bc"]), np.array([True, False])),
        *(np.asfortranarray(np.arange(6.0).reshape(2, 3)), np.array([b"ab"]), np.ones((1,) * 32)),
    ],
)
@pytest.mark.parametrize("version", [(1, 0), (2, 0), (3, 0)])
def test_what_numpy_writes_reads_back_the_same(array, version):
    target = io.BytesIO()
    np.lib.format.write_array(target, array, version)
    read = read_file(target.getvalue(), "x.npy", "x")
    assert (read.dtype, read.shape, read.tolist()) == (array.dtype, array.shape, array.tolist())


@pytest.mark.parametrize(
    "data",
    [
        npy(head(), length=65_535),
        npy(head(shape="(-1, 3)")),
        npy(head(shape="(2, 3.0)")),
        npy(head(shape="(" * 5000)),
        npy(head(shape="(" + "1," * 65 + ")")),
        npy(head(shape="(" + "9" * 5000 + ",)")),
        npy(head(descr="'|O'")),
        npy(head(descr="[('a', '<f4'), ('b', '<f4')]")),
        npy(head(descr="[" * 5000)),
        npy(head(descr="'" + "-" * 60_000 + "'")),
        npy(head(descr="'<f99999'")),
        npy(head(descr="'<f4,<f4'")),
        npy(head(fortran="1")),
        npy(head() + head()),
        npy(head(shape="(2, 300)")),
        b"\x93NUMPY\2\0" + b"\xff" * 4,
        b"\x93NUMPY\x09\x09" + head().encode(),
        b"\x93NUMPY",
    ],
)
def test_hostile_headers_are_refused(data):
    with pytest.raises(BadTensor):
        read_file(data, "x.npy", "x")


@pytest.mark.parametrize("shape", ["(1000000, 1000000)", "(9999999999999999999, 9999999999999999999)"])
def test_an_array_larger_than_the_limit_is_refused_before_it_is_made(shape):
    with pytest.raises(TooLarge):
        read_file(npy(head(shape=shape)), "x.npy", "x")


def test_two_arrays_of_one_name_are_refused():
    data = zipped(("a.npy", npy(head())), ("b.npy", npy(head()))).replace(b"b.npy", b"a.npy")
    with pytest.raises(BadTensor, match="same name"):
        read_npz(data)


def test_very_many_arrays_are_refused(monkeypatch):
    monkeypatch.setattr("core.settings.MAX_NPZ_ARRAYS", 3)
    with pytest.raises(TooLarge):
        read_npz(zipped(*((f"{number}.npy", b"") for number in range(4))))


def test_a_password_is_named():
    data = bytearray(zipped(("a.npy", npy(head()))))
    data[6] |= 1
    data[data.index(b"PK\1\2") + 8] |= 1
    with pytest.raises(BadTensor, match="password"):
        read_npz(bytes(data))


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_packing_that_hides_a_bomb_is_refused(method):
    with pytest.raises(BadTensor, match="unusual"):
        read_npz(zipped(("a.npy", npy(head())), method=method))


def test_a_member_larger_than_it_says_is_refused():
    data = bytearray(zipped(("a.npy", npy(head(), bytes(9000))), method=zipfile.ZIP_DEFLATED))
    entry = data.index(b"PK\1\2")
    data[entry + 24 : entry + 28] = struct.pack("<I", 10)
    with pytest.raises(BadTensor):
        read_npz(bytes(data))


def test_a_member_that_claims_more_than_the_limit_is_refused():
    data = bytearray(zipped(("a.npy", npy(head()))))
    entry = data.index(b"PK\1\2")
    data[entry + 24 : entry + 28] = struct.pack("<I", 2**31)
    with pytest.raises(TooLarge):
        read_npz(bytes(data))
