"""A table: models of all families, laid out as people find them, open and answer without a question."""

import pytest

from core import jobs
from core.actions import add_model, list_samples, open_model, try_model
from tests.core import families
from tests.core.families import FAMILIES

pytestmark = pytest.mark.usefixtures("home")
by_id = pytest.mark.parametrize("family", FAMILIES, ids=[family.id for family in FAMILIES])


@by_id
def test_it_opens_without_a_question_and_answers(tmp_path, family):
    folder = families.written(family, tmp_path / "tiny")
    info = jobs.run("add_model", add_model.Request(path=str(folder)))
    opened = jobs.run("open_model", open_model.Request(info.id))
    assert opened.task.id == family.task
    assert not opened.guessed
    assert opened.notes == ()
    known = opened.info.preparation
    assert {name: known[name].value for name in family.facts} == family.facts
    assert all(known[name].certain for name in family.facts)
    assert {name: known[name].source for name in family.from_files} == family.from_files
    answer = jobs.run("try_model", try_model.Request(info.id, filled(opened)))
    assert answer.task == family.task
    assert answer.preparation
    assert not answer.guessed


def filled(opened):
    """Samples for what has no default."""
    given = families.form(opened.task.id)
    pictures = [list_samples.read(name) for name in ("coffee", "chelsea", "rocket")]
    samples = {"picture": pictures[0], "pictures": tuple(pictures)}
    needed = {field.name: field.kind for field in opened.fields if field.required and not field.default}
    return {**given, **{name: samples[kind] for name, kind in needed.items() if kind in samples}}
