"""Tiny networks with the inputs, outputs and sizes of the families that answer with a map or a picture."""

from dataclasses import replace
from functools import cache
from pathlib import Path
from tempfile import mkdtemp

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from core.run.session import open_graph
from core.types import Fact, ModelInfo
from tests.core.model.files import examine
from tests.core.tasks.picture_models import silent

EXPECTED = Path(__file__).parents[2] / "reference" / "expected" / "pixels.npz"


@cache
def expected():
    """What tests/reference/pixels.py wrote: arrays by name."""
    with np.load(EXPECTED) as file:
        return dict(file)


def scene(width, height):
    """The same picture as in tests/reference/pixels.py."""
    y, x = np.mgrid[:height, :width].astype(np.float64)
    red = 255 * x / width
    green = 127 + 100 * np.sin(x / 7) * np.cos(y / 11)
    blue = np.where((x - width / 2) ** 2 + (y - height / 2) ** 2 < (min(width, height) / 3) ** 2, 220, 40)
    return np.stack([red, green, blue], axis=2).clip(0, 255).astype(np.uint8)


def step(operator, inputs, outputs, **attributes):
    return helper.make_node(operator, inputs, outputs, **attributes)


def model(inputs, outputs, steps, constants=None, *, title="test", notes=None):
    """ModelInfo and graphs of a network. `inputs`, `outputs`: shapes by name, or (element type, shape)."""
    ports = [
        [
            helper.make_tensor_value_info(name, *(shape if isinstance(shape, tuple) else (TensorProto.FLOAT, shape)))
            for name, shape in side.items()
        ]
        for side in (inputs, outputs)
    ]
    values = [numpy_helper.from_array(np.asarray(value), name) for name, value in (constants or {}).items()]
    made = helper.make_model(
        helper.make_graph(steps, "test", *ports, values),
        opset_imports=[helper.make_opsetid("", 17)],
        ir_version=9,
    )
    for key, value in (notes or {}).items():
        made.metadata_props.add(key=key, value=value)
    path = Path(mkdtemp()) / "model.onnx"
    onnx.save(made, path)
    parts = {"model": examine(path)}
    return ModelInfo("test", title, "", "upload", parts), {"model": open_graph(parts["model"])}


def ready(task, info, **facts):
    """The model with its preparation complete."""
    known = {name: Fact(value, "you") for name, value in facts.items()}
    return replace(info, preparation={**task.assume(info), **known})


def answers(task, made, inputs, **facts):
    """What the task says of a model from here."""
    info, parts = made
    info = ready(task, info, **facts)
    form = {field.name: field.default for field in task.fields(info)} | inputs
    return task.answer(form, parts, info, silent)


def segformer(notes=None):
    weights = expected()["segformer"]
    return model(
        {"pixel_values": ["batch_size", 3, "height", "width"]},
        {"logits": ["batch_size", 7, "height_4", "width_4"]},
        [step("Conv", ["pixel_values", "weights"], ["logits"], strides=[4, 4])],
        {"weights": weights},
        notes=notes,
    )


def depth_anything():
    return model(
        {"pixel_values": ["batch_size", 3, "height", "width"]},
        {"predicted_depth": ["batch_size", "height", "width"]},
        [
            step("Conv", ["pixel_values", "weights"], ["map"], pads=[2, 2, 2, 2]),
            step("Squeeze", ["map", "axis"], ["predicted_depth"]),
        ],
        {"weights": expected()["depth"], "axis": np.array([1])},
        title="depth-anything-small",
    )


def swin2sr():
    known = expected()
    return model(
        {"pixel_values": ["batch_size", 3, "height", "width"]},
        {"reconstruction": ["batch_size", 3, "new_height", "new_width"]},
        [
            step("Conv", ["pixel_values", "first"], ["a"], pads=[2, 2, 2, 2]),
            step("Relu", ["a"], ["b"]),
            step("Conv", ["b", "second", "bright"], ["c"], pads=[1, 1, 1, 1]),
            step("DepthToSpace", ["c"], ["reconstruction"], blocksize=2, mode="CRD"),
        ],
        {"first": known["sr_first"], "second": known["sr_second"], "bright": np.full(12, 0.5, np.float32)},
    )


