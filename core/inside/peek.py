"""Look into a model's file that lies elsewhere, from a few pieces of it. In a model worker, which has no network."""

from __future__ import annotations

from typing import Any

from core.errors import NotFetched
from core.inside._desk import Desk
from core.listings import Preview
from core.model.describe import outline
from core.model.skeleton import skeleton
from core.run.operators import known_steps

RESULT = Preview


def do(request: dict[str, Any], desk: Desk) -> Preview:
    """`request`: {"size_bytes"}. Each piece is asked of the app as the file `<start>-<end>`, and let go of again."""

    def read(start: int, end: int) -> bytes:
        name = f"{start}-{end}"
        if desk.more([name]) or name not in desk.files:
            raise NotFetched("A piece of this model didn't come.", f"Bytes {name}.", "Try again.")
        return bytes(desk.files.pop(name))

    found = skeleton(read, request["size_bytes"])
    graph, unknown = outline(found.data, known_steps())
    return Preview(
        graph.inputs,
        graph.outputs,
        graph.opsets,
        graph.operators,
        graph.parameter_count,
        graph.external_files,
        graph.producer,
        {name[:100]: value[:1000] for name, value in list(graph.metadata.items())[:100]},
        graph.ir_version,
        unknown,
        found.requests,
        found.bytes_read,
    )
