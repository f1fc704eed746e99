"""A model for somebody who never opens a box: one sentence, its main blocks, its operators, its figures."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from core.graph.about import gives, takes
from core.graph.detail import known_as
from core.graph.facts import Facts
from core.graph.levels import every_node
from core.graph.made_with import made_with, year
from core.graph.scene import id_of
from core.graph.tree import Group, steps_of
from core.graph.view import shown
from core.graph.words import words
from core.quantities import size
from core.scenes import Block, GraphSummary, Use
from core.types import GraphInfo

_MANY = {10**12: "trillion", 10**9: "billion", 10**6: "million"}
_MOST_OPERATORS = 400
_MOST_MISSING = 40
_SHOWN = 5
_LONGEST_NAME = 80
_MADE_UP = 100
"""Times more than stored: packing and sharing alone don't explain that."""


def summary(facts: Facts, info: GraphInfo, missing: Sequence[str], names: int = 0) -> GraphSummary:
    """`missing`: steps the runtime doesn't have. `names`: how many things it is known to tell apart."""
    model = facts.atlas.model
    producer = made_with(model.producer_name, model.producer_version)
    is_counted = facts.uncounted < len(facts.work) or not facts.work
    return GraphSummary(
        sentence=_sentence(facts, info, producer, names),
        blocks=_blocks(facts),
        operators=_operators(facts),
        parameter_count=facts.parameter_count,
        parameter_bytes=sum(one.size_bytes for one in facts.held.all),
        work=facts.whole_work if is_counted else None,
        uncounted=facts.uncounted,
        assumed=facts.sizes.assumed,
        opsets=dict(info.opsets),
        producer=producer,
        missing=tuple(missing)[:_MOST_MISSING],
        verdict=_verdict(missing, info),
    )


def _sentence(facts: Facts, info: GraphInfo, producer: str, names: int) -> str:
    """Only what is known."""
    said = [f"Takes {takes(info.inputs)}", gives(facts, info, names), _weights(facts), size(info.size_bytes)]
    if producer:
        when = year(producer)
        said.append(f"made with {producer}" + (f", a version from {when}" if when else ""))
    return ", ".join(filter(None, said)) + "."


def _weights(facts: Facts) -> str:
    """Some files, made for tests, hold instructions to fill the weights in place of the weights."""
    stored, taken = facts.parameter_count, facts.taken_count
    if taken > _MADE_UP * stored:
        return f"{amount(taken)} weights, of which the file stores only {amount(stored)}"
    return f"{amount(stored)} weight{'' if stored == 1 else 's'}"


def amount(number: int) -> str:
    """`4.6 million`: nobody reads nine digits."""
    many = next((many for many in _MANY if number >= many), 0)
    return f"{number / many:.3g} {_MANY[many]}" if many else f"{number:,}"


def _blocks(facts: Facts) -> tuple[Block, ...]:
    """What is seen at first."""
    atlas = facts.atlas
    return tuple(_block(facts, thing) for thing in shown(atlas.root, atlas.first))


def _block(facts: Facts, thing: Group | int) -> Block:
    steps = list(steps_of(thing))
    counted = sum(facts.work[step] or 0 for step in steps)
    return Block(
        id_of(thing),
        words(thing, facts.atlas.drawn).title,
        len(steps),
        facts.work_of(thing),
        counted / max(1, facts.whole_work),
        facts.owned(steps),
    )


def _operators(facts: Facts) -> tuple[Use, ...]:
    """As the file has them; of the model's own functions not the calls, but the steps in them."""
    model = facts.atlas.model
    nodes = [*model.graph.node, *(node for function in model.functions for node in function.node)]
    counts = Counter((node.domain, node.op_type) for node in every_node(nodes))
    found = []
    for (domain, operator), count in counts.most_common():
        if (domain, operator) not in facts.own:
            told = known_as(facts, operator, domain)
            found.append(Use(operator[:_LONGEST_NAME], domain[:_LONGEST_NAME], told.title, told.sentence, count))
    return tuple(found[:_MOST_OPERATORS])


def _verdict(missing: Sequence[str], info: GraphInfo) -> str:
    if missing:
        named = ", ".join(missing[:_SHOWN]) + (f" and {len(missing) - _SHOWN} more" if len(missing) > _SHOWN else "")
        return f"It can't be run here: the installed onnxruntime doesn't have {named}."
    if info.opsets.get("ai.onnx", 0) > _newest():
        return "It is written in a newer version of ONNX than this app knows; it may not run."
    return "The installed onnxruntime has every step it needs."


def _newest() -> int:
    import onnx

    return int(onnx.defs.onnx_opset_version())
