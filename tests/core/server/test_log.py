"""The log holds what went wrong and where, and nothing of what anybody gave."""

import logging

import pytest

from core import settings
from core.server import log


@pytest.fixture
def own_home(tmp_path, monkeypatch):
    monkeypatch.setenv(settings.HOME_VARIABLE, str(tmp_path / "home"))
    return tmp_path / "home"


def record(words, *args, exc_info=None):
    return logging.LogRecord("core.run.session", logging.ERROR, __file__, 1, words, args, exc_info)


def raised(error):
    try:
        raise error
    except type(error) as caught:
        return (type(caught), caught, caught.__traceback__)


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("can't read /home/ann/models/x.onnx now", "can't read x.onnx now"),
        ("can't read /home/ann/My Models/x.onnx now", "can't read x.onnx now"),
        ("[Errno 2] No such file: '/home/ann b/c d.onnx'", "[Errno 2] No such file: 'c d.onnx'"),
        ("moved /tmp/a to /tmp/b/c, or ~/x/y", "moved a to c, or y"),
        (r"C:\Users\Ann B\m.onnx is empty", "m.onnx is empty"),
        ("(path=/home/ann/x.png)", "(path=x.png)"),
        ("file:///home/ann/x.png", "file://x.png"),
        ("GET https://example.org/a/b 1/2 and/or km/h", "GET https://example.org/a/b 1/2 and/or km/h"),
    ],
)
def test_of_a_path_only_the_last_part_is_kept(text, kept):
    assert log.without_folders(text) == kept


def test_an_event_is_one_line_of_500_characters_at_most():
    line = log.OneLine().format(record("first\nsecond %s", "x" * 1000))
    assert "ERROR core.run.session first second xxx" in line
    assert len(line) == 500
    assert "\n" not in line


def test_of_an_error_the_type_and_our_own_lines_are_kept_and_not_its_message():
    exc_info = raised(ValueError("the diary of /home/ann/diary.txt"))
    event = record("the action failed", exc_info=exc_info)
    event.exc_text = logging.Formatter().formatException(exc_info)  # as a handler before ours leaves it there
    line = log.OneLine().format(event)
    assert "the action failed | ValueError < tests/core/server/test_log.py:" in line
    assert "diary" not in line
    assert "Traceback" not in line


def test_the_cause_of_an_error_is_named_by_its_type():
    error = RuntimeError("outer")
    error.__cause__ = KeyError("inner")
    words = log.OneLine().formatException(raised(error))
    assert words.endswith("caused by KeyError")
    assert "inner" not in words


def test_what_core_and_pages_log_is_written_while_the_server_runs_and_not_after(own_home):
    with log.to_file():
        logging.getLogger("core.jobs.local").info("started %d workers", 2)
        logging.getLogger("pages.parts.act").warning("slow")
        logging.getLogger("somebody.else").error("not ours")
    logging.getLogger("core.jobs.local").warning("after the end")
    lines = log.last_lines(10)
    assert [line.split(" ", 2)[2] for line in lines] == [
        "INFO core.jobs.local started 2 workers",
        "WARNING pages.parts.act slow",
    ]
    assert log.last_lines(1) == lines[1:]
    assert log.last_lines(0) == []


def test_a_full_file_makes_room_and_its_lines_are_still_found(own_home, monkeypatch):
    monkeypatch.setattr(log, "MAX_BYTES", 200)
    with log.to_file():
        for number in range(20):
            logging.getLogger("core").info("event %02d", number)
    assert len(list((own_home / "log").iterdir())) == 1 + log.OLDER_FILES
    assert [line[-2:] for line in log.last_lines(5)] == ["15", "16", "17", "18", "19"]


def test_a_folder_that_cant_be_written_to_stops_nobody(own_home):
    own_home.mkdir()
    (own_home / "log").write_text("a file where the folder should be")
    with log.to_file():
        logging.getLogger("core").info("lost")
    assert log.last_lines(5) == []
