"""What lies beside a model comes along with it, by every way a model comes in, and is used without a question."""

import json
import os
from dataclasses import replace
from pathlib import Path

import pytest

from core import jobs, settings
from core.actions import _library, _workers, add_model, decide, export_model, import_model, open_model, remove_model
from core.caller import Caller
from core.store.store import Decision
from core.types import Fact, Upload
from tests.core import families
from tests.uploads import upload

pytestmark = pytest.mark.usefixtures("home")
VIT = next(family for family in families.FAMILIES if family.id == "optimum ViT")
SENTENCES = next(family for family in families.FAMILIES if family.id == "Sentence Transformers")
MOBILEVIT = next(family for family in families.FAMILIES if family.id == "transformers.js MobileViT")


def opened(name, visitor=settings.OWNER):
    return jobs.run("open_model", open_model.Request(str(name)), visitor=visitor)


def added(folder):
    return jobs.run("add_model", add_model.Request(path=str(folder)))


def uploads(folder, *left_out):
    found = sorted(path for path in folder.rglob("*") if path.is_file() and path.name not in left_out)
    return tuple(upload(path.name, path.read_bytes()) for path in found)


def test_a_folder_laid_out_as_on_the_hub_is_one_model_with_its_files(tmp_path):
    info = added(families.written(MOBILEVIT, tmp_path / "tiny-mobilevit"))
    assert info.title == "tiny-mobilevit"
    assert info.files.keys() == {"config.json", "preprocessor_config.json"}
    home = Path(info.parts["model"].path).parent
    assert all(Path(path).parent == home for path in info.files.values())


@pytest.mark.parametrize("place", ["", "onnx", "onnx/model.onnx"])
def test_the_folder_of_the_graphs_and_a_graph_in_it_find_what_lies_above(tmp_path, place):
    folder = families.written(MOBILEVIT, tmp_path / "tiny")
    assert added(folder / place).files.keys() == {"config.json", "preprocessor_config.json"}


def test_files_in_a_folder_of_their_own_keep_it(tmp_path):
    info = added(families.written(SENTENCES, tmp_path / "tiny"))
    assert info.files["1_Pooling/config.json"].endswith("/1_Pooling/config.json")
    assert opened(info.id).info.preparation["pooling"].source == "1_Pooling/config.json"
    entry = _library.library().shelf.entry(info.id, settings.OWNER)
    assert "1_Pooling/config.json" in {file.path for file in entry.files}
    jobs.run("remove_model", remove_model.Request(info.id))
    assert not Path(info.parts["model"].path).parent.exists()


def test_uploads_come_with_their_files(tmp_path):
    folder = families.written(VIT, tmp_path / "tiny")
    info = jobs.run("add_model", add_model.Request(uploads(folder)))
    assert opened(info.id).info.preparation["labels"].source == "config.json"


def test_a_model_that_is_there_already_takes_what_is_new(tmp_path):
    folder = families.written(VIT, tmp_path / "tiny")
    first = jobs.run("add_model", add_model.Request(uploads(folder, "config.json", "preprocessor_config.json")))
    assert not opened(first.id).info.preparation["labels"].certain
    more = jobs.run("add_model", add_model.Request(uploads(folder)))
    assert more.id == first.id
    assert opened(first.id).info.preparation["labels"].source == "config.json"
    entry = _library.library().shelf.entry(first.id, settings.OWNER)
    assert {file.path for file in entry.files} == {"model.onnx", "config.json", "preprocessor_config.json"}
    assert entry.size_bytes == sum(file.size_bytes for file in entry.files)
    assert jobs.run("add_model", add_model.Request(uploads(folder))) == more


def test_a_model_used_where_it_lies_sees_what_lies_beside_it_and_what_changes(tmp_path):
    folder = families.written(MOBILEVIT, tmp_path / "tiny")
    model = folder / "onnx" / "model.onnx"
    assert opened(model).info.preparation["labels"].value == ["cat", "dog", "cup"]
    config = json.loads((folder / "config.json").read_text())
    config["id2label"]["0"] = "lion"
    (folder / "config.json").write_text(json.dumps(config))
    assert opened(model).info.preparation["labels"].value == ["lion", "dog", "cup"]
    (folder / "config.json").unlink()
    assert not opened(model).info.preparation["labels"].certain


