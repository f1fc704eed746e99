"""A model goes to another computer in one zip, with what was decided about it; a zip that was changed does not."""

import json
import zipfile
from pathlib import Path

import pytest

from core import jobs, settings
from core.actions import _library, add_model, decide, edit_entry, export_model, import_model, try_model
from core.errors import BadFile, TooLarge, UserError
from core.packed import CARD, NAME
from core.types import Upload
from tests.core.actions.test_add_model import scaler

pytestmark = pytest.mark.usefixtures("home")


def added(folder):
    info = jobs.run("add_model", add_model.Request(scaler(folder)))
    jobs.run("decide", decide.Request(info.id, task="tensors", form={"x": {"how": "ones"}}))
    jobs.run("edit_entry", edit_entry.Request(info.id, "My scaler", "for the demo", ("mine",)))
    return info


@pytest.fixture
def packed(tmp_path):
    """A zip, and the id of the model in it."""
    info = added(tmp_path)
    target = tmp_path / "packed.zip"
    jobs.run("export_model", export_model.Request(info.id, str(target)))
    return target, info.id


def brought(path, visitor="ann"):
    given = Upload(str(path), path.name, path.stat().st_size, "k")
    return jobs.run("import_model", import_model.Request(given), visitor=visitor)


def changed(path, target, content=None, **replaced):
    """The same zip with other content under some names; None leaves a file out."""
    with zipfile.ZipFile(path) as before, zipfile.ZipFile(target, "w") as after:
        for name in before.namelist():
            data = replaced.get(name.replace(".", "_"), before.read(name))
            if data is not None:
                after.writestr(name, data)
        for name, data in (content or {}).items():
            after.writestr(name, data)
    return target


def left(visitor="ann"):
    folder = settings.data_folder() / "models" / visitor
    return [path for path in folder.iterdir()] if folder.exists() else []  # noqa: C416  a list to show


def test_everything_goes_along_and_it_answers_there(packed):
    path, id_ = packed
    info = brought(path)
    there = _library.library().shelf.entry(info.id, "ann")
    assert (info.id, there.info.title, there.note, there.tags) == (id_, "My scaler", "for the demo", ("mine",))
    sha256 = info.parts["model"].sha256
    assert _library.library().decision(sha256, "ann").form == {"x": {"how": "ones"}}
    answer = jobs.run("try_model", try_model.Request("my scaler", {}, "tensors"), visitor="ann")
    assert answer.result.outputs["y"].shape == (8, 8)


def test_the_zip_says_nothing_about_this_computer_or_its_user(packed):
    path, _ = packed
    with zipfile.ZipFile(path) as archive:
        said = archive.read(NAME).decode() + archive.read(CARD).decode()
        assert {info.compress_type for info in archive.infolist()} == {zipfile.ZIP_STORED}
    assert str(settings.data_folder()) not in said
    assert str(Path.home()) not in said
    assert "owner" not in said


def test_the_card_can_be_read_by_a_person(packed):
    path, _ = packed
    with zipfile.ZipFile(path) as archive:
        card = archive.read(CARD).decode()
    assert card.startswith("# My scaler\n")
    assert "for the demo" in card
    assert "weights.bin" in card


def test_bringing_it_twice_is_one_entry(packed):
    path, _ = packed
    assert brought(path).id == brought(path).id
    assert _library.library().shelf.page("ann").total == 1
    assert len(left()) == 1


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"weights_bin": b"other weights"}, "was changed since it was packed"),
        ({"weights_bin": None}, "is missing"),
        ({"content": {"more.bin": b"1"}}, "nothing is said about that file"),
        ({"model_json": None}, "wasn't packed by this app"),
        ({"model_json": b"{"}, "can't be read"),
        ({"model_json": b'{"format": 99}'}, "newer version"),
        ({"content": {"../up.bin": b"1"}}, "isn't safe"),
        ({"content": {"/root.bin": b"1"}}, "isn't safe"),
    ],
)
def test_a_zip_that_was_changed_is_refused_in_words_and_leaves_nothing(packed, tmp_path, change, words):
    path = changed(packed[0], tmp_path / "changed.zip", **change)
    with pytest.raises(UserError, match=words):
        brought(path)
    assert left() == []
    assert _library.library().shelf.page("ann").total == 0


@pytest.mark.parametrize("id_", ["../../x", "", "a/b", "x" * 65, "é"])
def test_an_id_that_could_be_a_place_is_refused(packed, tmp_path, id_):
    with zipfile.ZipFile(packed[0]) as archive:
        about = json.loads(archive.read(NAME))
    path = changed(packed[0], tmp_path / "changed.zip", model_json=json.dumps({**about, "id": id_}))
    with pytest.raises(BadFile):
        brought(path)
    assert left() == []


def test_no_zip_and_half_a_zip_are_refused(packed, tmp_path):
    for content in (b"no zip at all", packed[0].read_bytes()[:-100], b""):
        path = tmp_path / "half.zip"
        path.write_bytes(content)
        with pytest.raises(BadFile):
            brought(path)
    assert left() == []


def test_a_zip_that_unpacks_to_too_much_is_refused(packed, tmp_path):
    path = tmp_path / "bomb.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("zeros.bin", bytes(60_000_000))
    with pytest.raises(TooLarge):
        brought(path)
    assert left() == []
