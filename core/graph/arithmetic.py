"""The calculations a model makes about sizes, done ahead: onnx follows some of them, not all."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from onnx import NodeProto

MOST_NUMBERS = 1024
Numbers = NDArray[Any]
PLAIN = "iufb"
"""Kinds of numbers that are calculated with: whole ones, others, yes and no."""


def worked_out(
    nodes: Iterable[NodeProto], shapes: Mapping[str, tuple[int, ...]], stored: Mapping[str, Numbers]
) -> dict[str, Numbers]:
    """Short lists of numbers that follow from sizes and stored numbers alone, by the name of the value."""
    known = dict(stored)
    found: dict[str, Numbers] = {}
    for node in nodes:
        if len(node.output) != 1 or node.domain not in ("", "ai.onnx"):
            continue
        made = _made(node, shapes, known)
        if made is not None and made.size <= MOST_NUMBERS and made.dtype.kind in PLAIN:
            known[node.output[0]] = found[node.output[0]] = made
    return found


def _made(node: NodeProto, shapes: Mapping[str, tuple[int, ...]], known: Mapping[str, Numbers]) -> Numbers | None:
    if node.op_type in ("Shape", "Size"):
        shape = shapes.get(node.input[0]) if node.input else None
        return None if shape is None else _shape(node, shape)
    work = _WORK.get(node.op_type)
    if work is None or any(name and name not in known for name in node.input):
        return None
    settings = {one.name: one for one in node.attribute}
    try:
        with np.errstate(all="ignore"):
            return np.asarray(work([known[name] if name else None for name in node.input], settings))
    except (ValueError, TypeError, IndexError, KeyError, AttributeError, OverflowError, MemoryError):
        return None


def _shape(node: NodeProto, shape: tuple[int, ...]) -> Numbers:
    if node.op_type == "Size":
        return np.array(np.prod(shape, dtype=np.int64))
    ends = {one.name: one.i for one in node.attribute}
    return np.array(shape[ends.get("start", 0) : ends.get("end", len(shape))], np.int64)


def _axes(given: list[Any], settings: Mapping[str, Any], place: int = 1) -> tuple[int, ...] | None:
    """Newer versions take them as an input, older ones as a setting."""
    if len(given) > place and given[place] is not None:
        return tuple(int(axis) for axis in given[place].reshape(-1))
    return tuple(settings["axes"].ints) if "axes" in settings else None


def _unsqueeze(given: list[Any], settings: Mapping[str, Any]) -> Numbers:
    return np.expand_dims(given[0], _axes(given, settings) or ())


def _squeeze(given: list[Any], settings: Mapping[str, Any]) -> Numbers:
    return np.asarray(np.squeeze(given[0], _axes(given, settings)))


def _slice(given: list[Any], settings: Mapping[str, Any]) -> Numbers:
    if len(given) == 1:
        starts, ends = settings["starts"].ints, settings["ends"].ints
        axes, steps = _axes(given, settings), [1] * len(starts)
    else:
        starts, ends = given[1].tolist(), given[2].tolist()
        axes = _axes(given, settings, 3)
        steps = given[4].tolist() if len(given) > 4 and given[4] is not None else [1] * len(starts)
    cut: list[slice] = [slice(None)] * given[0].ndim
    for axis, start, end, step in zip(axes or range(len(starts)), starts, ends, steps, strict=True):
        # Going backwards, an end before the first number means: all of them.
        cut[axis] = slice(start, None if step < 0 and end < -given[0].shape[axis] else end, step)
    return np.asarray(given[0][tuple(cut)])


def _cast(given: list[Any], settings: Mapping[str, Any]) -> Numbers:
    import onnx

    return np.asarray(given[0], dtype=onnx.helper.tensor_dtype_to_np_dtype(settings["to"].i))


def _filled(given: list[Any], settings: Mapping[str, Any]) -> Numbers:
    import onnx

    shape = [int(size) for size in given[0].reshape(-1)]
    if np.prod(shape, dtype=np.float64) > MOST_NUMBERS:
        raise ValueError("long")
    value = onnx.numpy_helper.to_array(settings["value"].t) if "value" in settings else np.zeros(1, np.float32)
    return np.full(shape, value.reshape(-1)[0], value.dtype)


def _range(given: list[Any], _settings: Mapping[str, Any]) -> Numbers:
    start, end, step = (one.reshape(-1)[0] for one in given)
    if abs((float(end) - float(start)) / float(step)) > MOST_NUMBERS:
        raise ValueError("long")
    return np.arange(start, end, step, dtype=given[0].dtype)


def _expand(given: list[Any], _settings: Mapping[str, Any]) -> Numbers:
    shape = np.broadcast_shapes(given[0].shape, tuple(int(size) for size in given[1]))
    if np.prod(shape, dtype=np.float64) > MOST_NUMBERS:
        raise ValueError("long")
    return np.broadcast_to(given[0], shape).copy()


def _divided(given: list[Any], _settings: Mapping[str, Any]) -> Numbers:
    """Whole numbers are cut off towards zero."""
    if given[0].dtype.kind == "f":
        return np.asarray(given[0] / given[1])
    return np.asarray(np.trunc(given[0] / given[1]), given[0].dtype)


def _reshaped(given: list[Any], _settings: Mapping[str, Any]) -> Numbers:
    sizes = [given[0].shape[place] if size == 0 else int(size) for place, size in enumerate(given[1])]
    return np.asarray(given[0].reshape(sizes))


def _constant(_given: list[Any], settings: Mapping[str, Any]) -> Numbers:
    import onnx

    if "value" in settings:
        tensor = settings["value"].t
        if np.prod(tensor.dims, dtype=np.float64) > MOST_NUMBERS or tensor.external_data:
            raise ValueError("long")
        return onnx.numpy_helper.to_array(tensor)
    one = next(iter(settings.values()))
    if one.name in ("value_int", "value_float"):
        return np.array(one.i, np.int64) if one.name == "value_int" else np.array(one.f, np.float32)
    return np.array(list(one.ints), np.int64) if one.name == "value_ints" else np.array(list(one.floats), np.float32)


def _reduced(of: Callable[..., Any]) -> Callable[[list[Any], Mapping[str, Any]], Numbers]:
    def work(given: list[Any], settings: Mapping[str, Any]) -> Numbers:
        keeps = settings["keepdims"].i if "keepdims" in settings else 1
        return np.asarray(of(given[0], axis=_axes(given, settings), keepdims=bool(keeps)), given[0].dtype)

    return work


def _gathered(given: list[Any], settings: Mapping[str, Any]) -> Numbers:
    return np.asarray(
        np.take(given[0], given[1].astype(np.int64), axis=settings["axis"].i if "axis" in settings else 0)
    )


def _transposed(given: list[Any], settings: Mapping[str, Any]) -> Numbers:
    return np.transpose(given[0], list(settings["perm"].ints) if "perm" in settings else None)


def _of_each(work: Callable[..., Any]) -> Callable[[list[Any], Mapping[str, Any]], Numbers]:
    return lambda given, _settings: np.asarray(work(*given))


_WORK: dict[str, Callable[[list[Any], Mapping[str, Any]], Numbers]] = {
    "Constant": _constant,
    "Identity": _of_each(np.asarray),
    "Cast": _cast,
    "Gather": _gathered,
    "Concat": lambda given, settings: np.concatenate(given, axis=settings["axis"].i),
    "Unsqueeze": _unsqueeze,
    "Squeeze": _squeeze,
    "Slice": _slice,
    "Reshape": _reshaped,
    "Transpose": _transposed,
    "Expand": _expand,
    "ConstantOfShape": _filled,
    "Range": _range,
    "Add": _of_each(np.add),
    "Sub": _of_each(np.subtract),
    "Mul": _of_each(np.multiply),
    "Div": _divided,
    "Neg": _of_each(np.negative),
    "Abs": _of_each(np.abs),
    "Ceil": _of_each(np.ceil),
    "Floor": _of_each(np.floor),
    "Sqrt": _of_each(np.sqrt),
    "Min": lambda given, _settings: np.minimum.reduce(given),
    "Max": lambda given, _settings: np.maximum.reduce(given),
    "Equal": _of_each(np.equal),
    "Greater": _of_each(np.greater),
    "Less": _of_each(np.less),
    "And": _of_each(np.logical_and),
    "Or": _of_each(np.logical_or),
    "Not": _of_each(np.logical_not),
    "Where": _of_each(np.where),
    "ReduceProd": _reduced(np.prod),
    "ReduceMax": _reduced(np.max),
    "ReduceMin": _reduced(np.min),
    "ReduceSum": _reduced(np.sum),
}
