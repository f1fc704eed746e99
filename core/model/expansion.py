"""Guards against functions that call each other without end, or unfold into millions of steps."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING

from core.errors import DamagedModel, TooLarge
from core.model.parse import Contents, FunctionKey, key

if TYPE_CHECKING:
    from onnx import ModelProto

MAX_UNFOLDED_NODES = 500_000
MAX_FUNCTIONS = 10_000
_Body = FunctionKey | None


def check_expansion(model: ModelProto, contents: Contents) -> None:
    """Raises when the functions that come with a model unfold too far. Counts, and unfolds nothing."""
    if not model.functions:
        return
    if len(model.functions) > MAX_FUNCTIONS:
        raise _too_large(f"It brings {len(model.functions):,} functions; the limit is {MAX_FUNCTIONS:,}.")
    known = {key(function) for function in model.functions}
    own: Counter[_Body] = Counter()
    calls: defaultdict[_Body, Counter[_Body]] = defaultdict(Counter)
    for owner, node in contents.nodes:
        own[owner] += 1
        called = (node.domain, node.op_type, node.overload)
        if called in known:
            calls[owner][called] += 1
    unfolded = _unfolded(own, calls)
    if unfolded > MAX_UNFOLDED_NODES:
        raise _too_large(f"Unfolded it has about {unfolded:.0e} steps; the limit is {MAX_UNFOLDED_NODES:,}.")


def _unfolded(own: Counter[_Body], calls: defaultdict[_Body, Counter[_Body]]) -> int:
    """Steps of the main graph when every call is replaced by the function's body."""
    sizes: dict[_Body, int] = {}
    open_: list[_Body] = [None]
    visiting: set[_Body] = set()
    while open_:
        body = open_[-1]
        waiting = [called for called in calls[body] if called not in sizes]
        if not waiting:
            sizes[body] = own[body] + sum(times * sizes[called] for called, times in calls[body].items())
            visiting.discard(open_.pop())
            continue
        visiting.add(body)
        if visiting.intersection(waiting):
            raise DamagedModel(
                "This model calls itself without end.",
                f"One of its functions, {waiting[0][1] if waiting[0] else ''}, leads back to itself.",
                "Export it once more without recursion.",
            )
        open_.append(waiting[0])
    return sizes[None]


def _too_large(detail: str) -> TooLarge:
    return TooLarge("This model unfolds into too many steps.", detail, "Use a simpler model.")
