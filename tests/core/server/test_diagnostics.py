"""What goes into a bug report, and what must not."""

import getpass
import logging
import platform
import socket
from importlib import metadata
from pathlib import Path

import pytest

from core import settings
from core.server import log
from core.server.diagnostics import diagnostics


@pytest.fixture
def home(tmp_path, monkeypatch):
    """A person's home with the data folder in it, and a person and computer with names that nothing else has."""
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setattr(getpass, "getuser", lambda: "annika")
    monkeypatch.setattr(socket, "gethostname", lambda: "annikas-laptop")
    monkeypatch.setenv(settings.HOME_VARIABLE, str(tmp_path / "playground"))
    assert Path.home() == tmp_path
    return tmp_path


def test_it_names_the_versions_the_memory_and_the_settings(home, monkeypatch):
    monkeypatch.setenv(settings.CLASSROOM_VARIABLE, "1")
    monkeypatch.setenv(settings.ADDRESS_VARIABLE, "192.168.1.20")
    text = diagnostics()
    for words in (
        f"ONNX Playground {settings.VERSION}",
        f"Python {platform.python_version()}",
        platform.release(),
        f"onnxruntime {metadata.version('onnxruntime')}",
        f"psutil {metadata.version('psutil')}",
        "Memory",
        "classroom: yes",
        "address: one private network",
    ):
        assert words in text
    assert "192.168.1.20" not in text


def test_it_names_no_person_no_computer_no_folder_and_no_model(home, monkeypatch):
    with log.to_file():
        say = logging.getLogger("core.jobs.local").warning
        say("could not open %s", home / "playground/models/secret-cancer-model.onnx")
        say("could not open secret-cancer-model.onnx for annika on annikas-laptop")
        say("“Secret cancer model” took 3.5 s in core/run/session.py:12")
        say("'Secret cancer model' and \"Secret cancer model\" under %s and %s", home, home / "playground")
    text = diagnostics()
    for secret in ("cancer", "annika", str(home)):
        assert secret not in text
    assert "took 3.5 s in core/run/session.py:12" in text
    assert "core.jobs.local could not open <file> for <user> on <computer>" in text


def test_only_the_last_40_lines_of_the_log_are_told(home):
    with log.to_file():
        for number in range(50):
            logging.getLogger("core").info("event %d", number)
    assert "event 9\n" not in diagnostics()
    assert "event 10\n" in diagnostics()
    assert "event 49\n" in diagnostics()


def test_an_installed_copy_asks_its_own_package_for_the_libraries(home, monkeypatch, tmp_path):
    monkeypatch.setattr(settings, "ROOT", tmp_path)
    monkeypatch.setattr(metadata, "requires", lambda _: ["onnx<2,>=1.23", 'pytest>=9; extra == "test"', "no-such>=1"])
    text = diagnostics()
    assert f"onnx {metadata.version('onnx')}" in text
    assert "no-such is missing" in text
    assert "pytest" not in text
