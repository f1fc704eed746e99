"""Expected answers are those of scikit-learn, LightGBM and XGBoost themselves: see tests/reference/tables.py."""

import json
from dataclasses import asdict, replace
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import pytest
from onnx import TensorProto, helper

from core.errors import BadFile, BadTensor, InputError, RunFailed
from core.fields import Rows
from core.run.session import open_graph
from core.starter import iris
from core.tasks import image_classification, tensors
from core.tasks import table_prediction as task
from core.types import Fact, GraphInfo, ModelInfo, Port
from tests.core.model.files import examine
from tests.core.tasks.picture_models import form, opened, run_script, silent

FOLDER = Path(__file__).parents[2] / "reference" / "expected"
EXPECTED = json.loads((FOLDER / "tables.json").read_text(encoding="utf-8"))
MODELS = [name for name in EXPECTED if name != "starter_iris"]
WITH_CHANCE = [name for name in MODELS if "chance" in EXPECTED[name]]
WITH_VALUES = [name for name in MODELS if "values" in EXPECTED[name]]
WITHIN = 1e-4


def model(path, **facts):
    graph = examine(path)
    info = ModelInfo("test", "Test", "", "upload", {"model": graph})
    known = {name: Fact(value, "you") for name, value in facts.items()}
    return replace(info, preparation={**task.assume(info), **known}), {"model": open_graph(graph)}


def saved(name, **facts):
    return model(FOLDER / "tables" / f"{name}.onnx", **facts)


def table(name):
    found = EXPECTED[name]
    return Rows(tuple(found["columns"]), tuple(map(tuple, found["rows"])))


def answered(name, **facts):
    info, parts = saved(name, **facts)
    return task.answer({"table": table(name)}, parts, info, silent)


def column(result, name):
    place = result.columns.index(name)
    return [row[place] for row in result.rows]


def filled(info, row):
    """The form, filled with one row of texts."""
    fields = [field for field in task.fields(info) if field.kind != "table"]
    values = {
        field.name: float(cell) if field.kind == "number" else cell for field, cell in zip(fields, row, strict=True)
    }
    return {"table": None, **values}


@pytest.mark.parametrize("name", MODELS)
def test_the_models_of_the_three_libraries_are_known_by_their_operators_and_names(name):
    info, _ = saved(name)
    assert task.fits(info) == 0.95
    assert all(task.fits(info) > other.fits(info) for other in (image_classification, tensors))


@pytest.mark.parametrize("name", [name for name in MODELS if "answers" in EXPECTED[name]])
def test_each_row_of_a_table_gets_the_answer_of_the_library_itself(name):
    result = answered(name)
    words = {"1": "ordinary", "-1": "outlier"} if name == "isolation_forest" else {}
    groups = {str(place): f"Group {place}" for place in range(3)} if name in ("kmeans", "mixture") else {}
    expected = [{**words, **groups}.get(answer, answer) for answer in EXPECTED[name]["answers"]]
    assert column(result, "answer") == expected


@pytest.mark.parametrize("name", WITH_CHANCE)
def test_the_probability_beside_an_answer_is_that_of_the_library(name):
    result, found = answered(name), EXPECTED[name]
    names = found.get("labels") or [str(place) for place in range(3)]
    expected = [line[names.index(answer)] for line, answer in zip(found["chance"], found["answers"], strict=True)]
    assert column(result, "probability") == pytest.approx(expected, abs=WITHIN)
    assert result.score_column == "probability"


@pytest.mark.parametrize("name", WITH_CHANCE)
def test_one_row_of_the_form_gets_every_class_with_its_probability(name):
    info, parts = saved(name)
    given = table(name)
    complete = next(place for place, row in enumerate(given.rows) if all(row))
    chosen = [cell for cell, head in zip(given.rows[complete], given.columns, strict=True) if head != "alone"]
    result = task.answer(filled(info, chosen), parts, info, silent)
    expected = sorted(EXPECTED[name]["chance"][complete], reverse=True)
    assert result.kind == "ranking"
    assert [row.score for row in result.rows] == pytest.approx(expected, abs=WITHIN)
    assert not result.independent


