import pytest

from core import registry
from core.actions import _library
from core.actions.try_model import Request, do
from core.caller import Caller
from core.samples.texts import samples
from tests.core import examples

STARTER = {"content_detection": "magika", "table_prediction": "iris"}


SHOWN = {task for _, task in examples.pairs()}
"""Tasks that have a model at hand; the others fit none that comes with the app."""


@pytest.mark.parametrize(
    "sample", [sample for sample in samples() if sample.task in SHOWN], ids=lambda sample: sample.name
)
def test_a_sample_fills_the_form_of_its_task_and_runs(sample):
    answer = do(Request(STARTER.get(sample.task, "minilm"), sample.inputs, sample.task), Caller())
    assert answer.result.kind == registry.load("core.tasks")[sample.task].RESULT


@pytest.mark.parametrize(
    "sample", [sample for sample in samples() if sample.task not in SHOWN], ids=lambda sample: sample.name
)
def test_a_sample_knows_the_fields_of_its_task(sample):
    task = registry.load("core.tasks")[sample.task]
    fields = {field.name: field for field in task.fields(_library.find("minilm", Caller()))}
    assert set(sample.inputs) <= set(fields)
    for name, value in sample.inputs.items():
        assert not fields[name].choices or value in fields[name].choices


def test_samples_are_chosen_by_task():
    assert {sample.task for sample in samples("text_search")} == {"text_search"}
    assert len({sample.name for sample in samples()}) == len(samples())