def sub_pixel():
    return model(
        {"input": ["batch_size", 1, 224, 224]},
        {"output": ["batch_size", 1, 672, 672]},
        [
            step("Conv", ["input", "weights"], ["a"], pads=[2, 2, 2, 2]),
            step("DepthToSpace", ["a"], ["output"], blocksize=3, mode="CRD"),
        ],
        {"weights": expected()["sub_pixel"]},
    )


def fast_neural_style():
    known = expected()
    return model(
        {"input1": [1, 3, 224, 224]},
        {"output1": [1, 3, 224, 224]},
        [
            step("Pad", ["input1", "edges"], ["a"], mode="reflect"),
            step("Conv", ["a", "first"], ["b"]),
            step("InstanceNormalization", ["b", "ones", "zeros"], ["c"]),
            step("Relu", ["c"], ["d"]),
            step("Conv", ["d", "second", "bright"], ["output1"]),
        ],
        {
            "edges": np.array([0, 0, 1, 1, 0, 0, 1, 1]),
            "first": known["style_first"],
            "second": known["style_second"],
            "ones": np.ones(6, np.float32),
            "zeros": np.zeros(6, np.float32),
            "bright": np.full(3, 120, np.float32),
        },
    )


def anime_gan(sizes=("height", "width")):
    """Swaps the colours: NHWC in and out, -1 to 1."""
    return model(
        {"generator_input:0": [1, *sizes, 3]},
        {"generator/G_MODEL/out_layer/Tanh:0": [1, *sizes, 3]},
        [step("Gather", ["generator_input:0", "order"], ["generator/G_MODEL/out_layer/Tanh:0"], axis=3)],
        {"order": np.array([2, 1, 0])},
    )


def u2net():
    """Seven masks, as its file has them; the first is the one that counts."""
    names = [str(number) for number in range(1959, 1966)]
    return model(
        {"input.1": [1, 3, 320, 320]},
        {name: [1, 1, 320, 320] for name in names},
        [
            step("Conv", ["input.1", "weights"], ["a"], pads=[1, 1, 1, 1]),
            step("Sigmoid", ["a"], [names[0]]),
            *[step("Neg", [names[0]], [name]) for name in names[1:]],
        ],
        {"weights": expected()["u2net"]},
    )


def isnet():
    known = {"weights": expected()["isnet"]}
    steps = [step("Conv", ["input_image", "weights"], ["a"], pads=[1] * 4), step("Sigmoid", ["a"], ["output_image"])]
    return model(
        {"input_image": [1, 3, 1024, 1024]}, {"output_image": [1, 1, 1024, 1024]}, steps, known, title="isnet-general"
    )


def birefnet():
    return model(
        {"input_image": [1, 3, 1024, 1024]},
        {"output_image": [1, 1, 1024, 1024]},
        [step("Conv", ["input_image", "weights"], ["output_image"], pads=[1, 1, 1, 1])],
        {"weights": expected()["birefnet"]},
        title="BiRefNet-general",
    )


def answering(values, given=(1, 3, 64, 64), name="output", title="test"):
    """Always gives these values, whatever picture it is fed."""
    values = np.asarray(values)
    return model(
        {"input": list(given)},
        {name: (helper.np_dtype_to_tensor_dtype(values.dtype), list(values.shape))},
        [
            step("ReduceMin", ["input"], ["least"], keepdims=0),
            step("Mul", ["least", "zero"], ["nothing"]),
            step("CastLike", ["nothing", "values"], ["cast"]),
            step("Add", ["values", "cast"], [name]),
        ],
        {"values": values, "zero": np.float32(0)},
        title=title,
    )
