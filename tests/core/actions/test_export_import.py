"""A model goes to another computer in one zip, with what was decided about it; a zip that was changed does not."""

import hashlib
import json
import zipfile
from pathlib import Path

import pytest

from core import jobs, settings
from core.actions import _library, add_model, decide, edit_entry, export_model, import_model, remove_model, try_model
from core.errors import BadFile, Full, TooLarge, UserError
from core.packed import CARD, NAME, Packed
from core.store.store import Decision
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


def told(path, target, **more):
    """The same zip with something else said about the model."""
    with zipfile.ZipFile(path) as archive:
        about = json.loads(archive.read(NAME))
    return changed(path, target, model_json=json.dumps({**about, **more}))


def listed(path, **contents):
    """The list of files, with other content under some names."""
    with zipfile.ZipFile(path) as archive:
        files = {file["path"]: file for file in json.loads(archive.read(NAME))["files"]}
    for name, data in contents.items():
        path, sha256 = name.replace("_", "."), hashlib.sha256(data).hexdigest()
        files[path] = {"path": path, "size_bytes": len(data), "sha256": sha256, "was_announced": False}
    return [*files.values()]


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
    path = told(packed[0], tmp_path / "changed.zip", id=id_)
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


@pytest.mark.parametrize("id_", ["../../x", "..", ""])
def test_an_id_is_checked_by_the_app_too_before_it_makes_or_deletes_a_folder(packed, monkeypatch, id_):
    """Whoever takes over the process that unpacks could answer anything."""
    from core.actions import _workers

    kept = settings.data_folder() / "kept"
    kept.write_bytes(b"x")
    honest = _workers.file_job

    def taken_over(*asked):
        about: Packed = honest(*asked)
        return Packed(**{**vars(about), "id": id_})

    monkeypatch.setattr(_workers, "file_job", taken_over)
    with pytest.raises(BadFile):
        brought(packed[0])
    assert kept.exists()
    assert left() == []


def test_a_fact_that_names_a_file_of_this_computer_is_refused(packed, tmp_path):
    fact = {"value": "/etc/passwd", "source": "its card", "certain": True, "is_file": True}
    for where in ("preparation", "facts"):
        with pytest.raises(BadFile):
            brought(told(packed[0], tmp_path / "changed.zip", **{where: {"labels": fact}}))
    assert left() == []


def test_it_can_not_take_the_place_of_a_model_that_comes_with_the_app(packed, tmp_path):
    with pytest.raises(BadFile, match="comes with the app"):
        brought(told(packed[0], tmp_path / "changed.zip", id="minilm"))
    assert left() == []


def test_other_files_under_the_same_id_are_not_taken_for_the_model_that_is_there(packed, tmp_path):
    brought(packed[0])
    weights = bytes(256)
    about = listed(packed[0], weights_bin=weights)
    with zipfile.ZipFile(packed[0]) as archive:
        said = json.dumps({**json.loads(archive.read(NAME)), "files": about})
    path = changed(packed[0], tmp_path / "changed.zip", weights_bin=weights, model_json=said)
    with pytest.raises(BadFile, match=r"My scaler.*same id and other files"):
        brought(path)
    assert len(left()) == 1


def test_what_a_visitor_decided_about_the_same_file_before_stands(packed):
    info = brought(packed[0])
    sha256 = info.parts["model"].sha256
    _library.library().decide(sha256, Decision("tensors", form={"x": {"how": "zeros"}}), "ann")
    jobs.run("remove_model", remove_model.Request(info.id), visitor="ann")
    brought(packed[0])
    assert _library.library().decision(sha256, "ann").form == {"x": {"how": "zeros"}}


@pytest.mark.parametrize(("given", "title"), [(" My\nscaler ", "My scaler"), ("  ", "model"), ("é" * 500, "é" * 120)])
def test_its_title_is_made_one_that_a_person_could_have_chosen(packed, tmp_path, given, title):
    assert brought(told(packed[0], tmp_path / "changed.zip", title=given)).title == title


def test_what_it_takes_unpacked_counts_for_the_visitors_share(packed, tmp_path, monkeypatch):
    monkeypatch.setattr(settings, "models_share", lambda: (12, 1_000_000))
    zeros = bytes(2_000_000)
    with zipfile.ZipFile(packed[0]) as before, zipfile.ZipFile(tmp_path / "p.zip", "w", zipfile.ZIP_DEFLATED) as after:
        about = {**json.loads(before.read(NAME)), "files": listed(packed[0], zeros_bin=zeros)}
        for name in before.namelist():
            after.writestr(name, json.dumps(about) if name == NAME else before.read(name))
        after.writestr("zeros.bin", zeros)
    assert (tmp_path / "p.zip").stat().st_size < 100_000
    with pytest.raises(Full):
        brought(tmp_path / "p.zip")
    assert left() == []


def test_a_model_whose_files_are_gone_is_not_packed_and_words_say_which(tmp_path):
    info = added(tmp_path)
    (Path(info.parts["model"].path).parent / "weights.bin").unlink()
    with pytest.raises(UserError, match=r"weights\.bin"):
        jobs.run("export_model", export_model.Request(info.id, str(tmp_path / "packed.zip")))
    assert list(tmp_path.glob("packed*")) == []


def test_a_place_that_can_not_be_written_is_said_in_words(tmp_path):
    info = added(tmp_path)
    for target in (tmp_path / "nowhere" / "packed.zip", tmp_path):
        with pytest.raises(UserError, match="couldn't be packed"):
            jobs.run("export_model", export_model.Request(info.id, str(target)))


@pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="counts open files as Linux shows them")
def test_packing_again_and_again_leaves_one_zip_and_no_open_file(tmp_path):
    info = added(tmp_path)
    for _ in range(3):
        packed = jobs.run("export_model", export_model.Request(info.id))
    assert [path for path in map(real, Path("/proc/self/fd").iterdir()) if ".zip" in path] == []
    assert [str(path) for path in Path(packed.path).parent.iterdir()] == [packed.path]


def real(descriptor):
    try:
        return str(descriptor.readlink())
    except OSError:  # another thread has closed it
        return ""
