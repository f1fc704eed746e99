"""The model room works on bytes; these read a file as the app has a worker do it."""

from dataclasses import replace

from core import beside
from core.model import check as _check
from core.model.describe import examine as _examine
from core.model.parse import collect, parse
from core.run.operators import known_steps


def _beside(path, companions):
    def look(names):
        sizes = {
            name: (companions or {}).get(name) if companions is not None else beside.size_bytes(path.parent, name)
            for name in names
        }
        return {name: size for name, size in sizes.items() if size is not None}

    return look


def check(path, companions=None):
    parsed = parse(path.read_bytes())
    _check.check(parsed.model, collect(parsed.model), _beside(path, companions))


def examine(path, companions=None):
    return replace(_examine(path.read_bytes(), _beside(path, companions), known_steps()), path=str(path))


def describe(path):
    """As `examine`, but whether the runtime knows its steps is left to the runtime."""
    return replace(_examine(path.read_bytes(), _beside(path, None)), path=str(path))
