"""Multiply-accumulates of the onnx package's light models, as onnx-tool counts them: what tests/core/graph compare with.

Run where onnx-tool is installed, which the app itself doesn't need:

    python3 -m venv ENV && ENV/bin/pip install onnx-tool==1.0.1 && ENV/bin/python tests/reference/graph_work.py
"""

import json
from collections import Counter
from importlib.metadata import version
from pathlib import Path

import onnx
import onnx_tool

LIGHT = Path(onnx.__file__).parent / "backend" / "test" / "data" / "light"
TARGET = Path(__file__).parent / "expected" / "graph_work.json"


def counted(path):
    """By operator; onnx-tool also counts what is done to each number by itself, such as Relu."""
    graph = onnx_tool.Model(str(path)).graph
    graph.shape_infer(None)
    graph.profile()
    counts = Counter()
    for node in graph.nodemap.values():
        counts[node.op_type] += int(node.macs[0])
    return {operator: count for operator, count in sorted(counts.items()) if count}


def main():
    models = {path.stem.removeprefix("light_"): counted(path) for path in sorted(LIGHT.glob("*.onnx"))}
    said = {"by": f"onnx-tool {version('onnx-tool')}", "models": models}
    TARGET.parent.mkdir(exist_ok=True)
    TARGET.write_text(json.dumps(said, indent=1) + "\n")


main()
