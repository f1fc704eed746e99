"""A model's life in the library: fetched, updated, switched, checked, shared, removed. A real hub on loopback."""

import threading
from pathlib import Path

import pytest

from core import jobs, settings
from core.actions import (
    _hub,
    _library,
    check_files,
    check_update,
    edit_entry,
    find_models,
    get_model,
    give_token,
    list_library,
    look_up_model,
    open_model,
    preview_model,
    remove_model,
    show_entry,
    try_model,
)
from core.errors import Full, ModelNotFound, NeedsPermission, NotFetched, UnsafeModel
from core.settings import OWNER
from core.types import Fact
from core.workers.pool import pool
from tests.hub import graphs, repos
from tests.hub.loopback import LoopbackHub

pytestmark = pytest.mark.usefixtures("home")


@pytest.fixture
def hub(tmp_path, monkeypatch):
    root = tmp_path / "hub"
    repos.make_all(root)
    with LoopbackHub(root) as hub:
        monkeypatch.setenv("HF_ENDPOINT", hub.url)
        monkeypatch.setattr(_hub, "_lately", {})
        monkeypatch.setattr(_hub, "_tokens", {})
        pool().forget("hub")
        yield hub


def get(id_, variant="", visitor=OWNER):
    return jobs.run("get_model", get_model.Request("huggingface", id_, variant), visitor=visitor)


def look(id_, visitor=OWNER, **more):
    return jobs.run("look_up_model", look_up_model.Request("huggingface", id_, **more), visitor=visitor)


def entries(visitor=OWNER):
    return jobs.run("list_library", list_library.Request(), visitor=visitor).page.entries


def shown(id_, visitor=OWNER):
    return jobs.run("show_entry", show_entry.Request(id_), visitor=visitor)


@pytest.mark.usefixtures("hub")
def test_a_model_is_looked_at_and_its_variants_are_weighed_against_this_computer():
    found = look(repos.VISION)
    by_id = {choice.variant.id: choice for choice in found.choices}
    assert {"fp32", "fp16", "int8", "uint8"} <= by_id.keys()
    assert found.recommended == "int8"
    assert found.licence.light == "free"
    fit = by_id["fp32"].memory
    assert fit.needed_bytes == round(fit.weights_bytes * fit.factor) + fit.at_work_bytes
    assert not fit.is_measured
    assert by_id["fp32"].missing_bytes == by_id["fp32"].variant.size_bytes


@pytest.mark.usefixtures("hub")
def test_what_was_measured_replaces_the_estimate():
    info = get(repos.ZOO)
    jobs.run("try_model", try_model.Request(info.id, {}, "tensors"))
    entry = shown(info.id).entry
    assert entry.memory_bytes > 20_000_000
    assert entry.time_ms > 0
    assert entry.runs == 1
    [choice, *_] = look(repos.ZOO, again=True).choices
    assert choice.memory.is_measured
    assert choice.memory.needed_bytes == entry.memory_bytes
    assert choice.mine == info.id
    assert choice.missing_bytes == 0


@pytest.mark.usefixtures("hub")
def test_looking_inside_agrees_with_what_is_fetched_later():
    seen = jobs.run("preview_model", preview_model.Request("huggingface", repos.VISION, "fp32"))["model"]
    graph = get(repos.VISION, "fp32").parts["model"]
    assert (seen.inputs, seen.outputs, seen.operators, seen.parameter_count) == (
        graph.inputs,
        graph.outputs,
        graph.operators,
        graph.parameter_count,
    )


@pytest.mark.usefixtures("hub")
def test_two_variants_are_versions_of_one_model_and_the_first_stays_in_use():
    first, second = get(repos.VISION, "fp32"), get(repos.VISION, "int8")
    [entry] = entries()
    assert entry.info.id == first.id
    assert first.title == second.title
    jobs.run("edit_entry", edit_entry.Request(second.id, use=True))
    assert [one.info.id for one in entries()] == [second.id]
    assert jobs.run("try_model", try_model.Request(second.title, {}, "tensors")).model_id == second.id
    jobs.run("edit_entry", edit_entry.Request(first.id, use=True))
    assert [one.info.id for one in entries()] == [first.id]