@pytest.mark.parametrize("name", WITH_VALUES)
def test_predicted_numbers_are_those_of_the_library(name):
    result, expected = answered(name), np.array(EXPECTED[name]["values"])
    heads = ["prediction"] if expected.shape[1] == 1 else ["value 1", "value 2"]
    found = np.array([column(result, head) for head in heads]).T
    assert found == pytest.approx(expected, rel=WITHIN)


def test_an_outlier_has_a_score_below_0():
    result = answered("isolation_forest")
    assert column(result, "score") == pytest.approx(EXPECTED["isolation_forest"]["outlier"], abs=WITHIN)
    assert "outlier" in column(result, "answer")


def test_a_group_comes_with_the_distance_to_its_middle():
    expected = np.array(EXPECTED["kmeans"]["distances"]).min(axis=1)
    assert column(answered("kmeans"), "distance") == pytest.approx(expected, abs=WITHIN)


def test_scores_without_a_scale_are_no_percentages():
    info, parts = saved("svc_raw")
    result = answered("svc_raw")
    expected = np.array(EXPECTED["svc_raw"]["raw"])
    assert result.score_column == ""
    assert column(result, "score") == pytest.approx(expected.max(axis=1), abs=1e-3)
    one = task.answer(filled(info, table("svc_raw").rows[0]), parts, info, silent)
    assert one.kind == "table"
    assert [row[0] for row in one.rows] == ["answer", "score of 0", "score of 1", "score of 2"]
    assert [row[1] for row in one.rows[1:]] == pytest.approx(expected[0], abs=1e-3)


def test_a_missing_number_is_left_to_trees_and_refused_by_others():
    trees, line = answered("lightgbm_plain"), answered("logistic_plain")
    assert "" not in column(trees, "answer")
    assert "remark" not in line.columns
    info, parts = saved("logistic_plain")
    result = task.answer({"table": table("lightgbm_plain")}, parts, info, silent)
    assert column(result, "remark")[2] == "missing value in “column 2”"
    assert column(result, "answer")[2] == ""
    assert column(result, "answer")[0] == "0"
    assert "Rows without an answer: 2 of 10." in result.note


def test_words_become_choices_and_a_new_one_is_remarked():
    info, _ = saved("titanic")
    by_name = {field.name: field for field in task.fields(info)}
    assert by_name["sex"].kind == "choice"
    assert by_name["sex"].choices == ("female", "male")
    assert by_name["class_"].kind == "number"  # a word of Python's own
    result = answered("titanic")
    assert column(result, "remark")[5] == "“X” in “port” is new to the model"
    assert column(result, "answer")[5] == EXPECTED["titanic"]["answers"][5]


def test_a_cell_that_cannot_be_read_costs_only_its_row():
    info, parts = saved("whole_numbers")
    rows = (("5", "3", "1", "0"), ("5", "many", "1", "0"), ("5", "3", "1.5", "0"), ("5", "3", "1", "1e30"))
    result = task.answer({"table": Rows(("1", "2", "3", "4"), rows)}, parts, info, silent)
    assert column(result, "answer")[0] == "setosa"
    assert column(result, "answer")[1:] == ["", "", ""]
    assert column(result, "remark") == [
        "",
        "“many” is no number in “column 2”",
        "“1.5” is no whole number in “column 3”",
        "“1e30” is out of range in “column 4”",
    ]


def test_a_comma_may_stand_for_the_decimal_point():
    info, parts = saved("logistic_plain")
    rows = (("5,1", "3,5", "1,4", "0,2"), ("5.1", "3.5", "1.4", "0.2"))
    probability = column(task.answer({"table": Rows(("a", "b", "c", "d"), rows)}, parts, info, silent), "probability")
    assert probability[0] == probability[1]


NAMED = ["sepal length (cm)", "sepal width (cm)", "petal length (cm)", "petal width (cm)"]


@pytest.mark.parametrize(
    ("headings", "order"),
    [
        (("Petal_Width", "PETAL LENGTH", "Sepal.Width", "sepallength", "species"), (3, 2, 1, 0)),
        (("id", "sepal length", "sepal width", "petal length", "petal width"), (1, 2, 3, 4)),
        (("1", "2", "3", "4"), (0, 1, 2, 3)),
    ],
)
def test_headings_find_their_column_whatever_their_order_case_and_marks(headings, order):
    info, parts = saved("logistic_plain", columns=NAMED)
    values = ["5.1", "3.5", "1.4", "0.2"]
    row = ["x"] * len(headings)
    for value, place in zip(values, order, strict=True):
        row[place] = value
    result = task.answer({"table": Rows(headings, (tuple(row),))}, parts, info, silent)
    expected = task.answer({"table": Rows(tuple(NAMED), (tuple(values),))}, parts, info, silent)
    assert column(result, "probability") == column(expected, "probability")


