"""What people give goes to disk at once, and from disk when Streamlit lets go of it.

Streamlit keeps every upload in memory until its tab has been closed for a while. Here the bytes are written to disk the
first time a page sees them, and Streamlit is left with an empty file of the same name.
"""

from __future__ import annotations

import threading
from typing import Any

from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager
from streamlit.runtime.scriptrunner import get_script_run_ctx
from streamlit.runtime.uploaded_file_manager import UploadedFileRec

from core.jobs.board import board
from core.store import uploads
from core.types import Upload
from pages.parts import state

_kept: dict[tuple[str, str], Upload] = {}
_waiting: list[Upload] = []
"""Let go of, but a job still reads them."""
_lock = threading.Lock()


def keep(upload: Any) -> Upload:
    """Where the file of an upload widget lies now. Raises Full when the visitor's share of the disk is used up."""
    context = get_script_run_ctx()
    if context is None:
        raise RuntimeError("uploads exist in a session only")
    place = (context.session_id, upload.file_id)
    with _lock:
        known = _kept.get(place)
    if known is None:
        known = uploads.keep(upload, upload.name, state.visitor())
        with _lock:
            _kept[place] = known
        empty = UploadedFileRec(upload.file_id, upload.name, upload.type, b"")
        context.uploaded_file_mgr.add_file(context.session_id, empty)  # type: ignore[attr-defined]
    return known


def delete_with_session() -> None:
    """Let the file on disk go when Streamlit lets go of an upload: taken back, or its tab closed for two minutes."""
    remove_one, remove_all = MemoryUploadedFileManager.remove_file, MemoryUploadedFileManager.remove_session_files

    def remove_file(self: Any, session_id: str, file_id: str) -> None:
        remove_one(self, session_id, file_id)
        _let_go([(session_id, file_id)])

    def remove_session_files(self: Any, session_id: str) -> None:
        remove_all(self, session_id)
        with _lock:
            places = [place for place in _kept if place[0] == session_id]
        _let_go(places)

    MemoryUploadedFileManager.remove_file = remove_file  # type: ignore[method-assign]
    MemoryUploadedFileManager.remove_session_files = remove_session_files  # type: ignore[method-assign]


def _let_go(places: list[tuple[str, str]]) -> None:
    needed = board().needed_uploads()
    with _lock:
        gone = [_kept.pop(place) for place in places if place in _kept] + _waiting
        _waiting[:] = [upload for upload in gone if upload.path in needed]
    for upload in gone:
        if upload.path not in needed:
            uploads.drop(upload)
