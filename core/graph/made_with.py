"""What a model was made with, from what its file says."""

from __future__ import annotations

import re

from core.graph.texts import plain

_NAMES = {
    "pytorch": "PyTorch",
    "tf2onnx": "TensorFlow",
    "tflite2onnx": "TensorFlow Lite",
    "keras2onnx": "Keras",
    "onnx-caffe2": "Caffe2",
    "caffe2": "Caffe2",
    "skl2onnx": "scikit-learn",
    "onnxmltools": "onnxmltools",
    "paddlepaddle": "PaddlePaddle",
    "paddle2onnx": "PaddlePaddle",
    "cntk": "CNTK",
    "mxnet": "MXNet",
    "chainer": "Chainer",
    "coremltools": "Core ML tools",
    "winmltools": "WinMLTools",
    "onnx.quantize": "onnxruntime's quantizer",
    "onnxruntime.quant": "onnxruntime's quantizer",
    "onnxruntime-genai": "onnxruntime-genai",
    "onnxruntime.transformers": "onnxruntime's optimizer",
    "olive": "Olive",
    "matlab deep learning toolbox converter for onnx model format": "MATLAB",
}
_OF_ITSELF = ("PyTorch", "CNTK", "MXNet", "PaddlePaddle", "Chainer")
"""Those whose own version the file gives; others give that of a converter."""
_PYTORCH = {
    2018: ("0.4", "1.0"),
    2019: ("1.1", "1.2", "1.3"),
    2020: ("1.4", "1.5", "1.6", "1.7"),
    2021: ("1.8", "1.9", "1.10"),
    2022: ("1.11", "1.12", "1.13"),
    2023: ("2.0", "2.1"),
    2024: ("2.2", "2.3", "2.4", "2.5"),
    2025: ("2.6", "2.7", "2.8", "2.9"),
}
"""When its versions came out: https://github.com/pytorch/pytorch/releases. A file itself says nothing about time."""
_LONGEST = 40


def made_with(name: str, version: str) -> str:
    """`PyTorch 1.7`, or the name as the file has it; empty where it has none."""
    name, version = plain(name, _LONGEST), plain(version, _LONGEST)
    known = _NAMES.get(name.strip().lower())
    if known is None:
        return name
    short = _short(version)
    return f"{known} {short}" if short and known in _OF_ITSELF else known


def year(producer: str) -> int | None:
    """When this version came out, as far as that is known."""
    name, _, version = producer.rpartition(" ")
    if name != "PyTorch":
        return None
    return next((when for when, versions in _PYTORCH.items() if version in versions), None)


def _short(version: str) -> str:
    found = re.match(r"(\d{1,3}\.\d{1,3})(?![\d])", version.strip())
    return found[1] if found else ""
