"""Read the arrays of an .npz file, one per input of a model."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from core.actions import _workers
from core.caller import Caller
from core.errors import BadTensor
from core.types import Upload


@dataclass(frozen=True)
class Request:
    file: bytes | Upload


def do(request: Request, caller: Caller) -> dict[str, Any]:
    """Arrays by name. Raises BadTensor or TooLarge."""
    given = request.file
    uploads = {given.path: given.path} if isinstance(given, Upload) else {}
    arrays: dict[str, Any] = _workers.ask_reader("read_arrays", caller, {"file": given}, uploads)
    if not arrays:
        raise BadTensor("This .npz file is empty.", "It holds no arrays.", "Save one array per input of the model.")
    return arrays
