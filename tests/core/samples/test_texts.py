import pytest

from core import registry
from core.actions.try_model import Request, do
from core.caller import Caller
from core.samples.texts import samples

STARTER = {"content_detection": "magika"}


@pytest.mark.parametrize("sample", samples(), ids=lambda sample: sample.name)
def test_a_sample_fills_the_form_of_its_task_and_runs(sample):
    answer = do(Request(STARTER.get(sample.task, "minilm"), sample.inputs, sample.task), Caller())
    assert answer.result.kind == registry.load("core.tasks")[sample.task].RESULT


def test_samples_are_chosen_by_task():
    assert {sample.task for sample in samples("text_search")} == {"text_search"}
    assert len({sample.name for sample in samples()}) == len(samples())
