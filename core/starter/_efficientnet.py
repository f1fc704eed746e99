"""The graph of EfficientNet-Lite0, built from a PyTorch checkpoint with step names a person can read.

Batch normalisation is folded into the convolution before it. The architecture is Lite0 of the EfficientNet family
(Tan and Le, 2019): ReLU6 instead of swish, no squeeze-and-excite, a stem and head that don't grow. Padding follows
TensorFlow's SAME, which can be one pixel larger on the right and bottom.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.starter._torch_weights import read_tensors

SIDE_PX = 224
_CLASSES = 1000
_EPSILON = 1e-3
"""Of batch normalisation, as trained."""
_BLOCKS_AND_STRIDE = ((1, 1), (2, 2), (2, 2), (3, 2), (3, 1), (4, 2), (1, 1))
"""Per stage: how many blocks, and the step of the first one. Widths and kernels follow from the weights."""


def write(weights: Path, notes: dict[str, str], target: Path) -> None:
    """The ONNX file made from a checkpoint; `notes` become its metadata.

    Input `image` float32 (batch, 3, 224, 224), red green blue, (pixel - 127) / 128. Output `probabilities` float32
    (batch, 1000). Checked by ONNX's own checker before it is written.
    """
    import onnx
    from onnx import TensorProto, helper

    network = _Network(read_tensors(weights))
    network.assemble()
    image = helper.make_tensor_value_info("image", TensorProto.FLOAT, ["batch", 3, SIDE_PX, SIDE_PX])
    answer = helper.make_tensor_value_info("probabilities", TensorProto.FLOAT, ["batch", _CLASSES])
    graph = helper.make_graph(network.nodes, "efficientnet-lite0", [image], [answer], network.constants)
    opsets = [helper.make_opsetid("", 17)]
    model = helper.make_model(graph, opset_imports=opsets, ir_version=10, producer_name="onnx-playground")
    helper.set_model_props(model, notes)
    model = onnx.shape_inference.infer_shapes(model, strict_mode=True)
    onnx.checker.check_model(model, full_check=True)
    target.write_bytes(model.SerializeToString())


class _Network:
    """The steps and constants of the graph, added from the picture to the answer."""

    def __init__(self, tensors: dict[str, NDArray[Any]]) -> None:
        self.nodes: list[Any] = []
        self.constants: list[Any] = []
        self._tensors = tensors
        self._side_px = SIDE_PX

    def assemble(self) -> None:
        self._constant("relu6.low", np.float32(0))
        self._constant("relu6.high", np.float32(6))
        value = self._relu6(self._convolve("image", "_conv_stem", "_bn0", "stem", 2))
        number = 0
        for stage, (blocks, stride) in enumerate(_BLOCKS_AND_STRIDE, 1):
            for block in range(blocks):
                name = f"stage{stage}.block{block + 1}"
                came_in, value = value, self._block(value, f"_blocks.{number}", name, stride if block == 0 else 1)
                value = self._add("Add", [value, came_in], f"{name}.add") if block else value
                number += 1
        self._classify(self._relu6(self._convolve(value, "_conv_head", "_bn1", "head")))

    def _block(self, value: str, source: str, name: str, stride: int) -> str:
        """Widen, look around, narrow."""
        if f"{source}._expand_conv.weight" in self._tensors:
            value = self._relu6(self._convolve(value, f"{source}._expand_conv", f"{source}._bn0", f"{name}.expand"))
        deep = f"{source}._depthwise_conv"
        value = self._relu6(self._convolve(value, deep, f"{source}._bn1", f"{name}.depthwise", stride))
        return self._convolve(value, f"{source}._project_conv", f"{source}._bn2", f"{name}.project")

    def _convolve(self, value: str, source: str, norm: str, name: str, stride: int = 1) -> str:
        """A convolution with the normalisation after it folded in: w·g and b - m·g, with g = gamma / sqrt(v + e)."""
        kernel = self._tensors[f"{source}.weight"].astype(np.float64)
        gain = self._tensors[f"{norm}.weight"] / np.sqrt(self._tensors[f"{norm}.running_var"].astype(float) + _EPSILON)
        bias = self._tensors[f"{norm}.bias"] - self._tensors[f"{norm}.running_mean"] * gain
        size, pads = kernel.shape[-1], self._same_padding(kernel.shape[-1], stride)
        groups = kernel.shape[0] if kernel.shape[1] == 1 else 1
        weight = self._constant(f"{name}.weight", kernel * gain[:, None, None, None])
        inputs = [value, weight, self._constant(f"{name}.bias", bias)]
        settings = {"kernel_shape": [size, size], "strides": [stride, stride], "pads": pads, "group": groups}
        return self._add("Conv", inputs, name, settings)

    def _same_padding(self, kernel: int, stride: int) -> list[int]:
        after = -(-self._side_px // stride)
        total = max((after - 1) * stride + kernel - self._side_px, 0)
        self._side_px = after
        return [total // 2, total // 2, total - total // 2, total - total // 2]

    def _relu6(self, value: str) -> str:
        return self._add("Clip", [value, "relu6.low", "relu6.high"], f"{value}.relu6")

    def _classify(self, value: str) -> None:
        pooled = self._add("GlobalAveragePool", [value], "pool")
        features = self._add("Flatten", [pooled], "features", {"axis": 1})
        weight = self._constant("classifier.weight", self._tensors["_fc.weight"])
        bias = self._constant("classifier.bias", self._tensors["_fc.bias"])
        logits = self._add("Gemm", [features, weight, bias], "classifier", {"transB": 1})
        self._add("Softmax", [logits], "probabilities", {"axis": -1})

    def _constant(self, name: str, values: Any) -> str:
        from onnx import numpy_helper

        # np.ascontiguousarray would make a single number a list of one, which Clip does not take
        self.constants.append(numpy_helper.from_array(np.asarray(values, np.float32, order="C"), name))
        return name

    def _add(self, operator: str, inputs: list[str], name: str, settings: dict[str, Any] | None = None) -> str:
        from onnx import helper

        self.nodes.append(helper.make_node(operator, inputs, [name], name, **(settings or {})))
        return name
