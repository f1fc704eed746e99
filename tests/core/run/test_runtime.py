"""onnxruntime reports to its maker unless told not to before it is imported."""

from __future__ import annotations

import os
import subprocess
import sys

from core.settings import ROOT


def test_the_runtime_leaves_nothing_behind_in_the_home_folder(tmp_path):
    kept = {name: value for name, value in os.environ.items() if name in ("PATH", "SYSTEMROOT", "LD_LIBRARY_PATH")}
    environment = {**kept, "HOME": str(tmp_path), "XDG_CACHE_HOME": str(tmp_path / "cache"), "PYTHONPATH": str(ROOT)}
    code = "from core.run.runtime import runtime; print(runtime().__version__)"
    done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True)
    assert done.stdout.strip()
    assert list(tmp_path.rglob("*")) == []
