"""Which protections are really in force on this computer, found out by starting a process of each kind."""

from __future__ import annotations

from dataclasses import dataclass

from core import settings
from core.caller import Caller
from core.workers.pool import Place, pool
from core.workers.sandbox import Protection
from core.workers.worker import Begin


@dataclass(frozen=True)
class Request:
    pass


@dataclass(frozen=True)
class Report:
    protection: Protection
    """Of the process that reads and runs models."""
    warm: int
    """Processes that have a model open now."""
    memory_bytes: int
    """What they take together."""
    budget_bytes: int


def do(_request: Request, caller: Caller) -> Report:
    """Nothing of anybody's is read."""
    begin = Begin(memory_bytes=settings.memory_limit_bytes(0))
    with pool().worker(Place(("", "protection"), begin), caller) as worker:
        found = worker.protection
    workers = [worker for worker, _, _ in pool().workers()]
    taken = sum(worker.memory_bytes() for worker in workers)
    return Report(found or Protection("", "", "", "", "", ""), len(workers), taken, pool().budget_bytes)