def test_a_table_without_a_needed_column_says_which():
    info, parts = saved("logistic_plain", columns=NAMED)
    given = Rows(("sepal length", "petal length", "petal width", "colour"), (("1", "2", "3", "4"),))
    with pytest.raises(BadFile, match=r"“sepal width \(cm\)”"):
        task.answer({"table": given}, parts, info, silent)
    with pytest.raises(BadFile, match="no rows"):
        task.answer({"table": Rows(tuple(NAMED), ())}, parts, info, silent)


def test_of_a_table_with_more_columns_those_with_numbers_are_taken_in_order():
    info, parts = saved("logistic_plain")
    given = Rows(("flower", "a", "b", "c", "d"), (("x", "5.1", "3.5", "1.4", "0.2"),))
    assert column(task.answer({"table": given}, parts, info, silent), "answer") == ["0"]
    assert "“a” as column 1" in " ".join(task.explain({"table": given}, info))


def test_a_table_teaches_names_ranges_and_words():
    info, _ = saved("logistic_plain")
    facts = task.learn({"table": table("logistic_plain")}, info)
    assert facts["columns"].value == NAMED
    assert facts["columns"].source == "the headings of your table"
    assert not facts["columns"].certain
    info = replace(info, preparation={**info.preparation, **facts})
    slider = task.fields(info)[1]
    cells = [float(row[0]) for row in table("logistic_plain").rows]
    assert (slider.title, slider.kind, slider.typed) == ("sepal length (cm)", "number", False)
    assert (slider.minimum, slider.maximum) == (min(cells), max(cells))
    assert slider.minimum <= slider.default <= slider.maximum


@pytest.mark.parametrize("span", [[1, 1], [2, 1], ["a", "b"], [float("nan"), 1], [0, float("inf")], 3, None, [0.5, 2]])
def test_a_range_that_is_none_leaves_a_box_to_type_in(span):
    info, _ = saved("whole_numbers", ranges={"column 1": span})
    assert task.fields(info)[1].typed


def test_a_model_with_very_many_columns_is_asked_by_table_only():
    info, _ = saved("logistic_plain")
    graph = replace(info.parts["model"], inputs=(Port("X", "tensor", "tensor(float)", "float32", (None, 300)),))
    info = replace(info, parts={"model": graph}, preparation={})
    info = replace(info, preparation=task.assume(info))
    (field,) = task.fields(info)
    assert field.kind == "table"
    assert field.required


def test_names_of_columns_become_names_of_fields_that_a_script_can_use():
    names = ["Sepal length (cm)", "class", "table", "42", "fed", "größe", "a b", "a-b"]
    info, _ = saved("logistic_plain")
    graph = replace(
        info.parts["model"],
        inputs=tuple(Port(name, "tensor", "tensor(float)", "float32", (None, 1)) for name in names),
    )
    info = replace(info, parts={"model": graph}, preparation={})
    info = replace(info, preparation=task.assume(info))
    found = [field.name for field in task.fields(info)][1:]
    assert found == ["sepal_length_cm", "class_", "table_", "column_4", "fed_", "größe", "a_b", "a_b_"]


def test_a_fixed_number_of_rows_is_fed_in_pieces_and_filled_up(tmp_path):
    asked = []
    info, parts = two_by_three(tmp_path)

    def run(feeds):
        asked.append(feeds["X"].shape)
        return parts["model"](feeds)

    rows = tuple((str(n), "1") for n in range(7))
    result = task.answer({"table": Rows(("a", "b"), rows)}, {"model": run}, info, silent)
    assert asked == [(3, 2)] * 3
    assert column(result, "prediction") == [n + 1.0 for n in range(7)]


