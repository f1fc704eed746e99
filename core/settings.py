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
MAX_HISTORY_ROWS = 5_000
LIBRARY_WAIT_S = 5.0
"""For another program that has the library open."""

# readers
MAX_PICTURE_SCANS = 500
"""Passes of a progressive JPEG; each goes over all pixels, however few bytes it has."""
MAX_JSON_BYTES = 16 * 2**20
MAX_JSON_DEPTH = 100
MAX_JSON_VALUES = 5_000_000
MAX_JSON_DIGITS = 1_000
MAX_LABELS = 100_000
MAX_LABELS_BYTES = 20 * 2**20
MAX_LABEL_CHARACTERS = 200
MAX_TABLE_BYTES = 20 * 2**20
MAX_TABLE_ROWS = 200_000
MAX_TABLE_COLUMNS = 2_000
MAX_TABLE_CELLS = 5_000_000
MAX_CELL_CHARACTERS = 100_000
MAX_NPY_HEADER_BYTES = 65_536
MAX_NPZ_ARRAYS = 10_000
MAX_ARCHIVE_BYTES = 2**30
"""Of all files together, once they are unpacked."""
MAX_ARCHIVE_FILES = 200
MAX_ARCHIVE_RATIO = 200
ARCHIVE_RATIO_FREE_BYTES = 10 * 2**20
"""So much may come out of any archive, however small it is."""
MAX_ZIP_DIRECTORY_BYTES = 4 * 2**20
MAX_TOKENIZER_BYTES = 64 * 2**20
MAX_TOKENIZER_STEPS = 64
MAX_TOKENIZER_GROWTH = 256
"""Characters that may become of one while a text is tidied up."""
MAX_WORD_CHARACTERS = 1_000
"""Longest word that WordPiece may try to cut; the time it takes grows with the square."""
MAX_PATTERN_CHARACTERS = 10_000
MAX_TEMPLATE_CHARACTERS = 100_000
MAX_TEMPLATE_OUTPUT_CHARACTERS = 1_000_000
MAX_TEMPLATE_RANGE = 10_000
MAX_TEMPLATE_NUMBER_BITS = 4_096


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


# who may come in
OWNER = "owner"
"""The visitor when the app isn't open to a classroom: everybody at this computer is the same person."""
CLASSROOM_VARIABLE = "ONNX_PLAYGROUND_CLASSROOM"
"""Environment variable, "1" when others in the network may come in. Set by `python -m core --classroom`."""
CLASSROOM_SECRET_VARIABLE = "ONNX_PLAYGROUND_CLASSROOM_SECRET"  # noqa: S105  its name
"""Environment variable that hands the key of the classroom to the server, which takes it out again."""
ADDRESS_VARIABLE = "ONNX_PLAYGROUND_ADDRESS"
"""Environment variable with the address the launcher made the server listen on."""

SHARES_LIBRARY = os.environ.get("ONNX_PLAYGROUND_SHARE_LIBRARY", "") == "1"
"""Whether visitors of a classroom may use (not change) the models in the owner's library."""


def is_classroom() -> bool:
    """Whether the app was opened to others in the network."""
    return os.environ.get(CLASSROOM_VARIABLE) == "1"


# processes
SANDBOX = os.environ.get("ONNX_PLAYGROUND_SANDBOX", "on") != "off"
DEBUG_WORKERS = os.environ.get("ONNX_PLAYGROUND_DEBUG_WORKERS", "") == "1"
START_LIMIT_S = 30.0
THREADS = int(os.environ.get("ONNX_PLAYGROUND_THREADS", "1"))
"""Of one worker inside onnxruntime; several workers share the processors."""
RUN_LIMIT_S = float(os.environ.get("ONNX_PLAYGROUND_RUN_LIMIT_S", "600"))
YIELD_AFTER_S = 2.0
YIELDING_NICENESS = 10
"""A model that works longer than this gives way to others (its process stays so: only root could take it back)."""
LOOK_UP_PLACES = 8
LOOK_UP_PLACES_PER_VISITOR = 3
LOOK_UP_LIMIT_S = 45.0
"""A hub that doesn't answer must not keep anybody waiting."""
HUB_CONNECT_S = 5.0
HUB_SILENT_S = 10.0
"""So long a hub may say nothing, in the middle of an answer too."""
HUB_ANSWER_S = 12.0
"""From question to the end of an answer that keeps coming. Looking up a model takes up to two."""
MAX_HUB_ANSWER_BYTES = 32 * 2**20
"""Of a list or what there is to know about one model; files are no answers."""
HUB_RETRY_S = 1.0
"""Before the first new try after a dropped line; doubled each time."""
MAX_GIT_FILE_BYTES = 32 * 2**20
"""Larger files on the hub have a SHA-256."""
HUB_PIECE_BYTES = 2**18
"""A download says how far it is, and can be stopped, after each."""
PRIVATE_LINKS_VARIABLE = "ONNX_PLAYGROUND_PRIVATE_LINKS"
"""Environment variable, "1" when links may lead into one's own network, and needn't be encrypted."""
ALLOW_PRIVATE_LINKS = os.environ.get(PRIVATE_LINKS_VARIABLE) == "1"
DOWNLOAD_PLACES = 6
DOWNLOAD_PLACES_PER_VISITOR = 3
DOWNLOAD_LIMIT_S = 24 * 3600.0
CLASSROOM_RUN_LIMIT_S = 30.0
SPARES = 2
"""Workers that are started ahead: a file that was refused takes one with it, and the next shouldn't wait."""
WARM_S = 600.0
"""A worker that wasn't used for so long is ended."""
MAX_WARM_WORKERS = 40
"""The budget of memory ends them earlier where there is less of it."""
MEMORY_SHARE = float(os.environ.get("ONNX_PLAYGROUND_MEMORY_SHARE", "0.5"))
MEMORY_BASE_BYTES = int(float(os.environ.get("ONNX_PLAYGROUND_MEMORY_BASE_GB", "2")) * 2**30)
MEMORY_PER_BYTE = 4
DISK_LEFT_BYTES = 500 * 10**6
"""Never used up: a full disk breaks more than this app."""
MAX_JOBS_PER_VISITOR = 12
MAX_JOBS_KEPT = 24
"""Those that are over, with their results in memory."""
MAX_WAITING = 500
MAX_WAITING_PER_VISITOR = 64


def worker_places() -> int:
    """How many workers may work at once: one for each processor this process may use."""
    chosen = os.environ.get("ONNX_PLAYGROUND_PLACES")
    processors = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return max(1, int(chosen)) if chosen else processors


def places_per_visitor() -> int:
    """In a classroom nobody takes all places; at one's own computer there is nobody else."""
    places = worker_places()
    return max(1, places // 2) if is_classroom() else places


def memory_limit_bytes(size_bytes: int) -> int:
    """What the process of a model of this size may take: weights are held up to four times while they are loaded."""
    return MEMORY_BASE_BYTES + MEMORY_PER_BYTE * size_bytes


def upload_share_bytes() -> int:
    """How much one visitor's open files may take on disk together."""
    return 10**9 if is_classroom() else 20 * 10**9


def models_share() -> tuple[int, int]:
    """How many models one visitor may add, and how many bytes they may take together."""
    return (12, 3 * 10**9) if is_classroom() else (1_000, 200 * 10**9)
