"""Since 1.29 onnxruntime reports to its makers unless it is told not to before it is imported."""

import os
import subprocess
import sys

import onnx
import pytest
from onnx import TensorProto, helper

from core import settings

OPEN = """
import sys, core, onnxruntime
session = onnxruntime.InferenceSession(sys.argv[1], providers=["CPUExecutionProvider"])
import numpy as np
print(session.run(None, {"a": np.float32([1, 2])})[0].tolist())
"""


@pytest.fixture
def doubler(tmp_path):
    node = helper.make_node("Add", ["a", "a"], ["y"])
    ports = [helper.make_tensor_value_info(name, TensorProto.FLOAT, ["n"]) for name in ("a", "y")]
    graph = helper.make_graph([node], "g", ports[:1], ports[1:])
    path = tmp_path / "doubler.onnx"
    onnx.save(helper.make_model(graph, ir_version=10, opset_imports=[helper.make_opsetid("", 17)]), path)
    return path


def test_opening_a_model_leaves_nothing_in_the_home_folder(doubler, tmp_path):
    home = tmp_path / "home"
    home.mkdir()
    left_out = ("ORT_DISABLE_TELEMETRY", "DO_NOT_TRACK", "XDG_CACHE_HOME", "XDG_DATA_HOME", "XDG_CONFIG_HOME")
    env = {**{k: v for k, v in os.environ.items() if k not in left_out}, "HOME": str(home)}
    done = subprocess.run(
        [sys.executable, "-c", OPEN, str(doubler)],
        cwd=settings.ROOT,
        env=env,
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    assert done.stdout == "[2.0, 4.0]\n"
    assert list(home.rglob("*")) == []
