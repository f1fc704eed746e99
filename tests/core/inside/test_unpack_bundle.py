"""A packed model is unpacked by a process that may write into one folder only, and every file is checked there."""

import hashlib
import io
import json
import os
import stat
import zipfile
from pathlib import Path

import pytest

from core.actions import _workers
from core.caller import Caller
from core.errors import BadFile, TooLarge
from core.inside import unpack_bundle
from core.inside._desk import Desk
from core.packed import CARD, FORMAT, NAME

FILES = {"onnx/model.onnx": b"a graph", "onnx/model.onnx_data": os.urandom(3 * 2**20)}


def said(files, **more):
    listed = [
        {"path": name, "size_bytes": len(data), "sha256": hashlib.sha256(data).hexdigest(), "was_announced": False}
        for name, data in files.items()
    ]
    words = dict.fromkeys(("title", "summary", "version", "licence", "source"), "words")
    parts = {"model": "onnx/model.onnx"}
    return {"format": FORMAT, "id": "a1", "family": "a", **words, "parts": parts, "files": listed, **more}


def zipped(members, method=zipfile.ZIP_STORED):
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", method) as archive:
        for name, data in members:
            archive.writestr(name, data)
    return target.getvalue()


def packed(about=None, files=None, more=()):
    """The least this app packs, written by Python's zipfile."""
    told = json.dumps(said(FILES) if about is None else about)
    return zipped([*(FILES if files is None else files).items(), (NAME, told), (CARD, "# A card"), *more])


def unpack(data, folder, most_bytes=10**9):
    """In this process, as a worker does it."""
    desk = Desk(lambda _share, _words: None, {"given": memoryview(data)}, list)
    return unpack_bundle.do({"zip": "given", "folder": str(folder), "most_bytes": most_bytes}, desk)


def there(folder):
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def in_a_worker(data, tmp_path):
    zip_path, folder = tmp_path / "given.zip", tmp_path / "new"
    zip_path.write_bytes(data)
    asked = {"zip": str(zip_path), "folder": str(folder), "most_bytes": 10**9}
    return _workers.file_job("unpack_bundle", Caller(), asked, folder, uploads={str(zip_path): str(zip_path)})


def test_a_process_of_its_own_unpacks_the_files_and_nothing_else(tmp_path):
    about = in_a_worker(packed(), tmp_path)
    assert (about.id, about.parts) == ("a1", {"model": "onnx/model.onnx"})
    assert there(tmp_path / "new") == FILES


def test_what_is_wrong_is_said_across_the_border(tmp_path):
    with pytest.raises(BadFile, match=r"onnx/model\.onnx_data.*was changed since it was packed"):
        in_a_worker(packed(files={**FILES, "onnx/model.onnx_data": b"other"}), tmp_path)


@pytest.mark.parametrize("name", ["../up.bin", "/tmp/up.bin", "onnx/../../up.bin", "C:\\up.bin"])
def test_a_path_that_leads_out_is_refused_before_anything_is_written(tmp_path, name):
    with pytest.raises(BadFile, match="safe"):
        in_a_worker(packed(more=[(name, b"x")]), tmp_path)
    assert there(tmp_path / "new") == {}
    assert not (tmp_path / "up.bin").exists()


def test_a_link_is_refused(tmp_path):
    link = zipfile.ZipInfo("onnx/weights")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    with pytest.raises(BadFile, match="link"):
        unpack(packed(more=[(link, "/etc/passwd")]), tmp_path)
    assert there(tmp_path) == {}


def test_a_file_that_is_missing_is_named(tmp_path):
    with pytest.raises(BadFile, match=r"onnx/model\.onnx_data.*is missing"):
        unpack(packed(files={"onnx/model.onnx": b"a graph"}), tmp_path)


def test_one_byte_changed_with_its_size_kept_is_found(tmp_path):
    weights = bytearray(FILES["onnx/model.onnx_data"])
    weights[2**20] ^= 1
    with pytest.raises(BadFile, match="was changed"):
        unpack(packed(files={**FILES, "onnx/model.onnx_data": bytes(weights)}), tmp_path)


def test_a_file_nobody_announced_is_refused(tmp_path):
    with pytest.raises(BadFile, match=r"run\.sh.*nothing is said"):
        unpack(packed(more=[("run.sh", b"rm")]), tmp_path)


def test_another_programs_zip_is_refused_with_what_to_do(tmp_path):
    with pytest.raises(BadFile, match="wasn't packed by this app") as caught:
        unpack(zipped([("model.onnx", b"x")]), tmp_path)
    assert ".onnx" in caught.value.fix


def test_a_newer_format_is_refused_whatever_else_it_says(tmp_path):
    with pytest.raises(BadFile, match="newer version"):
        unpack(packed({"format": FORMAT + 1, "everything": "else"}), tmp_path)


@pytest.mark.parametrize("told", [b"", b"{", b"[]", b'"x"', b"\xff", b"[" * 100_000, b"{}", b'{"format": "1"}'])
def test_what_is_no_description_is_refused(tmp_path, told):
    with pytest.raises(BadFile, match="can't be read"):
        unpack(zipped([*FILES.items(), (NAME, told)]), tmp_path)


@pytest.mark.parametrize("wrong", [{"id": "../../x"}, {"family": ""}, {"parts": {}}, {"parts": {"model": CARD}}])
def test_what_makes_no_sense_is_refused(tmp_path, wrong):
    with pytest.raises(BadFile, match="can't be used"):
        unpack(packed(said(FILES, **wrong)), tmp_path)


def test_the_card_can_not_pass_for_a_file_of_the_model(tmp_path):
    with pytest.raises(BadFile, match="list of files"):
        unpack(packed(said({**FILES, CARD: b"# A card"})), tmp_path)


def test_a_description_that_is_too_long_is_not_read(tmp_path):
    with pytest.raises(BadFile, match="wasn't packed"):
        unpack(zipped([(NAME, b" " * (unpack_bundle._MOST_ABOUT_BYTES + 1))]), tmp_path)


def test_what_unpacks_to_too_much_is_refused(tmp_path):
    with pytest.raises(TooLarge):
        unpack(packed(), tmp_path, most_bytes=2**20)
    with pytest.raises(TooLarge, match="times its own size"):
        unpack(zipped([("zeros", bytes(20_000_000))], zipfile.ZIP_DEFLATED), tmp_path)


def test_whoever_packed_it_again_compressed_is_read_too(tmp_path):
    members = [*FILES.items(), (NAME, json.dumps(said(FILES)))]
    assert unpack(zipped(members, zipfile.ZIP_DEFLATED), tmp_path).id == "a1"
    assert there(tmp_path) == FILES


def test_cut_off_anywhere_it_is_refused_in_words(tmp_path):
    whole = packed(said({"onnx/model.onnx": b"a graph"}), {"onnx/model.onnx": b"a graph"})
    for number, end in enumerate(range(0, len(whole), 7)):
        folder = Path(tmp_path / str(number))
        folder.mkdir()
        with pytest.raises(BadFile):
            unpack(whole[:end], folder)
