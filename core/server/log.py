"""A log of what went wrong, without what users gave: no folders, no contents, no messages of unforeseen errors.

It lies in the data folder, at most 4 MB of it, and leaves the computer only when somebody sends it.
"""

from __future__ import annotations

import contextlib
import logging
import re
from collections.abc import Iterator
from logging.handlers import RotatingFileHandler
from pathlib import Path
from traceback import walk_tb
from types import TracebackType
from typing import TypeAlias

from core import settings

LOGGERS = ("core", "pages")
MAX_BYTES = 1_000_000
OLDER_FILES = 3
MAX_LINE_CHARACTERS = 500

_QUOTED_PATH = re.compile(r"""(?<=["'“])(?:~?/|[A-Za-z]:[\\/]|\\\\)[^"'”\n]*[\\/]""")
_PATH = re.compile(r"(?:(?<![\w./:])~?|(?<=file://))/(?:[^/\s\"',;:](?:[^/\n\"',;:]*[^/\s\"',;:])?/)+")
_WINDOWS_PATH = re.compile(r"(?<!\w)(?:[A-Za-z]:[\\/]|\\\\)(?:[^\\/\n\"',;:]+[\\/])*")

_ExcInfo: TypeAlias = tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]


def log_path() -> Path:
    """The file the server writes to."""
    return settings.data_folder() / "log" / "app.log"


@contextlib.contextmanager
def to_file() -> Iterator[None]:
    """While it lasts, what `core` and `pages` log goes into the file. Where no file can be written, nowhere."""
    try:
        log_path().parent.mkdir(mode=0o700, exist_ok=True)
        handler = RotatingFileHandler(log_path(), maxBytes=MAX_BYTES, backupCount=OLDER_FILES, encoding="utf-8")
    except OSError:
        yield
        return
    handler.setFormatter(OneLine())
    loggers = [logging.getLogger(name) for name in LOGGERS]
    before = [logger.level for logger in loggers]
    for logger in loggers:
        logger.addHandler(handler)
        logger.setLevel(logging.INFO)
    try:
        yield
    finally:
        for logger, level in zip(loggers, before, strict=True):
            logger.removeHandler(handler)
            logger.setLevel(level)
        handler.close()


class OneLine(logging.Formatter):
    """Time, level, module and words of one event, on one line and without folders.

    It formats everything itself: the text of a traceback that another handler has left on the record has the message
    in it, and what is changed on the record would be missing on the screen of whoever started the app.
    """

    def format(self, record: logging.LogRecord) -> str:
        words = without_folders(record.getMessage())
        if record.exc_info:
            words += " | " + self.formatException(record.exc_info)
        line = f"{self.formatTime(record)} {record.levelname} {record.name} {words}"
        return " ".join(line.split())[:MAX_LINE_CHARACTERS]

    def formatException(self, ei: _ExcInfo) -> str:  # noqa: N802  the name logging gave it
        """The error's type and where in our files it happened, last place first. Its message may quote a user."""
        kind, error, frames = ei
        if kind is None or error is None:
            return ""
        cause = error.__cause__
        words = " < ".join([kind.__qualname__, *reversed(_own_places(frames))])
        return f"{words}, caused by {type(cause).__qualname__}" if cause else words


def without_folders(text: str) -> str:
    """The text with every absolute path cut down to its last part."""
    for pattern in (_QUOTED_PATH, _PATH, _WINDOWS_PATH):
        text = pattern.sub("", text)
    return text


def last_lines(count: int) -> list[str]:
    """The newest events, oldest of them first; from the older files where the newest has too few."""
    lines: list[str] = []
    for path in (log_path(), *(log_path().with_name(f"app.log.{number + 1}") for number in range(OLDER_FILES))):
        if len(lines) >= count or not path.is_file():
            break
        lines = path.read_text(encoding="utf-8", errors="replace").splitlines() + lines
    return lines[-count:] if count > 0 else []


def _own_places(frames: TracebackType | None) -> list[str]:
    """`core/run/session.py:41` for each frame in our own files."""
    places = []
    for frame, line in walk_tb(frames):
        path = Path(frame.f_code.co_filename)
        if path.is_relative_to(settings.ROOT) and "site-packages" not in path.relative_to(settings.ROOT).parts:
            places.append(f"{path.relative_to(settings.ROOT).as_posix()}:{line}")
    return places
