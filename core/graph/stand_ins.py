"""Standard steps in the place of those that onnx can't follow: their answer is as large."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from onnx import NodeProto, TensorProto

_DOMAINS = ("com.microsoft", "ai.onnx.contrib", "com.microsoft.nchwc")
_AS_LARGE_AS_THE_FIRST = (
    *("Gelu", "FastGelu", "BiasGelu", "QuickGelu", "BiasAdd", "BiasDropout", "BiasSoftmax", "RotaryEmbedding"),
    *("SkipLayerNormalization", "SkipSimplifiedLayerNormalization", "SimplifiedLayerNormalization"),
    *("GroupNorm", "SkipGroupNorm", "QLinearSigmoid", "QLinearSoftmax", "QLinearLeakyRelu"),
    *("Attention", "QAttention", "MultiHeadAttention", "DecoderMaskedMultiHeadAttention"),
)
_SAME_INPUTS = {
    "DynamicQuantizeMatMul": ("MatMul", (0, 1)),
    "MatMulIntegerToFloat": ("MatMul", (0, 1)),
    "QLinearAdd": ("Add", (0, 3)),
    "QLinearMul": ("Mul", (0, 3)),
    "EmbedLayerNormalization": ("Gather", (2, 0)),
    "FusedConv": ("Conv", (0, 1)),
    "FusedGemm": ("Gemm", (0, 1)),
    "QLinearGlobalAveragePool": ("GlobalAveragePool", (0,)),
    "QLinearAveragePool": ("AveragePool", (0,)),
}
"""What they become, and which of their inputs it takes."""
_OWN_ATTRIBUTES = ("activation", "activation_params", "activation_alpha", "activation_beta", "activation_gamma")


def stand_in(node: NodeProto) -> list[TensorProto]:
    """Turns the node into one that onnx knows, where it doesn't; gives the stored tensors that takes."""
    if node.op_type == "SimplifiedLayerNormalization" and node.input:  # written into the standard domain by a mistake
        _become(node, "Identity", (0,))
    if node.domain not in _DOMAINS:
        return []
    if node.op_type in _AS_LARGE_AS_THE_FIRST and node.input:
        _become(node, "Identity", (0,))
    elif node.op_type in _SAME_INPUTS:
        _become(node, *_SAME_INPUTS[node.op_type])
    elif node.op_type == "FusedMatMul" and not any(attribute.i for attribute in node.attribute):
        _become(node, "MatMul", (0, 1))
    elif node.op_type == "MatMulNBits" and len(node.input) > 1:
        return _unpacked(node)
    return []


def _become(node: NodeProto, operator: str, inputs: tuple[int, ...]) -> None:
    taken = [node.input[place] for place in inputs if place < len(node.input)]
    keeps = operator not in ("Identity", "MatMul", "Add", "Mul", "Gather")
    kept = [one for one in node.attribute if keeps and one.name not in _OWN_ATTRIBUTES]
    node.op_type, node.domain = operator, ""
    del node.input[:], node.output[1:], node.attribute[:]
    node.input.extend(taken)
    node.attribute.extend(kept)


def _unpacked(node: NodeProto) -> list[TensorProto]:
    """Its weights are packed; unpacked they are a table of K × N."""
    import onnx

    sides = {attribute.name: attribute.i for attribute in node.attribute}
    name = f"{node.input[1]} unpacked"
    _become(node, "MatMul", (0, 1))
    node.input[1] = name
    return [onnx.TensorProto(name=name, data_type=onnx.TensorProto.FLOAT, dims=[sides.get("K", 0), sides.get("N", 0)])]
