"""Measured times against the profile as it lies on disk, read a second time with nothing but json."""

import json
from statistics import fmean

import numpy as np
import pytest
from onnx import TensorProto, helper, numpy_helper

from core.errors import RunFailed
from core.model.describe import examine
from core.run.profile import WARM_UPS, profile
from core.run.session import Content


def silent(_share, _words):
    pass


def value(name, shape, number=TensorProto.FLOAT):
    return helper.make_tensor_value_info(name, number, shape)


def model(nodes, inputs, outputs, weights=(), **more):
    graph = helper.make_graph(nodes, "g", inputs, outputs, weights)
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=10, **more)


@pytest.fixture
def measured(tmp_path):
    def measured(made, feeds, weights=None):
        data = made.SerializeToString()
        info = examine(data, lambda _names: {name: len(one) for name, one in (weights or {}).items()})
        return profile(info, Content(data, weights or {}), feeds, tmp_path, say=silent, threads=1)

    return measured


def layers(count=6):
    """Products of tables that take long enough to be measured."""
    rng = np.random.default_rng(0)
    weights = [
        numpy_helper.from_array(rng.standard_normal((256, 256), dtype=np.float32) / 16, f"w{n}") for n in range(count)
    ]
    nodes = [helper.make_node("MatMul", [f"v{n}", f"w{n}"], [f"v{n + 1}"], name=f"step{n}") for n in range(count)]
    return model(nodes, [value("v0", ["n", 256])], [value(f"v{count}", ["n", 256])], weights)


def test_times_are_those_in_the_profile_averaged_over_the_quicker_half(measured, tmp_path):
    found = measured(layers(), {"v0": np.ones((64, 256), np.float32)})
    events = json.loads(next(tmp_path.glob("profile*.json")).read_text("utf-8"))
    runs = [event for event in events if event["name"] == "model_run"][WARM_UPS:]
    quick = sorted(runs, key=lambda run: run["dur"])[: (len(runs) + 1) // 2]
    assert found.runs == len(runs)
    assert found.run_ms == pytest.approx(fmean(run["dur"] for run in quick) / 1000)
    assert sum(found.node_ms.values()) + found.between_ms == pytest.approx(found.run_ms)
    for name, time_ms in found.node_ms.items():
        times = [
            event["dur"]
            for run in quick
            for event in events
            if event["name"] == f"{name}_kernel_time" and run["ts"] <= event["ts"] <= run["ts"] + run["dur"]
        ]
        assert time_ms == pytest.approx(fmean(times) / 1000)


def test_every_step_that_ran_has_a_time(measured):
    found = measured(layers(6), {"v0": np.ones((64, 256), np.float32)})
    assert set(found.node_ms) == {f"step{n}" for n in range(6)}
    assert all(time_ms > 0 for time_ms in found.node_ms.values())


def test_what_runs_inside_a_loop_is_not_counted_twice(measured):
    body = helper.make_graph(
        [
            helper.make_node("Identity", ["go"], ["go_on"]),
            helper.make_node("MatMul", ["x", "w"], ["y"], name="inner"),
        ],
        "body",
        [value("i", [], TensorProto.INT64), value("go", [], TensorProto.BOOL), value("x", [128, 128])],
        [value("go_on", [], TensorProto.BOOL), value("y", [128, 128])],
    )
    weights = [
        numpy_helper.from_array(np.eye(128, dtype=np.float32), "w"),
        numpy_helper.from_array(np.int64(20), "times"),
    ]
    loop = helper.make_node("Loop", ["times", "", "start"], ["end"], name="loop", body=body)
    made = model([loop], [value("start", [128, 128])], [value("end", [128, 128])], weights)
    found = measured(made, {"start": np.ones((128, 128), np.float32)})
    assert set(found.node_ms) == {"loop"}
    assert found.node_ms["loop"] <= found.run_ms


def test_weights_in_another_file_are_handed_in_as_memory(measured, tmp_path):
    content = np.eye(256, dtype=np.float32)
    weight = numpy_helper.from_array(content, "w")
    weight.ClearField("raw_data")
    weight.data_location = TensorProto.EXTERNAL
    weight.external_data.add(key="location", value="w.bin")
    nodes = [helper.make_node("MatMul", ["x", "w"], ["y"], name="product")]
    made = model(nodes, [value("x", [8, 256])], [value("y", [8, 256])], [weight])
    view = memoryview(bytearray(content.tobytes()))
    found = measured(made, {"x": np.ones((8, 256), np.float32)}, {"w.bin": view})
    assert set(found.node_ms) == {"product"}


def test_a_step_that_fails_is_named(measured):
    nodes = [helper.make_node("Gather", ["x", "i"], ["y"], name="look_up")]
    made = model(nodes, [value("x", [4, 4]), value("i", [1], TensorProto.INT64)], [value("y", [1, 4])])
    with pytest.raises(RunFailed, match="stopped"):
        measured(made, {"x": np.ones((4, 4), np.float32), "i": np.int64([99])})
