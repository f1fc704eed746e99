"""Makes and keeps the checkout's own environment, so one command is enough on a machine with only Python and git.

Standard library only, and nothing from `core`: this runs before anything is installed. What it has to say
goes to stderr, because stdout belongs to the command's answer.
"""

from __future__ import annotations

import contextlib
import hashlib
import importlib.util
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path
from typing import Any, NoReturn

ROOT = Path(__file__).resolve().parent.parent
ENVIRONMENT = ROOT / ".venv"
PYTHON = ENVIRONMENT / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
STAMP = ENVIRONMENT / "onnx-playground.json"
"""What was installed. Emptied before an installation and written after it, so an interrupted one is noticed."""
LOCK = ENVIRONMENT / "onnx-playground.lock"
AGAIN = "Then start the same command again."


def ensure(extras: tuple[str, ...], module: str, words: list[str]) -> None:
    """Returns when this Python has everything; otherwise starts `python -m module words` in one that does.

    `extras` are names under `[project.optional-dependencies]`. Ends the program with a sentence and exit
    code 2 when the environment can't be made.
    """
    if sys.version_info < (3, 11):  # noqa: UP036  read by a Python that is too old, before pip could say so
        raise _ending(f"ONNX Playground needs Python 3.11 or newer; this one is {sys.version.split()[0]}.")
    if not (ROOT / "pyproject.toml").is_file():
        return  # installed with pip, which saw to it
    project = _project()
    if _is_ready(project, extras) if _is_inside() else _is_satisfied(project, extras):
        return
    try:
        _prepare(project, extras)
    except OSError as error:
        why = f"The folder {ENVIRONMENT} can't be prepared: {error}."
        raise _ending(f"{why} Put the checkout where you may write. {AGAIN}") from error
    except KeyboardInterrupt:
        raise _ending("Stopped. Nothing is broken: the same command carries on.", 130) from None
    _hand_over(module, words)


def _is_inside() -> bool:
    return Path(sys.prefix).resolve() == ENVIRONMENT.resolve()


def _project() -> dict[str, Any]:
    """The parts of pyproject.toml that decide what gets installed."""
    import tomllib

    table = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    return {"build": table["build-system"], "project": table["project"], "setuptools": table["tool"]["setuptools"]}


def _is_satisfied(project: dict[str, Any], extras: tuple[str, ...]) -> bool:
    """Whether this Python, which isn't the checkout's own, already has all dependencies in fitting versions."""
    wanted = list(project["project"]["dependencies"])
    for extra in extras:
        wanted += project["project"]["optional-dependencies"][extra]
    return all(_is_installed(requirement) for requirement in wanted)


def _is_installed(requirement: str) -> bool:
    """Reads the plain form `name[extra]>=1.2,<2`, all that pyproject.toml uses."""
    name, limits = re.fullmatch(r"([\w.-]+)(?:\[.*\])?\s*(.*)", requirement).groups()  # type: ignore[union-attr]
    try:
        version = _numbers(metadata.version(name))
    except metadata.PackageNotFoundError:
        return False
    return all(_is_within(version, limit.strip()) for limit in limits.split(",") if limit)


def _is_within(version: list[int], limit: str) -> bool:
    sign, number = re.fullmatch(r"([<>=]+)\s*([\d.]+)", limit).groups()  # type: ignore[union-attr]
    bound = _numbers(number)
    return {">=": version >= bound, "<": version < bound, "==": version == bound}[sign]


def _numbers(version: str) -> list[int]:
    """The numbers of a version, without the zeros at the end: 1.20.0 and 1.20 are the same."""
    numbers = [int(part) for part in re.match(r"[\d.]*", version).group().split(".") if part]  # type: ignore[union-attr]
    while numbers and not numbers[-1]:
        numbers.pop()
    return numbers


def _is_ready(project: dict[str, Any], extras: tuple[str, ...]) -> bool:
    """Whether `.venv` was finished for this pyproject.toml, in this folder, and its Python still is the same."""
    stamp = _stamp()
    fresh = stamp.get("needs") == _fingerprint(project) and set(extras) <= set(stamp["extras"])
    return fresh and stamp["python"] == _version_of_environment()