def two_by_three(tmp_path):
    """Adds up the two columns of exactly three rows."""
    node = helper.make_node("ReduceSum", ["X"], ["variable"], axes=[1], keepdims=1)
    ports = [
        helper.make_tensor_value_info("X", TensorProto.FLOAT, [3, 2]),
        helper.make_tensor_value_info("variable", TensorProto.FLOAT, [3, 1]),
    ]
    made = helper.make_model(
        helper.make_graph([node], "g", ports[:1], ports[1:]), ir_version=8, opset_imports=[helper.make_opsetid("", 12)]
    )
    onnx.save(made, tmp_path / "m.onnx")
    return model(tmp_path / "m.onnx")


@pytest.mark.parametrize(
    "name", ["logistic_zipmap", "logistic_named_columns", "svc_raw", "kmeans", "titanic", "two_values"]
)
def test_the_script_gives_the_same_answer_for_a_table_and_for_a_row(name):
    info, parts = saved(name)
    given = table(name)
    for inputs in ({"table": given}, form(task, info, filled(info, _row(name)))):
        found = json.loads(json.dumps(asdict(task.answer(inputs, parts, info, silent))))
        plain = {**inputs, "table": asdict(given) if inputs["table"] else None}
        made = run_script(_Asked(inputs), info, parts, plain)
        assert json.loads(json.dumps(made)) == found


def _row(name):
    given = EXPECTED[name]
    return [cell for cell, head in zip(given["rows"][0], given["columns"], strict=True) if head != "alone"]


class _Asked:
    """A script's variables hold a table as a plain dict, the task is asked with what the app has."""

    def __init__(self, inputs):
        self._inputs = inputs

    def code(self, _inputs, info):
        return task.code(self._inputs, info)


def test_what_was_done_is_told_in_sentences():
    info, _ = saved("titanic")
    words = " ".join(task.explain({"table": table("titanic")}, info))
    assert "5 columns in this order: age, fare, class, sex, port" in words
    assert "missing number was left to the model" in words
    assert "numbered" in " ".join(task.explain({"table": None}, saved("kmeans")[0]))


def test_labels_that_are_known_better_take_the_place_of_numbers():
    result = answered("logistic_zipmap", labels=["setosa", "versicolor", "virginica"])
    assert set(column(result, "answer")) == {"setosa", "versicolor", "virginica"}


def test_an_empty_text_in_the_form_is_refused_in_words():
    info, parts = saved("words_only", words={})
    with pytest.raises(InputError, match="Missing value in “column 1”"):
        task.answer(form(task, info, {}), parts, info, silent)


def graph_of(inputs, outputs, operators=None):
    ports = [tuple(Port(*given) for given in side) for side in (inputs, outputs)]
    graph = GraphInfo("", "", 0, ports[0], ports[1], 8, {"ai.onnx": 17}, operators or {}, 0)
    info = ModelInfo("test", "test", "", "upload", {"model": graph})
    return replace(info, preparation=task.assume(info))


def tensor(name, shape, dtype="float32"):
    return (name, "tensor", f"tensor({dtype})", dtype, shape)


@pytest.mark.parametrize(
    ("inputs", "outputs", "fit"),
    [
        ([tensor("x", (None, 3, 224, 224))], [tensor("y", (None, 10))], 0),
        ([tensor("input_ids", ("b", "s"), "int64")], [tensor("logits", ("b", 2))], 0),
        (
            [tensor("input_ids", (1, 128), "int64"), tensor("attention_mask", (1, 128), "int64")],
            [tensor("y", (1, 2))],
            0,
        ),
        ([tensor("x", (None, 8))], [tensor("y", (None, 3))], 0.005),
        ([tensor("x", (None, 8))], [tensor("y", (None, 3, 3))], 0),
        ([tensor("x", (None, 1_000_000))], [tensor("y", (None, 3))], 0),
        ([tensor("x", None)], [tensor("y", None)], 0),
        ([tensor("x", (0, 4))], [tensor("y", (0, 4))], 0),
        ([], [tensor("y", (None, 3))], 0),
    ],
)
def test_models_of_another_kind_are_left_alone(inputs, outputs, fit):
    assert task.fits(graph_of(inputs, outputs)) == fit


def test_a_network_of_rows_tells_classes_apart_when_it_ends_in_shares():
    info = graph_of([tensor("x", (None, 2))], [tensor("y", (None, 3))], {"Gemm": 1, "Softmax": 1})
    shares = np.float32([[0.2, 0.7, 0.1]])
    result = task.answer(form(task, info, {}), {"model": lambda _feeds: {"y": shares}}, info, silent)
    assert [row.label for row in result.rows] == ["Class 1", "Class 0", "Class 2"]


