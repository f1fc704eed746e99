"""Opens a model and runs it: values by name in, values by name out, whatever their type."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from core.run.errors import open_error, run_error
from core.run.runtime import SILENT, failures, runtime
from core.run.values import PLAIN, SPECIAL, from_ort, to_special
from core.types import Feeds, GraphInfo, Value

OPTIONS = {
    "session.load_model_format": "ONNX",  # never guess: another format skips the checks
    "optimization.constant_folding_max_output_size_in_bytes": str(64 * 2**20),  # a few bytes can ask for gigabytes
    "session.intra_op.allow_spinning": "0",  # else a core is kept busy for 50 ms after every answer
}


@dataclass(frozen=True)
class Content:
    """What is in the files of a model, for a process that may open none."""

    model: bytes | memoryview
    weights: Mapping[str, memoryview] = field(default_factory=dict)
    """Writable memory by the name of the file; onnxruntime copies what it needs."""


def open_graph(info: GraphInfo, threads: int = 0, content: Content | None = None) -> OpenGraph:
    """The model, ready to be called. `threads` 0 lets onnxruntime choose. Raises a ModelError or RunFailed.

    Without `content` it is read from `info.path`.
    """
    onnxruntime = runtime()
    options = onnxruntime.SessionOptions()
    options.log_severity_level = SILENT
    options.intra_op_num_threads = threads
    for name, value in OPTIONS.items():
        options.add_session_config_entry(name, value)
    try:
        if content and content.weights:
            names, memory = list(content.weights), list(content.weights.values())
            options.add_external_initializers_from_files_in_memory(names, memory, [len(view) for view in memory])
        source = bytes(content.model) if content else info.path
        session = onnxruntime.InferenceSession(source, options, providers=["CPUExecutionProvider"])
        return OpenGraph(info, session)
    except failures() as error:
        raise open_error(error, info) from error


class OpenGraph:
    """One open ONNX file. Call it with values by input name; it gives the values by output name.

    Arrays come as NumPy arrays (bfloat16, float8 and integers of 4 bits in the types of ml_dtypes, text as object
    arrays), sequences as lists, maps as dicts, empty optionals as None. May be called from several threads.
    """

    def __init__(self, info: GraphInfo, session: Any) -> None:
        self.info = info
        self._session = session
        self._failures = failures()
        self._names: list[str] = [port.name for port in session.get_outputs()]
        # What has a stored default may be fed too.
        ports = [*session.get_inputs(), *session.get_overridable_initializers()]
        self._types: dict[str, str] = {port.name: port.type for port in ports}
        self._dtypes = {name: PLAIN[type_] for name, type_ in self._types.items() if type_ in PLAIN}
        types = [port.type for port in session.get_outputs()]
        self._special_outputs = any(type_ in SPECIAL for type_ in types)
        self._as_ort = {port.name for port in session.get_outputs() if port.type.startswith("tensor(")}

    def __call__(self, feeds: Feeds) -> dict[str, Value]:
        """Run the model once. Raises BadTensor when a value doesn't fit its input, else RunFailed."""
        dtypes = self._dtypes
        try:
            ready = {
                name: value
                if type(value) is np.ndarray and name in dtypes and value.dtype is dtypes[name]
                else self._ready(name, value)
                for name, value in feeds.items()
            }
            if self._special_outputs:
                return self._run_special(ready)
            return dict(zip(self._names, self._session.run(self._names, ready), strict=True))
        except self._failures as error:
            raise run_error(error, self.info, feeds) from error

    def _ready(self, name: str, value: Value) -> Any:
        """What onnxruntime takes for what was given; a type that doesn't fit is left for it to refuse."""
        type_ = self._types.get(name, "")
        if type_ in SPECIAL:
            return to_special(value, type_)
        if name in self._dtypes:
            return _as_array(value, self._dtypes[name])
        if isinstance(value, list | tuple):
            return [np.asarray(item) if isinstance(item, np.generic) else item for item in value]
        return np.asarray(value) if isinstance(value, np.generic) else value

    def _run_special(self, ready: dict[str, Any]) -> dict[str, Value]:
        """Types that NumPy lacks leave onnxruntime only as OrtValues, and then everything must enter as one."""
        OrtValue = runtime().OrtValue  # noqa: N806 - a class
        given = {
            name: value if isinstance(value, OrtValue) else OrtValue.ortvalue_from_numpy(value)
            for name, value in ready.items()
            if value is not None
        }
        tensors = [name for name in self._names if name in self._as_ort]
        outputs = dict(zip(tensors, map(from_ort, self._session.run_with_ort_values(tensors, given)), strict=True))
        others = [name for name in self._names if name not in self._as_ort]
        if others:  # sequences and maps leave it only the other way
            outputs |= zip(others, self._session.run(others, ready), strict=True)
        return {name: outputs[name] for name in self._names}


def _as_array(value: Any, dtype: np.dtype[Any]) -> Any:
    """Plain Python numbers become arrays; other byte orders are turned round, as onnxruntime reads them as they lie."""
    if not isinstance(value, np.ndarray | np.generic):
        return np.asarray(value, dtype=dtype)
    array = np.asarray(value)
    is_text = dtype.kind == "O" and array.dtype.kind in "US"
    return array.astype(dtype) if is_text or array.dtype == dtype.newbyteorder() else array
