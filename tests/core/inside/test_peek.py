"""A worker without network looks into a model that lies elsewhere; the app hands it pieces, and only real ones."""

import pytest

from core.actions import _workers
from core.caller import Caller
from core.errors import Crashed, DamagedModel
from tests.core.model.files import describe
from tests.core.model.test_skeleton import large


def test_a_worker_asks_for_pieces_and_sees_the_same_as_in_the_whole_file(tmp_path):
    path = large(tmp_path)
    data, asked = path.read_bytes(), []

    def read(start, end):
        asked.append((start, end))
        return data[start:end]

    found = _workers.peek(Caller(), len(data), read)
    whole = describe(path)
    assert (found.inputs, found.operators, found.parameter_count) == (
        whole.inputs,
        whole.operators,
        whole.parameter_count,
    )
    assert found.requests == len(asked)
    assert found.bytes_read == sum(end - start for start, end in asked)


def test_an_error_of_whoever_reads_reaches_the_person():
    def read(_start, _end):
        raise DamagedModel("Gone.", "It is gone.", "Look again.")

    with pytest.raises(DamagedModel, match=r"Gone\."):
        _workers.peek(Caller(), 100, read)


@pytest.mark.parametrize(
    "name", ["0-200", "5-5", "7-3", "-1-5", "a-b", "../x", "0-1/..", "", "1" * 50, "\u0663-\u0665", "0-99999999"]
)
def test_pieces_that_are_not_there_are_not_asked_for(name):
    with pytest.raises(Crashed):
        _workers._piece(name, 100)
