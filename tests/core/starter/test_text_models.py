import pytest

from core import registry
from core.starter import magika, minilm


@pytest.mark.parametrize("starter", [minilm, magika])
def test_it_is_built_from_the_files_that_were_tested(starter):
    built = starter.build(None, None)
    assert sum(path.stat().st_size for path in built.parts.values()) == starter.SIZE_BYTES


@pytest.mark.parametrize("starter", [minilm, magika])
def test_every_task_it_names_is_on_the_shelf(starter):
    assert set(starter.TASKS) <= set(registry.load("core.tasks"))


def test_every_kind_of_content_has_a_description():
    facts = magika.build(None, None).preparation
    assert len(facts["labels"].value) == 214
    assert all(facts["descriptions"].value[label] for label in facts["labels"].value)