def _stamp() -> dict[str, Any]:
    """What was written after the last finished installation; empty after an interrupted one, or none at all."""
    try:
        content = json.loads(STAMP.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return content if isinstance(content, dict) else {}


def _fingerprint(project: dict[str, Any]) -> str:
    return hashlib.sha256(json.dumps([str(ROOT), project], sort_keys=True).encode()).hexdigest()


def _version_of_environment() -> str:
    """Such as `3.11`; empty when there is no Python in `.venv`, or the one it was made from is gone."""
    words = [str(PYTHON), "-I", "-S", "-c", "import sys; print('%d.%d' % sys.version_info[:2])"]
    try:
        return subprocess.run(words, capture_output=True, text=True, check=False).stdout.strip()  # noqa: S603
    except OSError:
        return ""


def _prepare(project: dict[str, Any], extras: tuple[str, ...]) -> None:
    """Brings `.venv` up to date, once, however many starts ask for it at the same time."""
    if _is_ready(project, extras):
        return
    ENVIRONMENT.mkdir(exist_ok=True)
    with _locked():
        if _is_ready(project, extras):
            return
        _tell("Preparing ONNX Playground in .venv. The first time this takes a few minutes and needs the internet.")
        extras = tuple(sorted({*extras, *_stamp().get("extras", ())}))
        _make_environment()
        STAMP.write_text("", encoding="utf-8")
        _do([str(PYTHON), "-m", "pip", "install", "--editable", f".[{','.join(extras)}]" if extras else "."])
        done = {"needs": _fingerprint(project), "extras": extras, "python": _version_of_environment()}
        STAMP.write_text(json.dumps(done), encoding="utf-8")


@contextlib.contextmanager
def _locked() -> Iterator[None]:
    """Holds a lock that the system takes back by itself when this program ends, however it ends."""
    with LOCK.open("a+b") as file:
        if sys.platform == "win32":
            import msvcrt

            file.seek(0)
            while True:
                with contextlib.suppress(OSError):  # gives up after ten tries of a second each
                    msvcrt.locking(file.fileno(), msvcrt.LK_LOCK, 1)
                    break
        else:
            import fcntl

            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                _tell("Another start is preparing .venv; waiting for it.")
                fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _make_environment() -> None:
    """An environment with a working pip. What an interrupted start left is swept away; a finished one stays.

    One without a stamp was made by the user: it is added to, never swept.
    """
    stamp = _stamp()
    outdated = stamp and stamp["python"] != _version_of_environment()
    if STAMP.exists() and (outdated or not stamp) and not _is_inside():
        _sweep()
    if not _runs([str(PYTHON), "-m", "pip", "--version"]):
        STAMP.write_text("", encoding="utf-8")
        _make_from_nothing()


def _make_from_nothing() -> None:
    if importlib.util.find_spec("ensurepip"):
        _do([sys.executable, "-m", "venv", str(ENVIRONMENT)])
        return
    pip = _pip_of_the_system()
    _do([sys.executable, "-m", "venv", "--without-pip", str(ENVIRONMENT)])
    _do([*pip, "--python", str(PYTHON), "install", "pip"])


def _sweep() -> None:
    for entry in ENVIRONMENT.iterdir():
        if entry in (STAMP, LOCK):
            continue
        if entry.is_dir() and not entry.is_symlink():
            shutil.rmtree(entry)
        else:
            entry.unlink()


def _pip_of_the_system() -> list[str]:
    """Debian and Ubuntu cut the part out of Python that puts pip into a new environment; their own pip can do it."""
    found = shutil.which("pip3") or shutil.which("pip")
    if importlib.util.find_spec("venv") and importlib.util.find_spec("pip"):
        return [sys.executable, "-m", "pip"]
    if importlib.util.find_spec("venv") and found:
        return [found]
    raise _ending(
        f"This Python ({sys.executable}) can't make an environment: it came without venv or pip. On Debian and "
        f"Ubuntu, `sudo apt install python3-venv` adds them; elsewhere, install Python from its website. {AGAIN}"
    )


def _runs(words: list[str]) -> bool:
    try:
        return not subprocess.run(words, capture_output=True, check=False).returncode  # noqa: S603
    except OSError:
        return False


def _do(words: list[str]) -> None:
    """Runs a step quietly: on a terminal one line shows where pip is; an error is shown in full."""
    said = []
    with subprocess.Popen(  # noqa: S603
        words,
        cwd=ROOT,
        env=_clean_surroundings(),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        errors="replace",
    ) as step:
        for line in step.stdout or ():
            said.append(line)
            _show_progress(line)
    _show_progress("")
    if step.returncode:
        _tell("".join(said))
        raise _ending(f"The step above failed. Check the internet connection and the free space on the disk. {AGAIN}")


def _show_progress(line: str) -> None:
    if sys.stderr.isatty():
        width = shutil.get_terminal_size().columns - 1
        words = line.strip()[:width] if line.startswith(("Collecting", "  Downloading", "Installing")) else ""
        if words or not line:
            sys.stderr.write(f"\r{words.ljust(width)}\r{words}")
            sys.stderr.flush()


def _clean_surroundings() -> dict[str, str]:
    """The environment variables as they are, without those that would send the installation somewhere else."""
    ours = {"PIP_USER": "0", "PIP_NO_INPUT": "1", "PIP_DISABLE_PIP_VERSION_CHECK": "1", "PYTHONUTF8": "1"}
    strange = ("PYTHONHOME", "PYTHONPATH", "PIP_TARGET", "PIP_PREFIX", "PIP_REQUIRE_VIRTUALENV")
    return {**{name: value for name, value in os.environ.items() if name not in strange}, **ours}


def _hand_over(module: str, words: list[str]) -> NoReturn:
    """Ends here and goes on as the same command in the environment's Python."""
    os.environ.pop("PYTHONHOME", None)
    if Path.cwd() != ROOT:
        os.environ["PYTHONPATH"] = str(ROOT)
    command = [str(PYTHON), "-m", module, *words]
    sys.stdout.flush()
    sys.stderr.flush()
    if os.name == "nt":  # there, execv would return to the prompt while the app goes on behind it
        raise SystemExit(subprocess.run(command, check=False).returncode)  # noqa: S603
    os.execv(PYTHON, command)  # noqa: S606


def _tell(words: str) -> None:
    print(words, file=sys.stderr, flush=True)


def _ending(words: str, code: int = 2) -> SystemExit:
    """Says what happened and what to do; raising what this returns ends the program."""
    _tell(words)
    return SystemExit(code)
