"""Every task on the shelf keeps the contract. A new file gets these tests by existing."""

import inspect
import re
import typing
from pathlib import Path

import pytest

from core import jobs, registry
from core.actions import _library, try_model
from core.caller import Caller
from core.fields import FieldKind
from core.results import Result
from core.settings import ROOT
from core.tasks._contract import Task
from pages.parts import ask, show
from tests.core import examples

TASKS = registry.load("core.tasks")
FUNCTIONS = ("fits", "assume", "fields", "answer", "explain", "code")


@pytest.mark.parametrize("task_id", TASKS)
def test_it_offers_what_the_contract_lists(task_id):
    task = TASKS[task_id]
    assert task.__doc__
    assert 3 < len(task.TITLE) < 60
    assert task.SUMMARY.endswith(".")
    assert all(callable(getattr(task, name)) for name in FUNCTIONS)
    for name in FUNCTIONS:
        promised = list(inspect.signature(getattr(Task, name)).parameters)[1:]  # a Protocol's methods have a self
        assert len(inspect.signature(getattr(task, name)).parameters) == len(promised), name


@pytest.mark.parametrize("task_id", TASKS)
def test_its_kind_of_result_can_be_drawn(task_id):
    assert TASKS[task_id].RESULT in show._DRAW


def test_every_kind_of_field_and_result_can_be_drawn():
    assert set(typing.get_args(FieldKind)) == set(ask._WIDGETS)
    assert {kind.__dataclass_fields__["kind"].default for kind in typing.get_args(Result)} == set(show._DRAW)


@pytest.mark.parametrize("task_id", TASKS)
def test_it_has_a_starter_model_or_tests_with_models_built_for_it(task_id):
    shown = {shown_id for _, shown_id in examples.pairs()}
    assert task_id in shown or (ROOT / "tests" / "core" / "tasks" / f"test_{task_id}.py").exists()


@pytest.mark.parametrize("task_id", [task_id for task_id, task in TASKS.items() if hasattr(task, "verified")])
def test_what_it_says_it_was_compared_with_has_values_that_its_tests_read(task_id):
    folder = ROOT / "tests" / "core" / "tasks"
    own = (folder / f"test_{task_id}.py").read_text(encoding="utf-8")
    helpers = [
        path
        for path in folder.glob("[a-z]*.py")
        if re.search(rf"tests\.core\.tasks(\.| import .*\b){path.stem}\b", own)
    ]
    read = "\n".join([own, *(path.read_text(encoding="utf-8") for path in helpers)])
    kept = {path.name for path in (ROOT / "tests" / "reference" / "expected").iterdir()}
    assert any(name in read or f"import {Path(name).stem}" in read for name in kept)


@pytest.mark.parametrize(("starter_id", "task_id"), examples.pairs())
def test_its_own_example_gives_the_promised_kind_of_result(starter_id, task_id):
    inputs = examples.example(starter_id, task_id)
    answer = jobs.run("try_model", try_model.Request(starter_id, inputs, task_id))
    assert answer.result.kind == TASKS[task_id].RESULT
    assert answer.preparation
    assert all(sentence.endswith((".", "!", "?", "”")) for sentence in answer.preparation)


@pytest.mark.parametrize(("starter_id", "task_id"), examples.pairs())
def test_it_fits_its_own_model_better_than_strangers_do(starter_id, task_id):
    info = _library.find(starter_id, Caller())
    own = TASKS[task_id].fits(info)
    assert 0 < own <= 1
    assert all(own >= task.fits(info) for other, task in TASKS.items() if other not in info.tasks)


@pytest.mark.parametrize(("starter_id", "task_id"), examples.pairs())
def test_every_field_is_of_a_known_kind_and_named_once(starter_id, task_id):
    fields = examples.opened(starter_id, task_id).fields
    assert {field.kind for field in fields} <= set(ask._WIDGETS)
    names = [field.name for field in fields]
    assert len(names) == len(set(names))
    assert all(name.isidentifier() for name in names)