@pytest.mark.parametrize("content", ["{", "[" * 100_000, "\0", '{"id2label": 7, "architectures": [[]]}'])
def test_a_broken_config_hinders_nothing_and_is_told_when_it_can_not_be_read(tmp_path, content):
    folder = families.written(VIT, tmp_path / "tiny")
    (folder / "config.json").write_text(content)
    found = opened(added(folder).id)
    assert found.task.id == "image_classification"
    assert found.info.preparation["mean"].source == "preprocessor_config.json"
    assert bool(found.notes) == ("architectures" not in content)
    assert all("config.json was left out" in note for note in found.notes)


def test_a_link_is_never_followed(tmp_path):
    folder = families.written(VIT, tmp_path / "tiny")
    secret = tmp_path / "secret.json"
    secret.write_text((folder / "config.json").read_text())
    (folder / "config.json").unlink()
    (folder / "config.json").symlink_to(secret)
    assert "config.json" not in added(folder).files
    assert "config.json" not in opened(folder / "model.onnx").info.files


def test_a_file_that_became_a_link_is_not_handed_to_the_model(tmp_path):
    info = added(families.written(VIT, tmp_path / "tiny"))
    config = Path(info.files["config.json"])
    config.rename(tmp_path / "moved.json")
    config.symlink_to(tmp_path / "moved.json")
    assert "config.json" not in _workers._files(info)
    assert not opened(info.id).info.preparation["labels"].certain


def test_what_a_note_about_a_model_says_hands_out_no_file_from_elsewhere(tmp_path):
    info = added(families.written(VIT, tmp_path / "tiny"))
    (tmp_path / "config.json").write_text("{}")
    for name, path in {"config.json": tmp_path / "config.json", "passwd": Path("/etc/passwd")}.items():
        assert name not in _workers._files(replace(info, files={name: str(path)}))


def test_everything_travels_in_the_zip_and_is_found_again(tmp_path):
    info = added(families.written(SENTENCES, tmp_path / "tiny"))
    key = info.parts["model"].sha256
    own = Fact("tokenizer.json", "you", is_file=True)
    here = Fact(str(tmp_path / "mine.txt"), "you", is_file=True)
    _library.library().decide(key, Decision(facts={"tokenizer": own, "vocabulary": here}), settings.OWNER)
    target = tmp_path / "packed.zip"
    jobs.run("export_model", export_model.Request(info.id, str(target)))
    given = Upload(str(target), target.name, target.stat().st_size, "k")
    brought = jobs.run("import_model", import_model.Request(given), visitor="ann")
    assert brought.files.keys() == info.files.keys()
    assert all("/ann/" in path for path in brought.files.values())
    found = opened(brought.id, "ann")
    assert found.info.preparation["pooling"].source == "1_Pooling/config.json"
    assert _library.library().decision(key, "ann").facts == {"tokenizer": own}


def test_what_the_user_says_counts_more_than_what_the_files_say(tmp_path):
    info = added(families.written(VIT, tmp_path / "tiny"))
    jobs.run("decide", decide.Request(info.id, facts={"labels": Fact(["x", "y", "z"], "you")}))
    assert opened(info.id).info.preparation["labels"] == Fact(["x", "y", "z"], "you")
    jobs.run("decide", decide.Request(info.id, task="tensors"))
    assert opened(info.id).task.id == "tensors"
    jobs.run("decide", decide.Request(info.id, task=""))
    assert opened(info.id).task.id == "image_classification"


def test_two_models_with_one_graph_and_other_files_keep_their_own(tmp_path):
    folders = [families.written(VIT, tmp_path / name) for name in ("one", "two")]
    config = {"id2label": {"0": "a", "1": "b", "2": "c"}}
    (folders[1] / "config.json").write_text(json.dumps(config))
    names = [opened(folder / "model.onnx").info.preparation["labels"].value for folder in (*folders, folders[0])]
    assert names == [["cat", "dog", "cup"], ["a", "b", "c"], ["cat", "dog", "cup"]]


def test_a_study_is_made_once_while_nothing_changes(tmp_path, monkeypatch):
    info = added(families.written(VIT, tmp_path / "tiny"))
    opened(info.id)
    monkeypatch.setattr(_workers, "ask_model", lambda *_asked: pytest.fail("asked again"))
    _library.with_task(_library.find(info.id, Caller()), "", Caller())
    os.utime(info.files["config.json"], (1, 1))
    with pytest.raises(pytest.fail.Exception):
        _library.with_task(_library.find(info.id, Caller()), "", Caller())
