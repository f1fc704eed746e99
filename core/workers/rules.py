"""The kinds of process: what each may touch. Everything else is closed to it before it sees a stranger's file."""

from __future__ import annotations

import os
import sys
import sysconfig
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, TypeAlias

from core import settings

KindName: TypeAlias = Literal["model", "files", "look_up", "download"]


@dataclass(frozen=True)
class Kind:
    """One kind of process."""

    title: str
    may: str
    """In words, for the settings page."""
    reads_installation: bool
    network: bool
    libraries: bool
    """Imports what models need (onnxruntime, onnx, Pillow, tokenizers) while it waits to be used."""


KINDS: dict[KindName, Kind] = {
    "model": Kind(
        "Model worker",
        "reads and runs one model; opens no file, no connection, no program",
        reads_installation=False,
        network=False,
        libraries=True,
    ),
    "files": Kind(
        "File job",
        "builds files; reads the installed libraries, writes only into one folder of its own, no connection",
        reads_installation=True,
        network=False,
        libraries=True,
    ),
    "look_up": Kind(
        "Look-up",
        "asks a source which models there are; writes nothing, understands no model",
        reads_installation=True,
        network=True,
        libraries=False,
    ),
    "download": Kind(
        "Download",
        "fetches files into one folder of its own; understands none of them",
        reads_installation=True,
        network=True,
        libraries=False,
    ),
}


def readable(kind: Kind) -> tuple[str, ...]:
    """Folders such a process may read: the Python it runs on, the installed libraries, and this app."""
    if not kind.reads_installation:
        return ()
    paths = {sys.prefix, sys.base_prefix, str(settings.ROOT), *sysconfig.get_paths().values()}
    more = (*_LIBRARIES, *_NETWORK) if kind.network else _LIBRARIES
    return tuple(sorted(path for path in {*paths, *more} if os.path.exists(path)))  # noqa: PTH110  a plain question


_LIBRARIES = ("/usr/lib", "/lib", "/lib64", "/usr/local/lib", "/usr/share/zoneinfo")
_NETWORK = (
    *("/etc/resolv.conf", "/etc/hosts", "/etc/host.conf", "/etc/nsswitch.conf", "/etc/gai.conf"),
    *("/etc/ssl", "/etc/pki", "/usr/share/ca-certificates", "/usr/local/share/ca-certificates"),
)
"""How names become addresses, and which certificates to believe."""


def surroundings(network: bool = False) -> dict[str, str]:
    """The environment of a worker: what it needs to start, none of what this process knows.

    With `network` also the way out that a company or school prescribes.
    """
    proxies = ("http_proxy", "https_proxy", "no_proxy") if network else ()
    hub = ("HF_ENDPOINT", "SSL_CERT_FILE", "SSL_CERT_DIR", settings.PRIVATE_LINKS_VARIABLE) if network else ()
    kept = (*hub, "SYSTEMROOT", "TMPDIR", "TEMP", "OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE", "LD_LIBRARY_PATH")
    return {
        **{name: os.environ[name] for name in kept if name in os.environ},
        **{name: value for name, value in os.environ.items() if name.lower() in proxies},
        "PATH": "/usr/bin:/bin",
        "LANG": "C.UTF-8",
        "HOME": str(Path(os.sep) / "nonexistent"),
        "PYTHONPATH": str(settings.ROOT),
        "PYTHONUTF8": "1",
        "ORT_DISABLE_TELEMETRY": "1",
        "HF_HUB_DISABLE_TELEMETRY": "1",
        "HF_HUB_DISABLE_IMPLICIT_TOKEN": "1",  # a token comes with the request it is for, or not at all
        "HF_HUB_DISABLE_PROGRESS_BARS": "1",
        "HF_HUB_DISABLE_XET": "1",  # plain HTTP: progress by the byte, stop at once, go on later
        "HF_HUB_DISABLE_SYMLINKS": "1",
        "DO_NOT_TRACK": "1",
        "OPENBLAS_NUM_THREADS": "1",
        "OMP_NUM_THREADS": "1",
        "TOKENIZERS_PARALLELISM": "false",
    }
