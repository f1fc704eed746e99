"""`python3 -m tests`: installs what the tests need, a browser included, and runs every check.

Further words go to pytest: `python3 -m tests tests/core -k picture`.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
CHROMIUM_VARIABLE = "ONNX_PLAYGROUND_CHROMIUM"
"""Environment variable with the path of the browser; the tests in a browser read it."""

CHECKS = {
    "style": ["ruff", "check", "."],
    "layout": ["ruff", "format", "--check", "."],
    "types": ["mypy"],
}
BROWSERS = ("chromium", "google-chrome", "google-chrome-stable", "chrome", "chromium-browser")
PLACES = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "C:/Program Files/Google/Chrome/Application/chrome.exe",
)


def main() -> None:
    if str(ROOT) not in sys.path:
        sys.path.insert(0, str(ROOT))
    from core.bootstrap import ensure

    ensure(("test",), "tests", sys.argv[1:])
    os.environ[CHROMIUM_VARIABLE] = find_browser() or install_browser()
    for name, words in CHECKS.items():
        run(name, words)
    run("tests", ["pytest", *sys.argv[1:]], closing_line=False)


def run(name: str, words: list[str], closing_line: bool = True) -> None:
    """Runs one check as its own program; the first that fails ends everything with its exit code."""
    print(f"== {name}: {' '.join(words)}", flush=True)
    started = time.perf_counter()
    code = subprocess.run([sys.executable, "-m", *words], cwd=ROOT, check=False).returncode
    if closing_line or code:  # pytest's own last line says how long it took, and should stay the last
        print(f"== {name}: {'failed' if code else 'fine'} after {time.perf_counter() - started:.1f} s", flush=True)
    if code:
        raise SystemExit(code)


def find_browser() -> str:
    """The path of a Chromium or Chrome that starts, or nothing."""
    return next((path for path in candidates() if starts(path)), "")


def candidates() -> Iterator[str]:
    yield os.environ.get(CHROMIUM_VARIABLE, "")
    yield from (shutil.which(name) or "" for name in BROWSERS)
    yield from (place for place in PLACES if Path(place).exists())
    yield playwrights_own()


def starts(path: str) -> bool:
    """Whether it is a real browser: on Ubuntu a program of that name may only tell you to install one."""
    if not path or not Path(path).exists():
        return False
    if sys.platform == "win32":
        return True  # there, asking for the version opens a window
    try:
        answer = subprocess.run([path, "--version"], capture_output=True, stdin=subprocess.DEVNULL, check=False)
    except OSError:
        return False
    return not answer.returncode and b"Chrom" in answer.stdout


def playwrights_own() -> str:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        return playwright.chromium.executable_path


def install_browser() -> str:
    """Debian's Chromium where that is possible without a password, otherwise the one Playwright downloads."""
    print("Installing a browser for the tests, once.", flush=True)
    if (apt := apt_words()) and not succeeds([*apt, "install", "-y", "chromium"], quiet=True):
        succeeds([*apt, "update"])
        succeeds([*apt, "install", "-y", "chromium"])
    if not find_browser():
        succeeds([sys.executable, "-m", "playwright", "install", "chromium"])
    if browser := find_browser():
        return browser
    raise SystemExit(
        f"No browser for the tests. Install Chromium or Chrome, or set {CHROMIUM_VARIABLE} to the path of one, "
        "then start the same command again."
    )


def apt_words() -> list[str]:
    """How to call apt-get here without being asked anything; empty where that can't be."""
    if not shutil.which("apt-get"):
        return []
    if os.geteuid() == 0:
        return ["env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-q"]
    if shutil.which("sudo") and succeeds(["sudo", "-n", "true"], quiet=True):
        return ["sudo", "-n", "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-q"]
    return []


def succeeds(words: list[str], quiet: bool = False) -> bool:
    """Runs a step; unless quiet, what it says is shown when it fails."""
    done = subprocess.run(words, capture_output=True, stdin=subprocess.DEVNULL, check=False, text=True)
    if done.returncode and not quiet:
        print(f"{' '.join(words)} didn't work:\n{done.stdout}{done.stderr}", file=sys.stderr, flush=True)
    return not done.returncode


if __name__ == "__main__":
    main()
