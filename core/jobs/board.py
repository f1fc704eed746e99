"""All jobs of this run of the app, each visitor's apart, and what an earlier run left unfinished."""

from __future__ import annotations

import base64
import json
import os
import threading
from typing import Any

import psutil

from core import jobs, settings
from core.actions import _library
from core.errors import Full, UserError
from core.jobs.job import Job
from core.store.store import StoredJob
from core.types import Upload
from core.workers import wire


class Board:
    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._jobs: dict[str, Job] = {}
        me = psutil.Process()
        self._process = f"{me.pid} {me.create_time():.2f}"

    def submit(
        self, action: str, request: Any, visitor: str, title: str, *, key: str = "", background: bool = False
    ) -> Job:
        """Start a job, or join the visitor's one with the same key that is at work, or done and not seen yet.

        A `background` job is remembered on disk while it works, so that closing the app doesn't lose it without a word.
        Raises Full when the visitor has too many at work.
        """
        with self._lock:
            mine = [job for job in self._jobs.values() if job.visitor == visitor]
            same = next((job for job in mine if key and job.key == key and not (job.is_over and job.seen)), None)
            if same:
                return same
            working = sum(not job.is_over for job in mine)
            if working >= settings.MAX_JOBS_PER_VISITOR:
                raise _too_many(working)
            job = Job(action, request, visitor, title, key)
            self._jobs[job.id] = job
            self._forget_old(mine)
        if background:
            _library.library().job_started(StoredJob(job.id, visitor, title, action, _to_text(request), self._process))
        job.start(self._over)
        return job

    def find(self, job_id: str, visitor: str) -> Job | None:
        """The visitor's own job with this id."""
        job = self._jobs.get(job_id)
        return job if job and job.visitor == visitor else None

    def of(self, visitor: str) -> list[Job]:
        """The visitor's jobs, the oldest first."""
        with self._lock:
            return [job for job in self._jobs.values() if job.visitor == visitor]

    def stop(self, job_id: str, visitor: str) -> None:
        """Press Stop for the visitor's own job."""
        job = self.find(job_id, visitor)
        if job:
            job.seen = True  # whoever stops it need not be told how it ended
            job.stop.press()

    def see(self, key: str, visitor: str) -> None:
        """Whatever came of earlier jobs with this key, nobody waits for it any more."""
        for job in self.of(visitor):
            job.seen = job.seen or (job.key == key and job.is_over)

    def interrupted(self, visitor: str) -> list[StoredJob]:
        """What was at work for this visitor when the app was closed, or died."""
        return [job for job in _library.library().jobs() if job.visitor == visitor and not _is_running(job.process)]

    def run_again(self, stored: StoredJob) -> Job:
        """Start an interrupted job from its beginning. Raises UserError when what it needs is gone."""
        request = _from_text(stored.request, jobs.module(stored.action).Request)
        _library.library().job_over(stored.id)
        return self.submit(stored.action, request, stored.visitor, stored.title, background=True)

    def drop(self, stored: StoredJob) -> None:
        """Don't tell of it any more."""
        _library.library().job_over(stored.id)

    def needed_uploads(self) -> set[str]:
        """Paths of files that jobs at work, or interrupted ones, still read."""
        needed = set()
        with self._lock:
            working = [job.request for job in self._jobs.values() if not job.is_over]
        for request in working:
            needed |= _paths(request)
        for stored in _library.library().jobs():
            needed |= _paths_in_text(stored.request)
        return needed

    def _over(self, job: Job) -> None:
        _library.library().job_over(job.id)

    def _forget_old(self, mine: list[Job]) -> None:
        over = [job for job in mine if job.is_over]
        for job in over[: max(0, len(over) - settings.MAX_JOBS_KEPT)]:
            del self._jobs[job.id]


def _too_many(working: int) -> Full:
    return Full(
        "Too much is at work already.",
        f"You have {working} jobs at work; more wouldn't make any of them faster.",
        "Wait until one is done, or stop one in the list at the top of the page.",
    )


def _is_running(process: str) -> bool:
    pid, _, created = process.partition(" ")
    try:
        return f"{psutil.Process(int(pid)).create_time():.2f}" == created
    except (psutil.Error, ValueError):
        return False


def _to_text(request: Any) -> str:
    """A request as JSON, what was given included; files that were uploaded stay where they are and are named."""
    buffers: list[str] = []

    def put(buffer: memoryview) -> int:
        buffers.append(base64.b64encode(buffer).decode())
        return len(buffers) - 1

    return json.dumps({"m": wire.pack(request, put), "buffers": buffers})


def _from_text(text: str, type_: Any) -> Any:
    stored = json.loads(text)
    plain = wire.unpack(stored["m"], lambda number: memoryview(base64.b64decode(stored["buffers"][number])))
    gone = next((path for path in _paths(plain) if not os.path.exists(path)), None)  # noqa: PTH110  a plain question
    if gone:
        raise UserError(
            "This can't be run again.",
            "A file it needs was deleted when the app was closed.",
            "Give the files once more and start it from the page Try it.",
        )
    return wire.convert(plain, type_)


def _paths(value: Any) -> set[str]:
    """Paths of all uploads in a request, however deep."""
    if isinstance(value, Upload):
        return {value.path}
    if isinstance(value, dict):
        return set().union(*map(_paths, value.values())) if value else set()
    if isinstance(value, list | tuple):
        return set().union(*map(_paths, value)) if value else set()
    fields = getattr(value, "__dataclass_fields__", ())
    return set().union(*(_paths(getattr(value, name)) for name in fields)) if fields else set()


def _paths_in_text(text: str) -> set[str]:
    try:
        return _paths(wire.unpack(json.loads(text)["m"], lambda _number: memoryview(b"")))
    except (ValueError, KeyError, UserError):
        return set()


_board: Board | None = None
_making = threading.Lock()


def board() -> Board:
    """The one board of this process."""
    global _board  # noqa: PLW0603  one per process by its nature
    with _making:
        _board = _board or Board()
        return _board
