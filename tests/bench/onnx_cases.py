"""Runs every case of onnx's own backend tests through this app and through plain onnxruntime, and compares.

    python tests/bench/onnx_cases.py

A case counts when plain onnxruntime runs it; it is passed when this app gives the same values.
"""

from __future__ import annotations

import ctypes
import os
import re
import sys
import tempfile
import time
import warnings
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

os.environ["ORT_DISABLE_TELEMETRY"] = "1"
sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

import numpy as np

Feeds = Mapping[str, Any]
Run = Callable[[Path, Feeds], dict[str, Any]]

DATA_FOLDERS = ("simple", "light", "pytorch-operator", "pytorch-converted")
LARGEST_DIFFERENCE = 1e-6


@dataclass(frozen=True)
class Case:
    name: str
    source: str
    """`node`, or the folder of onnx's data it lies in."""
    model: Any
    """bytes of the model, or the path where it lies."""
    inputs: tuple[tuple[Any, ...], ...]
    """One tuple per data set, in the order of the graph's inputs."""


@dataclass(frozen=True)
class Outcome:
    case: Case
    plain: str
    """Why plain onnxruntime doesn't run it; empty when it does."""
    ours: str
    """How our answer differs; empty when it doesn't."""
    is_random: bool


def collect() -> list[Case]:
    """All cases, always in the same order."""
    return [*node_cases(), *(case for folder in DATA_FOLDERS for case in data_cases(folder))]


def node_cases() -> list[Case]:
    from onnx.backend.test.case.node import collect_testcases

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        found = collect_testcases(None)
    return [
        Case(case.name, "node", case.model.SerializeToString(), tuple(_values(inputs) for inputs, _ in case.data_sets))
        for case in found
    ]


def _values(inputs: Any) -> tuple[Any, ...]:
    """Some cases hold single numbers, or tensors still as onnx stores them; onnxruntime takes arrays."""
    from onnx import TensorProto, numpy_helper

    return tuple(
        numpy_helper.to_array(value)
        if isinstance(value, TensorProto)
        else np.asarray(value)
        if isinstance(value, np.generic)
        else value
        for value in inputs
    )


def data_cases(source: str) -> Iterator[Case]:
    """The cases that come as files. Those called light bring no inputs, so they are fed random ones."""
    import onnx.backend.test

    folder = Path(onnx.backend.test.__file__).parent / "data" / source
    if source == "light":
        for path in sorted(folder.glob("*.onnx")):
            yield Case(path.stem, source, path, (tuple(_random_inputs(path)),))
        return
    for path in sorted(folder.glob("*/model.onnx")):
        sets = sorted(path.parent.glob("test_data_set_*"))
        yield Case(path.parent.name, source, path, tuple(tuple(_saved_inputs(path, data)) for data in sets))


def _random_inputs(path: Path) -> Iterator[Any]:
    import onnx

    graph = onnx.load(path).graph
    stored = {weight.name for weight in graph.initializer}
    rng = np.random.default_rng(0)
    for port in graph.input:
        if port.name not in stored:
            shape = [dim.dim_value for dim in port.type.tensor_type.shape.dim]
            yield rng.standard_normal(shape, dtype=np.float32)


def _saved_inputs(path: Path, folder: Path) -> Iterator[Any]:
    import onnx
    from onnx import numpy_helper

    ports = onnx.load(path).graph.input
    readers = {
        "tensor_type": (onnx.TensorProto, numpy_helper.to_array),
        "sequence_type": (onnx.SequenceProto, numpy_helper.to_list),
        "optional_type": (onnx.OptionalProto, numpy_helper.to_optional),
    }
    for number in range(len(list(folder.glob("input_*.pb")))):
        proto, read = readers[ports[number].type.WhichOneof("value")]
        yield read(proto.FromString((folder / f"input_{number}.pb").read_bytes()))


def named(path: Path, inputs: tuple[Any, ...]) -> dict[str, Any]:
    """The inputs by name; some cases feed stored defaults too, most only what has none."""
    import onnx

    graph = onnx.load(path, load_external_data=False).graph
    stored = {weight.name for weight in graph.initializer}
    names = [port.name for port in graph.input]
    if len(inputs) != len(names):
        names = [name for name in names if name not in stored]
    return dict(zip(names, inputs, strict=False))


def run_plain(path: Path, feeds: Feeds) -> dict[str, Any]:
    """What onnxruntime gives on its own; types that NumPy lacks cross over as onnx packs them."""
    import onnxruntime as ort

    ort.set_default_logger_severity(4)
    session = ort.InferenceSession(str(path), providers=["CPUExecutionProvider"])
    types = {port.name: port.type for port in session.get_inputs()}
    ready = {name: _to_ort(value, types.get(name, "")) for name, value in feeds.items()}
    names = [port.name for port in session.get_outputs()]
    if not any(_is_special(port.type) for port in session.get_outputs()):
        return dict(zip(names, session.run(names, ready), strict=True))
    values = {
        name: value if isinstance(value, ort.OrtValue) else ort.OrtValue.ortvalue_from_numpy(value)
        for name, value in ready.items()
    }
    return dict(zip(names, map(_from_ort, session.run_with_ort_values(names, values)), strict=True))


def _is_special(type_: str) -> bool:
    return re.fullmatch(r"tensor\((bfloat16|float8\w+|float4\w+|u?int[24])\)", type_) is not None


