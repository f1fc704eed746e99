"""What a bug report needs to know about this computer, and nothing about who sits at it."""

from __future__ import annotations

import getpass
import os
import platform
import re
import socket
import tomllib
from importlib import metadata
from pathlib import Path

import psutil

from core import settings
from core.server import addresses, log

LINES = 40
_QUOTED = re.compile(r"“[^”]*”|\"[^\"]*\"|(?<!\w)'[^']*'")
_FILE = re.compile(r"(?<![\w/.-])[^\s/,;:(){}\[\]“”\"']+\.(?!py\b)[A-Za-z][A-Za-z0-9]{1,11}\b(?![./\w])")
_OUR_LOGGER = re.compile(r"(?:core|pages)(?:\.\w+)+")
_SHORTEST_NAME = 3
"""A shorter user name is part of too many words to be taken out."""


def diagnostics() -> str:
    """Plain text for a bug report: versions, memory, settings and the last 40 lines of the log.

    The names of users, of their models and of their folders are taken out.
    """
    memory = psutil.virtual_memory()
    address = os.environ.get(settings.ADDRESS_VARIABLE, "")
    lines = [
        f"ONNX Playground {settings.VERSION}",
        f"Python {platform.python_version()} ({platform.python_implementation()}, {platform.machine()})",
        f"System {platform.system()} {platform.release()}",
        f"Processors {os.cpu_count()}, of which used at once {settings.worker_places()}",
        f"Memory {memory.total / 2**30:.1f} GB, free {memory.available / 2**30:.1f} GB",
        "",
        "Settings",
        f"  classroom: {'yes' if settings.is_classroom() else 'no'}",
        f"  address: {addresses.kind(address)}",
        f"  further host names: {len(settings.allowed_hosts()) - 3}",
        f"  sandbox: {'on' if settings.SANDBOX else 'off'}",
        f"  data folder moved: {'yes' if os.environ.get(settings.HOME_VARIABLE) else 'no'}",
        "",
        "Libraries",
        *(f"  {name} {_version(name)}" for name in _libraries()),
        "",
        f"Log, the last {LINES} lines",
        *(f"  {_without_names(line)}" for line in log.last_lines(LINES)),
    ]
    return "\n".join(_without_places(line) for line in lines) + "\n"


def _libraries() -> list[str]:
    """What pyproject.toml names; an installed copy has no such file, and its wheel says the same."""
    project = settings.ROOT / "pyproject.toml"
    if project.is_file():
        needs = tomllib.loads(project.read_text(encoding="utf-8"))["project"]["dependencies"]
    else:
        needs = [need for need in metadata.requires(settings.APP_NAME) or [] if "extra ==" not in need]
    return [found.group() for need in needs if (found := re.match(r"[\w.-]+", need))]


def _version(name: str) -> str:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return "is missing"


def _without_names(line: str) -> str:
    """A line of the log without what it may call a model: what stands in quotes, and names of files."""
    return _FILE.sub(_shown, _QUOTED.sub("“…”", line))


def _shown(found: re.Match[str]) -> str:
    return found.group() if _OUR_LOGGER.fullmatch(found.group()) else "<file>"


def _without_places(line: str) -> str:
    """The line without the folders and names of the person and the computer."""
    for place, instead in ((settings.data_folder(), "<data>"), (settings.ROOT, "<app>"), (Path.home(), "~")):
        if place != Path(place.anchor):
            line = line.replace(str(place), instead)
    for name, instead in ((_user(), "<user>"), (socket.gethostname(), "<computer>")):
        if len(name) >= _SHORTEST_NAME:
            line = re.sub(rf"(?<!\w){re.escape(name)}(?!\w)", instead, line)
    return line


def _user() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):  # a container may run as a number without a name
        return ""
