"""How many multiply-accumulates each heavy operator takes, from the sizes of what goes in and comes out."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

Shape = tuple[int, ...]


class UnknownSize(Exception):
    """A size that is needed isn't known."""


@dataclass(frozen=True)
class Seen:
    """One step with what is known of what it takes and gives."""

    inputs: tuple[Shape | None, ...]
    outputs: tuple[Shape | None, ...]
    attributes: dict[str, Any]

    def taken(self, place: int) -> Shape:
        """Raises UnknownSize."""
        found = self.inputs[place] if place < len(self.inputs) else None
        if found is None:
            raise UnknownSize
        return found

    @property
    def given(self) -> Shape:
        """Raises UnknownSize."""
        if not self.outputs or self.outputs[0] is None:
            raise UnknownSize
        return self.outputs[0]

    def whole(self, name: str, default: int = 0) -> int:
        found = self.attributes.get(name)
        return default if found is None else int(found.i)


def _product(sizes: Iterable[int]) -> int:
    total = 1
    for size in sizes:
        total *= size
    return total


def _conv(weights: int) -> Callable[[Seen], int]:
    """Every number of the answer is a sum over one window: the weights of one filter."""
    return lambda seen: _product(seen.given) * _product(seen.taken(weights)[1:])


def _conv_transpose(seen: Seen) -> int:
    """Every number that comes in is spread over one window."""
    return _product(seen.taken(0)) * _product(seen.taken(1)[1:])


def _gemm(seen: Seen) -> int:
    left = seen.taken(0)
    return _product(seen.given) * left[0 if seen.whole("transA") else 1]


def _matmul(seen: Seen) -> int:
    left = seen.taken(0)
    across = -2 if seen.whole("transA") and len(left) > 1 else -1
    return _product(seen.given) * left[across]


def _matmul_of_bits(seen: Seen) -> int:
    return _product(seen.taken(0)) * seen.whole("N")


def _einsum(seen: Seen) -> int:
    """Every letter once: `bij,bjk->bik` multiplies b × i × j × k times. Letters of one input alone only add up."""
    terms = seen.attributes["equation"].s.decode("utf-8", "replace").split("->")[0].replace(" ", "").split(",")
    if len(terms) != len(seen.inputs):
        raise UnknownSize
    if len(terms) < 2:
        return 0
    letters: dict[str, int] = {}
    wide: Shape = ()
    for place, term in enumerate(terms):
        shape = seen.taken(place)
        before, dots, after = term.partition("...")
        if dots:
            end = len(shape) - len(after)
            wide = max(wide, shape[len(before) : end], key=_product)
            shape = shape[: len(before)] + shape[end:]
        for letter, size in zip(before + after, shape, strict=True):
            letters[letter] = max(letters.get(letter, 1), size)
    return _product(letters.values()) * _product(wide)


def _recurrent(seen: Seen) -> int:
    """At each place of a text all weights are used once: those for what comes in and those for what is remembered."""
    places = _product(seen.taken(0)[:2])
    return places * (_product(seen.taken(1)) + _product(seen.taken(2)))


def _attention(seen: Seen) -> int:
    """Each place asks every other one, then takes something from it: two products of tables."""
    query, key, value = seen.taken(0), seen.taken(1), seen.taken(2)
    past = seen.inputs[4] if len(seen.inputs) > 4 else None
    if len(query) == 4:
        across = query[1] * (query[3] + value[3])
    else:
        shared = seen.whole("q_num_heads", 1) // max(1, seen.whole("kv_num_heads", 1))
        across = query[2] + value[2] * shared
    return query[0] * query[-2] * (key[-2] + (past[2] if past else 0)) * across


def _attention_with_projection(seen: Seen) -> int:
    """The one of onnxruntime: it makes query, key and value itself, out of one table of weights."""
    batch, length, _ = seen.taken(0)
    weights = seen.taken(1)
    return batch * length * _product(weights) + 2 * batch * length * length * (weights[-1] // 3)


def _any_attention(seen: Seen) -> int:
    return _attention_with_projection(seen) if seen.whole("num_heads") else _attention(seen)


def _multi_head(seen: Seen) -> int:
    batch, length, width = seen.taken(0)
    _, others, _ = seen.taken(1)
    return batch * length * others * (width + seen.taken(2)[2])


def _grouped(seen: Seen) -> int:
    """Several askers share what they ask; what was read before is asked too."""
    past = seen.inputs[3] if len(seen.inputs) > 3 else None
    return 2 * _product(seen.taken(0)) * (seen.taken(1)[1] + (past[2] if past else 0))


COUNT: dict[str, Callable[[Seen], int]] = {
    "Conv": _conv(1),
    "FusedConv": _conv(1),
    "NhwcConv": _conv(1),
    "ConvInteger": _conv(1),
    "DeformConv": _conv(1),
    "NhwcFusedConv": _conv(1),
    "QLinearConv": _conv(3),
    "ConvTranspose": _conv_transpose,
    "Gemm": _gemm,
    "FusedGemm": _gemm,
    "QGemm": _gemm,
    "MatMul": _matmul,
    "FusedMatMul": _matmul,
    "TransposeMatMul": _matmul,
    "MatMulInteger": _matmul,
    "MatMulIntegerToFloat": _matmul,
    "DynamicQuantizeMatMul": _matmul,
    "QLinearMatMul": _matmul,
    "MatMulNBits": _matmul_of_bits,
    "Einsum": _einsum,
    "LSTM": _recurrent,
    "GRU": _recurrent,
    "RNN": _recurrent,
    "DynamicQuantizeLSTM": _recurrent,
    "GemmFastGelu": _matmul,
    "FusedMatMulActivation": _matmul,
    "Attention": _any_attention,
    "QAttention": _attention_with_projection,
    "MultiHeadAttention": _multi_head,
    "GroupQueryAttention": _grouped,
}