def _to_ort(value: Any, type_: str) -> Any:
    import onnxruntime as ort
    from onnx import numpy_helper

    if not _is_special(type_):
        return value
    proto = numpy_helper.from_array(value)
    buffer = np.zeros(value.shape, np.uint16 if value.dtype.itemsize == 2 else np.uint8)
    stored = np.frombuffer(proto.raw_data, buffer.dtype)
    buffer.reshape(-1)[: stored.size] = stored
    return ort.OrtValue.ortvalue_from_numpy_with_onnx_type(buffer, proto.data_type)


def _from_ort(value: Any) -> Any:
    import onnx
    from onnx import numpy_helper

    if not _is_special(value.data_type()):
        return value.numpy()
    raw = ctypes.string_at(value.data_ptr(), value.tensor_size_in_bytes())
    return numpy_helper.to_array(
        onnx.TensorProto(data_type=value.element_type(), dims=list(value.shape()), raw_data=raw)
    )


def run_ours(path: Path, feeds: Feeds) -> dict[str, Any]:
    """Our path, the same as the button's: find and check the file, fill its form, open it, run it."""
    from core import jobs
    from core.actions import try_model

    outputs: dict[str, Any] = jobs.run("try_model", try_model.Request(str(path), feeds, "tensors")).result.outputs
    return outputs


def difference(ours: Any, plain: Any, *, values: bool = True) -> str:
    """How two values differ, in words; empty when they are equal. NaN equals NaN."""
    if isinstance(plain, list) and isinstance(ours, list):
        ours, plain = dict(enumerate(ours)), dict(enumerate(plain))
    if isinstance(plain, dict) and isinstance(ours, dict):
        if list(ours) != list(plain):
            return f"{list(ours)} instead of {list(plain)}"
        return next(
            (f"{key}: {found}" for key in plain if (found := difference(ours[key], plain[key], values=values))), ""
        )
    if not isinstance(plain, np.ndarray) or not isinstance(ours, np.ndarray):
        return "" if type(plain) is type(ours) and plain == ours else f"{ours!r} instead of {plain!r}"[:200]
    if (ours.dtype, ours.shape) != (plain.dtype, plain.shape):
        return f"{ours.dtype} {ours.shape} instead of {plain.dtype} {plain.shape}"
    return "values differ" if values and not _equal(ours, plain) else ""


def _equal(ours: Any, plain: Any) -> bool:
    if plain.dtype.kind in "OUSiub":
        return bool(np.array_equal(ours, plain))
    a, b = (array.astype(np.complex128 if array.dtype.kind == "c" else np.float64) for array in (ours, plain))
    return bool(np.allclose(a, b, rtol=LARGEST_DIFFERENCE, atol=LARGEST_DIFFERENCE, equal_nan=True))


def judge(case: Case, folder: Path, ours: Run = run_ours, plain: Run = run_plain) -> Outcome:
    """One case through both. What changes from run to run is compared by type and shape alone."""
    path = case.model if isinstance(case.model, Path) else folder / f"{case.name}.onnx"
    if isinstance(case.model, bytes):
        path.write_bytes(case.model)
    is_random = False
    for inputs in case.inputs:
        feeds = named(path, inputs)
        try:
            expected = plain(path, feeds)
            again = plain(path, feeds)
        except Exception as error:  # noqa: BLE001 - whatever it is, plain onnxruntime doesn't run this case
            return Outcome(case, _short(error), "", is_random=False)
        is_random = is_random or bool(difference(again, expected))
        try:
            found = difference(ours(path, feeds), expected, values=not is_random)
        except Exception as error:  # noqa: BLE001 - counted and printed
            found = f"{_short(error)} {getattr(error, 'detail', '')} {getattr(error, 'technical', '')}"[:400]
        if found:
            return Outcome(case, "", found, is_random)
    return Outcome(case, "", "", is_random)


def _short(error: Exception) -> str:
    return f"{type(error).__name__}: {' '.join(str(error).split())[:200]}"


def main() -> int:
    start = time.perf_counter()
    cases = collect()
    with tempfile.TemporaryDirectory() as folder:
        outcomes = [judge(case, Path(folder)) for case in cases]
    runs = [outcome for outcome in outcomes if not outcome.plain]
    for source in ("node", *DATA_FOLDERS):
        mine = [outcome for outcome in runs if outcome.case.source == source]
        total = sum(case.source == source for case in cases)
        print(f"{source:18} {sum(not o.ours for o in mine):5} / {len(mine):5}   of {total} cases")
    passed = sum(not outcome.ours for outcome in runs)
    print(f"{'together':18} {passed:5} / {len(runs):5}   of {len(cases)} cases   passed by us / passed by onnxruntime")
    print(f"random outputs, compared by type and shape: {sum(outcome.is_random for outcome in runs)}")
    print(
        "not run by onnxruntime: "
        + str(dict(Counter(o.plain.split(":")[0] for o in outcomes if o.plain).most_common()))
    )
    for outcome in runs:
        if outcome.ours:
            print(f"DIFFERS {outcome.case.source} {outcome.case.name}: {outcome.ours}")
    print(f"{time.perf_counter() - start:.0f} s")
    return 0 if passed == len(runs) else 1


if __name__ == "__main__":
    sys.exit(main())