def test_an_update_is_told_and_comes_beside_the_old_one(hub):
    old = get(repos.ZOO)
    assert not jobs.run("check_update", check_update.Request(old.id)).is_there
    name = repos.ZOO.rpartition("/")[2]
    repos.make(hub.root, repos.ZOO, {f"{name}.onnx": graphs.classifier("fp16")})
    found = jobs.run("check_update", check_update.Request(old.id))
    assert found.is_there
    assert found.have == shown(old.id).entry.origin.commit != found.newest
    new = get(repos.ZOO)
    assert new.id != old.id
    assert [one.info.id for one in entries()] == [old.id]
    assert {one.info.id for one in shown(old.id).versions} == {old.id, new.id}
    jobs.run("edit_entry", edit_entry.Request(new.id, use=True))
    jobs.run("edit_entry", edit_entry.Request(old.id, use=True))
    assert jobs.run("try_model", try_model.Request(old.id, {}, "tensors")).model_id == old.id


@pytest.mark.usefixtures("hub")
def test_files_are_checked_and_damage_and_loss_are_told():
    info = get(repos.VISION, "fp32")
    request = check_files.Request(info.id)
    assert {one.state for one in jobs.run("check_files", request)} == {"as it was"}
    path = Path(info.parts["model"].path)
    path.write_bytes(path.read_bytes()[:-1] + b"x")
    (path.parent.parent / "config.json").unlink()
    states = {one.path: one.state for one in jobs.run("check_files", request)}
    assert (states["model.onnx"], states["config.json"]) == ("changed", "gone")
    get(repos.VISION, "fp32")  # mends both
    assert {one.state for one in jobs.run("check_files", request)} == {"as it was"}


@pytest.mark.usefixtures("hub")
def test_deleting_frees_what_was_said_and_leaves_what_others_use():
    mine, small = get(repos.VISION, "fp32"), get(repos.VISION, "int8")
    get(repos.VISION, "int8", visitor="ann")
    said = shown(mine.id).frees_bytes
    assert said == Path(mine.parts["model"].path).stat().st_size  # the small files belong to the other variant too
    assert jobs.run("remove_model", remove_model.Request(mine.id)) == said
    assert not Path(mine.parts["model"].path).exists()
    assert shown(small.id).frees_bytes == 0  # ann has it too
    jobs.run("remove_model", remove_model.Request(small.id))
    assert Path(small.parts["model"].path).exists()
    [anns] = entries("ann")
    jobs.run("remove_model", remove_model.Request(anns.info.id), visitor="ann")
    assert list((settings.data_folder() / "hub").iterdir()) == []


