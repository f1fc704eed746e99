"""Every path, limit and environment variable, with its unit in its name."""

from __future__ import annotations

import os
from pathlib import Path

import platformdirs

APP_NAME = "onnx-playground"
VERSION = "0.1.0"

ROOT = Path(__file__).resolve().parent.parent
"""The folder that holds app.py: the checkout, or the package in site-packages."""
ASSETS = ROOT / "assets"

HOME_VARIABLE = "ONNX_PLAYGROUND_HOME"
"""Environment variable that moves the data folder."""

MAX_PICTURE_BYTES = 50 * 2**20
MAX_PICTURE_PX = 100_000_000
MAX_PICTURE_SIDE_PX = 30_000
MAX_TEXT_BYTES = 4 * 2**20
MAX_TEXT_CHARACTERS = 1_000_000
MAX_MODEL_BYTES = 2 * 2**30
MAX_TENSOR_BYTES = 2**30
MAX_UPLOAD_MB = 2048
MAX_OPEN_GRAPHS = 12
MAX_HISTORY_ROWS = 5_000


def data_folder() -> Path:
    """The user's own folder for built models, uploads and the library; made on first use."""
    chosen = os.environ.get(HOME_VARIABLE)
    folder = Path(chosen).expanduser().resolve() if chosen else platformdirs.user_data_path(APP_NAME, appauthor=False)
    folder.mkdir(parents=True, exist_ok=True)
    return folder


HOSTS_VARIABLE = "ONNX_PLAYGROUND_HOSTS"
"""Environment variable with further host names, separated by commas, under which the app may be opened."""


def allowed_hosts() -> list[str]:
    """Host names a browser may use to reach the app."""
    further = [name.strip() for name in os.environ.get(HOSTS_VARIABLE, "").split(",")]
    return ["localhost", "127.0.0.1", "[::1]", *filter(None, further)]
