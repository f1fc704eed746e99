"""The script under "Show me the code" is run as a user runs it, and gives the same answer as the app."""

import json
import subprocess
import sys

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper
from PIL import Image

from core import jobs
from core.actions import list_samples, show_code, try_model
from core.fields import TensorSource
from core.plain import to_plain
from tests.core import examples


def run_script(folder, text, words):
    (folder / "answer.py").write_text(text, "utf-8")
    done = subprocess.run(
        [sys.executable, "-I", "answer.py", *words],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def files_of(folder, inputs):
    """The pictures and files among the inputs, on disk, as the script wants them."""
    paths = []
    for name, value in inputs.items():
        for number, one in enumerate(value if isinstance(value, tuple) else [value]):
            if isinstance(one, bytes):
                (folder / f"{name}{number}.bin").write_bytes(one)
                paths.append(f"{name}{number}.bin")
    return paths


@pytest.mark.parametrize(("starter_id", "task_id"), examples.pairs())
def test_the_script_gives_the_same_answer_as_the_app(tmp_path, starter_id, task_id):
    inputs = examples.example(starter_id, task_id)
    answer = jobs.run("try_model", try_model.Request(starter_id, inputs, task_id))
    text = jobs.run("show_code", show_code.Request(starter_id, inputs, task_id)).text
    assert "import core" not in text
    assert "from core" not in text
    paths = files_of(tmp_path, inputs)
    if answer.result.kind == "picture":
        run_script(tmp_path, text, paths)
        made = np.asarray(Image.open(tmp_path / "output.png"))
        assert np.abs(made.astype(int) - answer.result.pixels.astype(int)).max() <= 1
        return
    printed = json.loads(run_script(tmp_path, text, [*paths, "--json"]))
    assert_alike(printed, json.loads(json.dumps(to_plain(answer.result))))


@pytest.mark.parametrize(
    "given",
    [
        TensorSource("random", (1, 3, 40, 40), seed=3),
        TensorSource("numbers", (1, 3, 1, 2), text="1 2 3 4 5 6"),
        TensorSource("picture", (1, 3, 20, 30), data=list_samples.read("coffee")),
    ],
    ids=["random", "typed", "a picture"],
)
def test_the_script_of_a_model_of_ones_own_gives_the_same_numbers(tmp_path, given):
    ports = [helper.make_tensor_value_info(name, TensorProto.FLOAT, ["n", 3, "h", "w"]) for name in ("in put", "y")]
    graph = helper.make_graph([helper.make_node("Sigmoid", ["in put"], ["y"])], "g", ports[:1], ports[1:])
    onnx.save(helper.make_model(graph, ir_version=10, opset_imports=[helper.make_opsetid("", 17)]), tmp_path / "m.onnx")
    model, inputs = str(tmp_path / "m.onnx"), {"in put": given}
    answer = jobs.run("try_model", try_model.Request(model, inputs, "tensors"))
    code = jobs.run("show_code", show_code.Request(model, inputs, "tensors"))
    for name, data in code.files.items():
        (tmp_path / name).write_bytes(data)
    printed = json.loads(run_script(tmp_path, code.text, ["--json"]))
    assert_alike(printed, json.loads(json.dumps(to_plain(answer.result))))


def assert_alike(one, other):
    """Equal, numbers to a millionth: two sessions may sum in another order."""
    if isinstance(other, dict):
        assert one.keys() == other.keys()
        for key in other:
            assert_alike(one[key], other[key])
    elif isinstance(other, list):
        assert len(one) == len(other)
        for left, right in zip(one, other, strict=True):
            assert_alike(left, right)
    elif isinstance(other, float):
        assert one == pytest.approx(other, abs=1e-6, rel=1e-5)
    else:
        assert one == other