@pytest.mark.usefixtures("hub")
def test_two_visitors_who_want_the_same_model_at_once_both_get_it():
    found = []
    threads = [
        threading.Thread(target=lambda who=who: found.append(get(repos.VISION, "fp32", who))) for who in ("ann", "bob")
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert len({info.parts["model"].path for info in found}) == 1
    assert len(entries("ann")) == len(entries("bob")) == 1


@pytest.mark.usefixtures("hub")
def test_a_library_is_seen_by_others_only_when_its_owner_shares_it(monkeypatch):
    info = get(repos.ZOO)
    assert entries("ann") == ()
    with pytest.raises(ModelNotFound):
        jobs.run("try_model", try_model.Request(info.id, {}, "tensors"), visitor="ann")
    monkeypatch.setattr(settings, "SHARES_LIBRARY", True)
    assert [one.info.id for one in entries("ann")] == [info.id]
    assert jobs.run("try_model", try_model.Request(info.title, {}, "tensors"), visitor="ann").model_id == info.id
    assert not shown(info.id, "ann").is_mine
    for change in (remove_model.Request(info.id), edit_entry.Request(info.id, note="x")):
        with pytest.raises(ModelNotFound):
            jobs.run(change.__class__.__module__.rpartition(".")[2], change, visitor="ann")


@pytest.mark.usefixtures("hub")
def test_a_token_opens_what_is_for_members_and_is_one_visitors_own():
    with pytest.raises(NeedsPermission):
        get(repos.GATED, visitor="ann")
    jobs.run("give_token", give_token.Request(repos.TOKEN), visitor="ann")
    info = get(repos.GATED, visitor="ann")
    with pytest.raises(NeedsPermission):
        get(repos.GATED, visitor="bob")
    jobs.run("give_token", give_token.Request(""), visitor="ann")
    assert _hub._tokens["ann"] == ""
    assert Path(info.parts["model"].path).exists()
    assert repos.TOKEN not in repr(give_token.Request(repos.TOKEN))


@pytest.mark.usefixtures("hub")
def test_what_is_unsafe_is_not_fetched_and_what_is_doubtful_is():
    with pytest.raises(UnsafeModel):
        get(repos.UNSAFE)
    assert get(repos.DOUBTFUL).id


@pytest.mark.usefixtures("hub")
def test_a_visitor_without_room_is_told_before_anything_is_fetched(monkeypatch):
    monkeypatch.setattr(settings, "models_share", lambda: (1, 10**9))
    get(repos.ZOO, visitor="ann")
    with pytest.raises(Full, match="no room"):
        get(repos.VISION, visitor="ann")


@pytest.mark.usefixtures("hub")
def test_several_graphs_are_one_model_with_named_parts():
    assert list(get(repos.TRANSLATOR).parts) == ["encoder", "decoder"]
    assert set(get(repos.OCR).parts) >= {"detect", "recognise"}
    assert len(entries()) == 2


@pytest.mark.usefixtures("hub")
def test_weights_beside_the_graph_come_along():
    info = get(repos.WEIGHTS_BESIDE)
    assert info.parts["model"].external_files
    assert jobs.run("try_model", try_model.Request(info.id, {}, "tensors")).result.outputs


def test_what_was_found_once_is_known_to_be_in_the_library(hub):
    info = get(repos.VISION, "fp32")
    page = jobs.run("find_models", find_models.Request("tiny-vit"))
    assert [one.mine for one in page.found if one.listing.id == repos.VISION] == [(info.id,)]
    hub.faults.append({"match": "/api/", "kind": "status", "arg": 503})
    assert [one.info.id for one in entries()] == [info.id]  # the library asks nobody
    with pytest.raises(NotFetched):
        jobs.run("find_models", find_models.Request("other"))


@pytest.mark.usefixtures("hub")
def test_nothing_half_there_is_ever_listed(hub):
    hub.faults.append({"match": "config.json", "kind": "status", "arg": 404})
    with pytest.raises(NotFetched):
        get(repos.VISION, "fp32")
    assert entries() == ()
    assert _library.library().shelf.page(OWNER, all_versions=True).total == 0


@pytest.mark.usefixtures("hub")
def test_classes_are_called_what_the_models_own_config_calls_them():
    opened = jobs.run("open_model", open_model.Request(get(repos.VISION, "fp32").id))
    assert opened.info.preparation["labels"] == Fact(list(graphs.LABELS), "config.json")
    assert opened.task.id == "image_classification"
    assert not opened.guessed


@pytest.mark.usefixtures("hub")
def test_without_a_config_the_hubs_own_word_for_its_task_is_taken():
    opened = jobs.run("open_model", open_model.Request(get(repos.LICENCE_ON_BASE).id))
    assert opened.task.id == "image_classification"
    assert not opened.guessed


def test_a_config_counts_more_than_the_hubs_word_and_a_word_that_can_not_be_is_not_believed(hub):
    config = {"architectures": ["ViTForImageClassification"]}
    files = {"model.onnx": graphs.classifier()}
    repos.make(hub.root, "odd/tag", {**files, "config.json": config}, pipeline_tag="image-feature-extraction")
    repos.make(hub.root, "odd/words", files, pipeline_tag="question-answering")
    for id_, guessed in (("odd/tag", False), ("odd/words", True)):
        opened = jobs.run("open_model", open_model.Request(get(id_).id))
        assert (opened.task.id, opened.guessed) == ("image_classification", guessed)


@pytest.mark.parametrize(
    "config",
    [
        {"id2label": {"0": "LABEL_0", "1": "LABEL_1"}},
        {"model_type": "vit"},
        "no json at all",
        {"id2label": {"one": "two"}},
    ],
)
def test_a_config_that_names_no_classes_is_no_hindrance(hub, config):
    repos.make(hub.root, "odd/config", {"model.onnx": graphs.classifier(), "config.json": config})
    opened = jobs.run("open_model", open_model.Request(get("odd/config").id))
    assert not opened.info.preparation["labels"].certain


@pytest.mark.usefixtures("hub")
def test_deleting_a_model_leaves_alone_what_somebody_else_is_fetching_into_the_same_folder():
    info = get(repos.VISION, "fp32")
    on_its_way = Path(info.parts["model"].path).with_name(".model_quantized.onnx.0123.part")
    on_its_way.write_bytes(b"half")
    jobs.run("remove_model", remove_model.Request(info.id))
    assert on_its_way.read_bytes() == b"half"
