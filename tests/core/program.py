"""The program itself, started as somebody would."""

import os
import subprocess
import sys

from core import settings


def playground(*words):
    """Exit code, what it printed as its answer, and what it said besides."""
    done = subprocess.run(
        [sys.executable, "-m", "core", *map(str, words)],
        cwd=settings.ROOT,
        capture_output=True,
        text=True,
        timeout=120,
        env=os.environ,
        check=False,
    )
    return done.returncode, done.stdout, done.stderr
