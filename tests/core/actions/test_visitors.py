"""In a classroom nobody sees the files, results or names of anybody else."""

import numpy as np
import pytest
from onnx import TensorProto, helper

from core import jobs, settings
from core.actions import _library, add_model, decide, list_models, remove_model, try_model
from core.errors import Full, ModelNotFound
from core.fields import TensorSource
from tests.uploads import upload

pytestmark = pytest.mark.usefixtures("home")


def model(value=1.0):
    """y = x + value."""
    graph = helper.make_graph(
        [helper.make_node("Constant", [], ["c"], value_float=value), helper.make_node("Add", ["x", "c"], ["y"])],
        "g",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, [2])],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, [2])],
    )
    return helper.make_model(graph, ir_version=10, opset_imports=[helper.make_opsetid("", 17)]).SerializeToString()


def add(visitor, name="secret plans.onnx", value=1.0):
    return jobs.run("add_model", add_model.Request((upload(name, model(value), visitor),)), visitor=visitor)


def titles(visitor):
    return [card.title for card in jobs.run("list_models", list_models.Request(), visitor=visitor)]


def run(visitor, name):
    request = try_model.Request(name, {"x": TensorSource("ones", (2,))})
    return jobs.run("try_model", request, visitor=visitor).result.outputs["y"]


def test_a_model_is_seen_and_opened_by_who_added_it_only():
    info = add("ann")
    assert "secret plans" in titles("ann")
    assert "secret plans" not in titles("bob") + titles(settings.OWNER)
    assert np.array_equal(run("ann", info.id), [2, 2])
    for name in (info.id, "secret plans", info.parts["model"].path):
        with pytest.raises(ModelNotFound) as error:
            run("bob", name)
        assert "secret" not in error.value.fix


def test_two_visitors_may_add_the_same_file_and_one_removing_it_leaves_the_other_theirs():
    first, second = add("ann"), add("bob")
    assert first.parts["model"].path != second.parts["model"].path
    jobs.run("remove_model", remove_model.Request(second.id), visitor="bob")
    assert np.array_equal(run("ann", first.id), [2, 2])
    with pytest.raises(ModelNotFound):
        jobs.run("remove_model", remove_model.Request(first.id), visitor="bob")


def test_what_was_decided_and_what_was_run_stays_with_its_visitor():
    info = add("ann")
    add("bob")
    jobs.run("decide", decide.Request(info.id, form={"x": "mine"}), visitor="ann")
    run("ann", info.id)
    sha256 = info.parts["model"].sha256
    assert _library.library().decision(sha256, "ann").form == {"x": "mine"}
    assert _library.library().decision(sha256, "bob").form == {}
    assert len(_library.library().history(visitor="ann")) == 1
    assert _library.library().history(visitor="bob") == ()


def test_a_visitor_has_a_share_of_models_and_is_told_when_it_is_used(monkeypatch):
    monkeypatch.setattr(settings, "models_share", lambda: (1, 10**9))
    add("ann")
    with pytest.raises(Full, match="no room"):
        add("ann", "other.onnx", value=2.0)
    add("bob", "other.onnx", value=2.0)


def test_a_library_of_the_first_version_becomes_the_owners(tmp_path):
    import sqlite3

    from core.store.migrations import STEPS
    from core.store.store import Store

    path = tmp_path / "library.db"
    with sqlite3.connect(path) as db:
        for statement in STEPS[0]:
            db.execute(statement)
        db.execute("PRAGMA user_version = 1")
        info = '{"id":"a","title":"Old one","summary":"","origin":"upload","parts":{}}'
        db.execute("INSERT INTO models (id, info) VALUES ('a', ?)", (info,))
        db.execute("INSERT INTO preparations (sha256, task, facts, form) VALUES ('s', 'tensors', '{}', '{}')")
        db.execute("INSERT INTO runs (model_id, task, total_ms, run_ms, summary) VALUES ('a', 'tensors', 1, 1, 'x')")
    db.close()
    store = Store(path)
    assert [one.info.title for one in store.shelf.page("owner", "old ONE").entries] == ["Old one"]
    assert store.shelf.versions("a", "owner")[0].in_use
    assert store.shelf.page("ann").total == 0
    assert store.decision("s", "owner").task == "tensors"
    assert len(store.history("owner")) == 1
    store.close()
