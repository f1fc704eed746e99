"""The launcher's flags: what the server is told, what it inherits, and which links are printed."""

import socket
import subprocess
import sys

import pytest

from core import settings
from core.errors import UserError
from core.server import start


def test_without_a_flag_the_app_is_open_to_this_computer_only(monkeypatch):
    monkeypatch.setenv(settings.CLASSROOM_VARIABLE, "1")
    monkeypatch.setenv(settings.CLASSROOM_SECRET_VARIABLE, "left over")
    given = start._arguments([])
    assert (given.address, given.classroom) == ("127.0.0.1", False)
    inherited = start._environment(given.address, "")
    assert settings.CLASSROOM_VARIABLE not in inherited
    assert settings.CLASSROOM_SECRET_VARIABLE not in inherited
    assert inherited["ORT_DISABLE_TELEMETRY"] == "1"


def test_a_classroom_is_open_on_every_address_or_on_one():
    assert start._arguments(["--classroom"]).address == "0.0.0.0"
    assert start._arguments(["--classroom", "--address", "192.168.1.20"]).address == "192.168.1.20"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--address", "0.0.0.0"], "--address goes with --classroom"),
        (["--classroom", "--address", "lab-7"], "lab-7 is not an address"),
    ],
)
def test_another_address_takes_the_classroom_flag_and_must_be_an_address(words, said, capsys):
    with pytest.raises(SystemExit) as ending:
        start._arguments(words)
    assert ending.value.code == 2
    assert said in capsys.readouterr().err


def test_the_secret_goes_by_the_environment_and_not_by_the_command():
    assert start._environment("0.0.0.0", "abc")[settings.CLASSROOM_SECRET_VARIABLE] == "abc"
    assert start._environment("0.0.0.0", "abc")[settings.CLASSROOM_VARIABLE] == "1"
    assert not any("abc" in word for word in start._options("0.0.0.0", 8501))


def test_every_address_of_this_computer_gets_a_link_with_the_key_and_a_warning(monkeypatch):
    monkeypatch.setattr(start.addresses, "in_network", lambda: ["10.0.0.5", "192.168.1.20"])
    words = start._class_links("0.0.0.0", 8501, "abc")
    assert "  http://10.0.0.5:8501/?key=abc\n  http://192.168.1.20:8501/?key=abc\n" in words
    assert "no login" in words
    assert "not encrypted" in words


def test_one_chosen_address_gets_one_link():
    assert "http://[fd00::5]:8501/?key=abc" in start._class_links("fd00::5", 8501, "abc")


def test_where_no_address_is_found_the_person_is_told_to_look_it_up(monkeypatch):
    monkeypatch.setattr(start.addresses, "in_network", list)
    words = start._class_links("0.0.0.0", 8501, "abc")
    assert "http://ADDRESS:8501/?key=abc" in words
    assert "network settings" in words


def test_a_port_in_use_and_an_address_of_another_computer_are_told_in_words():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(UserError, match=f"Port {port} is in use"):
            start._port(port, "127.0.0.1")
    with pytest.raises(UserError, match="not an address of this computer"):
        start._port(None, "203.0.113.7")


def test_the_options_the_launcher_insists_on_are_those_of_the_configuration():
    import tomllib

    config = tomllib.loads((settings.ROOT / ".streamlit/config.toml").read_text(encoding="utf-8"))
    for option in start.SAFE:
        name, value = option.removeprefix("--").split("=")
        section, key = name.split(".")
        assert str(config[section][key]).lower() == value, option


@pytest.mark.skipif(sys.platform == "win32", reason="there, programs aren't asked to end")
def test_whoever_ends_the_program_ends_the_whole_app(tmp_path):
    import psutil

    from tests.browser.driving import free_port, wait_for

    port = free_port()
    words = [sys.executable, "-m", "core", "--no-browser", "--port", str(port)]
    with subprocess.Popen(words, cwd=settings.ROOT, stdout=subprocess.DEVNULL, start_new_session=True) as program:
        wait_for(f"http://127.0.0.1:{port}/healthz", program)
        children = psutil.Process(program.pid).children(recursive=True)
        program.terminate()
        program.wait(20)
        gone, left = psutil.wait_procs(children, 20)
    assert gone
    assert left == []
