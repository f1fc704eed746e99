"""The command line, run as a program: what it prints where, and its exit code."""

import importlib.util
import json
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper
from PIL import Image

from core import settings
from tests.core.program import playground

SKIMAGE = Path(importlib.util.find_spec("skimage").submodule_search_locations[0]) / "data"
SKLEARN = Path(importlib.util.find_spec("sklearn").submodule_search_locations[0]) / "datasets" / "images"


def answer(*words):
    code, out, err = playground("try", *words, "--json")
    assert code == 0, err
    return json.loads(out)


@pytest.fixture
def adder(tmp_path):
    """y = a + b, with a size left open."""
    node = helper.make_node("Add", ["a", "b"], ["y"])
    ports = [helper.make_tensor_value_info(name, TensorProto.FLOAT, ["n"]) for name in ("a", "b", "y")]
    graph = helper.make_graph([node], "g", ports[:2], ports[2:])
    path = tmp_path / "adder.onnx"
    onnx.save(helper.make_model(graph, ir_version=10, opset_imports=[helper.make_opsetid("", 17)]), path)
    return path


@pytest.mark.parametrize(
    ("picture", "words"),
    [
        (SKIMAGE / "chelsea.png", "cat|tabby|mau"),
        (SKIMAGE / "coffee.png", "espresso|cup"),
        (SKLEARN / "china.jpg", "pot|temple|palace|pagoda|stupa|monastery|castle"),
    ],
)
def test_the_picture_model_names_what_is_in_a_real_photo(picture, words):
    best = answer("EfficientNet-Lite0", "--picture", picture)["result"]["rows"][0]
    assert re.search(words, best["label"], re.IGNORECASE)
    assert best["score"] > 0.3


def test_a_photo_it_has_no_word_for_is_not_sure_and_keeps_its_rows():
    result = answer("EfficientNet-Lite0", "--picture", SKIMAGE / "astronaut.png")["result"]
    assert result["sure"] is False
    assert len(result["rows"]) == 5
    assert result["rows"][0]["score"] < 0.3


def test_json_has_the_promised_keys_and_nothing_else_is_printed():
    code, out, err = playground("try", "EfficientNet-Lite0", "--picture", SKIMAGE / "coffee.png", "--json")
    assert (code, err) == (0, "")
    printed = json.loads(out)
    assert {"model", "task", "result", "timing", "preparation"} <= printed.keys()
    assert printed["model"] == "EfficientNet-Lite0"
    assert printed["task"] == "image_classification"
    assert printed["result"]["kind"] == "ranking"
    assert all(isinstance(sentence, str) for sentence in printed["preparation"])
    parts = printed["timing"]
    assert parts["total_ms"] == pytest.approx(parts["read_ms"] + parts["run_ms"] + parts["rest_ms"])


def test_arrays_from_a_file_reach_the_inputs_of_their_name(adder, tmp_path):
    np.savez(tmp_path / "in.npz", a=np.float32([1, 2]), b=np.float32([10, 20]))
    result = answer(adder, "--npz", tmp_path / "in.npz")["result"]
    assert result["kind"] == "tensors"
    assert result["outputs"]["y"]["values"] == [11, 22]


def test_without_an_input_random_values_with_seed_0_are_fed(adder):
    first, second = answer(adder), answer(adder)
    assert first["task"] == "tensors"
    assert first["result"] == second["result"]
    assert np.isfinite(first["result"]["outputs"]["y"]["values"]).all()


def test_a_table_is_answered_row_by_row_and_a_single_row_by_its_columns(tmp_path):
    path = tmp_path / "irises.csv"
    path.write_text("Petal Width,Petal Length,Sepal Width,Sepal Length\n0.2,1.5,3.4,5.0\n2.3,6.0,3.1,7.2\n")
    result = answer("Iris flowers", "--table", path)["result"]
    assert [row[-2] for row in result["rows"]] == ["setosa", "virginica"]
    row = answer("Iris flowers", "--set", "petal_length=1.5", "--set", "petal_width=0.2")["result"]
    assert row["rows"][0]["label"] == "setosa"


def test_a_value_beyond_the_range_of_its_slider_is_refused_and_not_moved():
    code, _, err = playground("try", "iris", "--set", "petal_length=50")
    assert code == 2
    assert "50 is out of range" in err
    assert "from 1 to 6.9" in err


