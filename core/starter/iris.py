"""Iris flowers: tells three kinds of iris apart by the sizes of their leaves.

The model is the one onnxruntime's own examples use. Its file is wrong about itself: it says that it takes 3 rows of 2
columns, while its step was taught with 4 columns, so that as it lies in the package it calls every flower a setosa.
What it says about its input is mended here, and nothing else. It then names 142 of Fisher's 150 flowers correctly.
"""

from __future__ import annotations

from pathlib import Path

from core.starter._contract import Built
from core.starter._files import built, checked, locate
from core.types import Fact, Say

TITLE = "Iris flowers"
SUMMARY = "Says which of three kinds an iris is, from four measures in cm. Move a slider and see what changes."
TASKS = ("table_prediction",)
LICENCE = "MIT"
SOURCE = "logreg_iris.onnx from onnxruntime by Microsoft, taught with the iris data of R. A. Fisher (1936)."
SIZE_BYTES = 678
PACKAGES = ("onnxruntime",)
EXTRA = ""

COLUMNS = ("sepal length", "sepal width", "petal length", "petal width")
"""In cm. Sepals are the outer leaves of the flower, petals the inner ones."""
_RANGES = ((4.3, 7.9), (2.0, 4.4), (1.0, 6.9), (0.1, 2.5))
_LABELS = ("setosa", "versicolor", "virginica")
_SHA256 = "8224784c98d73412d9fd99abcd57a38568bd590980d0fbe5916464531c52e8fc"


def build(folder: Path, say: Say) -> Built:
    """Input `float_input` float32 (rows, 4) in cm; outputs `label` and `probabilities` by class 0, 1, 2.

    Raises NotInstalled or DamagedModel.
    """
    source = checked(locate(PACKAGES[0]) / "datasets" / "logreg_iris.onnx", _SHA256)
    path = built(folder, "iris.onnx", lambda target: _mend(source, target), say)
    data = "Fisher's iris data"
    return Built(
        {"model": path},
        {
            "columns": Fact(list(COLUMNS), f"the order of {data}"),
            "labels": Fact(list(_LABELS), f"the order of {data}"),
            "ranges": Fact(dict(zip(COLUMNS, map(list, _RANGES), strict=True)), data),
        },
    )


def _mend(source: Path, target: Path) -> None:
    """The same model, saying what it really takes and gives: any number of rows of 4 columns."""
    import onnx

    model = onnx.load(source)
    rows, columns = model.graph.input[0].type.tensor_type.shape.dim
    rows.dim_param, columns.dim_value = "rows", len(COLUMNS)
    model.graph.output[0].type.tensor_type.shape.dim[0].dim_param = "rows"
    onnx.save(model, target)
