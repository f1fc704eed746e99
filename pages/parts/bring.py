"""Bring your own: upload a model or a packed one, or name a path on this computer."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import streamlit as st

from core import settings
from core.actions import add_model, import_model
from core.errors import UserError
from core.types import Upload
from pages.parts import act, uploads


def box(with_path: bool = False) -> None:
    """Leads to the model once it is added."""
    files = st.file_uploader(
        "Your .onnx file with its weights, or a packed .zip",
        accept_multiple_files=True,
        key="own files",
        max_upload_size=settings.MAX_UPLOAD_MB,
        help="All files of one model together. A .zip that was packed by this app is unpacked.",
    )
    if st.button("Add to my models", key="add_own", disabled=not files, width="stretch"):
        _add_files(files)
    if with_path and not settings.is_classroom():
        path = st.text_input("Or the path of a file or folder", placeholder="~/models/my_model", key="own path")
        if st.button("Add from there", key="add_path", disabled=not path):
            _add_path(Path(path.strip()).expanduser())


def _add_files(files: list[Any]) -> None:
    try:
        given = tuple(uploads.keep(file) for file in files)
    except UserError as error:
        act.show_error(error)
        return
    zips = [one for one in given if one.name.lower().endswith(".zip")]
    if zips and len(given) > 1:
        st.error("**One packed .zip at a time.** Take the others out of the list, then try again.")
    elif zips:
        _open(act.run("import_model", import_model.Request(given[0]), "Unpacking the model"))
    else:
        _open(act.run("add_model", add_model.Request(given), "Checking the model"))


def _add_path(path: Path) -> None:
    if path.suffix.lower() == ".zip" and path.is_file():
        packed = Upload(str(path), path.name, path.stat().st_size, str(path))
        _open(act.run("import_model", import_model.Request(packed), "Unpacking the model"))
    else:
        _open(act.run("add_model", add_model.Request(path=str(path)), "Checking the model"))


def _open(info: Any) -> None:
    from pages.parts.frame import TRY_IT

    if info:
        st.switch_page(TRY_IT, query_params={"model": info.id})