def test_several_pictures_are_refused_by_a_model_that_takes_one():
    code, _, err = playground("try", "iris", "--pictures", SKIMAGE / "coffee.png", SKIMAGE / "chelsea.png")
    assert code == 2
    assert "no use for --pictures" in err


def test_a_text_is_compared_line_by_line():
    result = answer("MiniLM sentences", "--text", "A cat sleeps.\nA kitten naps.\nStocks fell.")["result"]
    values = result["values"]
    assert values[0][1] > values[0][2]


def test_a_painted_picture_is_saved_where_it_was_asked_for(tmp_path):
    target = tmp_path / "painted.png"
    printed = answer("Painting styles", "--picture", SKIMAGE / "chelsea.png", "--out", target)
    assert printed["result"]["saved"] == str(target)
    with Image.open(target) as painted:
        assert painted.format == "PNG"


def test_an_error_goes_to_stderr_with_exit_code_2_and_as_json_to_stdout(tmp_path):
    fake = tmp_path / "thesis.onnx"
    fake.write_bytes(b"%PDF-1.7 not a model")
    code, out, err = playground("try", fake, "--json")
    assert code == 2
    error = json.loads(out)["error"]
    assert error.keys() == {"title", "detail", "fix"}
    assert all(words in err for words in error.values())
    assert "PDF" in err
    assert "Traceback" not in err


def test_a_model_nobody_knows_is_refused_with_the_names_there_are():
    code, _, err = playground("try", "EfficientNet-Light0")
    assert code == 2
    assert "EfficientNet-Lite0" in err


def test_models_lists_every_starter_as_json():
    code, out, _ = playground("models", "--json")
    assert code == 0
    assert "EfficientNet-Lite0" in [card["title"] for card in json.loads(out)]


def test_inspect_tells_inputs_outputs_and_operators(adder):
    code, out, _ = playground("inspect", adder, "--json")
    assert code == 0
    graph = json.loads(out)["parts"]["model"]
    assert [port["name"] for port in graph["inputs"]] == ["a", "b"]
    assert graph["operators"] == {"Add": 1}


def test_a_reader_that_has_seen_enough_is_no_error():
    words = [sys.executable, "-m", "core", "models", "--json"]
    program = subprocess.Popen(words, cwd=settings.ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    program.stdout.close()
    assert (program.stderr.read(), program.wait(60)) == (b"", 0)
    program.stderr.close()


def test_the_search_in_the_readme_looks_into_the_users_own_notes():
    notes = "The heating is repaired on Monday.\nThe written exam takes place on 14 June.\nBring your own cup."
    words = ("MiniLM sentences", "--task", "text_search", "--set", "question=When is the exam?", "--text", notes)
    rows = answer(*words)["result"]["rows"]
    assert "14 June" in str(rows[0])
    assert len(rows) == 3


def test_a_question_without_texts_is_not_answered_from_examples():
    code, _, err = playground("try", "MiniLM sentences", "--task", "text_search", "--text", "When is the exam?")
    assert code == 2
    assert "--set texts=" in err


def test_that_random_values_were_fed_is_said(adder):
    assert "random" in answer(adder)["preparation"][0]


def test_a_task_that_was_guessed_is_called_a_guess_and_a_named_one_is_not(tmp_path):
    nodes = [helper.make_node("GlobalAveragePool", ["image"], ["pool"]), helper.make_node("Flatten", ["pool"], ["y"])]
    ports = [
        helper.make_tensor_value_info("image", TensorProto.FLOAT, ["n", 3, 32, 32]),
        helper.make_tensor_value_info("y", TensorProto.FLOAT, ["n", 3]),
    ]
    graph = helper.make_graph(nodes, "g", ports[:1], ports[1:])
    path = tmp_path / "scores.onnx"
    onnx.save(helper.make_model(graph, ir_version=10, opset_imports=[helper.make_opsetid("", 17)]), path)
    words = (path, "--picture", SKIMAGE / "coffee.png")
    guess, named = answer(*words), answer(*words, "--task", "image_classification")
    assert (guess["task"], guess["guessed"]) == ("image_classification", True)
    assert (named["task"], named["guessed"]) == ("image_classification", False)
    assert answer("EfficientNet-Lite0", *words[1:])["guessed"] is False
