"""A data folder of its own for the tests, shared by all of them so that starters are built once."""

import os
import tempfile

import pytest

_folder = tempfile.TemporaryDirectory(prefix="onnx-playground-tests-", ignore_cleanup_errors=True)
os.environ["ONNX_PLAYGROUND_HOME"] = _folder.name


@pytest.fixture
def home(tmp_path, monkeypatch):
    """An empty data folder for one test."""
    from core.actions import _library

    monkeypatch.setenv("ONNX_PLAYGROUND_HOME", str(tmp_path / "home"))
    _forget(_library)
    yield tmp_path / "home"
    _forget(_library)


def _forget(library):
    if library.opened_library.cache_info().currsize:
        library.library().close()
    library.opened_library.cache_clear()
    library._starters.clear()
    library._studies.clear()