def strange(value, *, label=None, operators=None):
    outputs = [tensor("probabilities", (None, 2))]
    outputs += [tensor("label", (None,), "int64")] if label is not None else []
    info = graph_of([tensor("x", (None, 2))], outputs, {"ai.onnx.ml.TreeEnsembleClassifier": 1, **(operators or {})})
    given = {"probabilities": value, **({"label": label} if label is not None else {})}
    return task.answer(form(task, info, {}), {"model": lambda _feeds: given}, info, silent)


def test_an_impossible_probability_stays_as_it_is():
    result = strange(np.float32([[1.3, 0.2]]), label=np.int64([0]))
    assert result.rows[0].score == pytest.approx(1.3)


@pytest.mark.parametrize(
    "value",
    [np.float32([[np.nan, 1]]), np.float32([[np.inf, 1]]), np.zeros((5, 2), np.float32), np.zeros((1, 0), np.float32)],
)
def test_what_is_no_answer_is_refused_in_words(value):
    with pytest.raises(RunFailed):
        strange(value, label=np.int64([0]))


def test_an_answer_that_disagrees_with_its_percentages_is_told():
    result = strange(np.float32([[0.6, 0.4]]), label=np.int64([1]))
    assert result.rows[0].label == "Class 0"
    assert "itself answers “Class 1”" in result.note


def test_chosen_for_a_model_of_another_kind_it_says_so():
    info = graph_of([tensor("x", (None, 3, 8, 8))], [tensor("y", (None, 3, 3))])
    assert len(task.fields(info)) == 1
    with pytest.raises(BadTensor, match="rows of a table"):
        task.answer({"table": None}, {}, info, silent)


def test_a_long_table_is_answered_in_pieces_with_a_word_on_the_way():
    info, parts = saved("logistic_plain")
    told = []
    rows = (("5.1", "3.5", "1.4", "0.2"),) * 10_000
    given = Rows(("a", "b", "c", "d"), rows)
    result = task.answer({"table": given}, parts, info, lambda share, words: told.append((share, words)))
    assert len(result.rows) == 10_000
    assert len(told) == 2


def test_answers_that_change_their_shape_on_the_way_are_refused():
    info, _ = saved("logistic_plain")
    widths = iter([3, 2, 1])

    def run(feeds):
        rows = len(feeds["X"])
        return {"label": np.zeros(rows, np.int64), "probabilities": np.zeros((rows, next(widths)), np.float32)}

    rows = (("5.1", "3.5", "1.4", "0.2"),) * 10_000
    with pytest.raises(RunFailed, match="another shape"):
        task.answer({"table": Rows(("a", "b", "c", "d"), rows)}, {"model": run}, info, silent)


def test_a_way_of_reading_that_cannot_be_is_not_believed():
    assert answered("linear_regression", reads="tea leaves").columns[-1] == "prediction"
    assert answered("linear_regression", reads="classes").columns[-2:] == ("answer", "score")


def test_the_starter_names_irises_as_scikit_learns_own_formula_does():
    info, parts = opened(iris, task)
    found = EXPECTED["starter_iris"]
    given = Rows(tuple(found["columns"]), tuple(map(tuple, found["rows"])))
    result = task.answer({"table": given}, parts, info, silent)
    assert column(result, "answer") == found["answers"]
    expected = [max(line) for line in found["chance"]]
    assert column(result, "probability") == pytest.approx(expected, abs=WITHIN)
    assert sum(map(str.__eq__, found["answers"], found["truth"])) == 142
    assert info.preparation["ranges"].value == dict(
        zip(iris.COLUMNS, map(list, zip(*found["ranges"], strict=True)), strict=True)
    )


def test_as_it_lies_in_its_package_the_starter_would_call_every_flower_a_setosa():
    info, parts = model(Path(onnxruntime.__file__).parent / "datasets" / "logreg_iris.onnx")
    rows = [row[:2] for row in EXPECTED["starter_iris"]["rows"]]
    result = task.answer({"table": Rows(("a", "b"), tuple(map(tuple, rows)))}, parts, info, silent)
    assert set(column(result, "answer")) == {"0"}
