from pathlib import Path

import pytest

from core import jobs
from core.actions import add_model, decide, learn_columns, open_model
from core.errors import BadFile, InputError
from tests.uploads import upload

TABLES = Path(__file__).parents[2] / "reference" / "expected" / "tables"
CSV = "length,width,x,y\n1,10,0,5\n2.5,20,0,6\n"


@pytest.fixture
def model(home):
    content = (TABLES / "logistic_named_plain.onnx").read_bytes()
    return jobs.run("add_model", add_model.Request((upload("flowers.onnx", content),))).id


def fields(model):
    return jobs.run("open_model", open_model.Request(model)).fields[1:]


def test_a_table_names_the_columns_and_gives_them_ranges_until_that_is_forgotten(model):
    jobs.run("learn_columns", learn_columns.Request(model, CSV))
    opened = jobs.run("open_model", open_model.Request(model))
    first, _, third, _ = opened.fields[1:]
    assert (first.title, first.minimum, first.maximum, first.typed) == ("length", 1.0, 2.5, False)
    assert third.typed  # it is the same in every row
    assert learn_columns.has_learned(opened.info)
    jobs.run("decide", decide.Request(model, forget=learn_columns.LEARNED))
    assert [field.title for field in fields(model)] == ["column 1", "column 2", "column 3", "column 4"]


def test_a_table_that_does_not_fit_teaches_nothing(model):
    with pytest.raises(BadFile):
        jobs.run("learn_columns", learn_columns.Request(model, "a,b\n1,2\n"))
    assert not learn_columns.has_learned(jobs.run("open_model", open_model.Request(model)).info)


def test_a_model_that_takes_no_table_says_so():
    with pytest.raises(InputError, match="takes no table"):
        jobs.run("learn_columns", learn_columns.Request("minilm", CSV))
