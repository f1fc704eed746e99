"""The checkout's own environment: when it counts as finished, what is swept away, and who waits for whom."""

import json
import subprocess
import sys
import venv
from importlib import metadata

import pytest

from core import bootstrap, settings


@pytest.fixture
def checkout(tmp_path, monkeypatch):
    """An empty folder in place of the checkout."""
    environment = tmp_path / ".venv"
    monkeypatch.setattr(bootstrap, "ROOT", tmp_path)
    monkeypatch.setattr(bootstrap, "ENVIRONMENT", environment)
    monkeypatch.setattr(bootstrap, "PYTHON", environment / bootstrap.PYTHON.relative_to(bootstrap.PYTHON.parents[1]))
    monkeypatch.setattr(bootstrap, "STAMP", environment / bootstrap.STAMP.name)
    monkeypatch.setattr(bootstrap, "LOCK", environment / bootstrap.LOCK.name)
    return tmp_path


@pytest.fixture
def environment(checkout):
    """A real one, without pip."""
    venv.create(checkout / ".venv", symlinks=True)
    return checkout / ".venv"


def finish(project, extras=()):
    done = {"needs": bootstrap._fingerprint(project), "extras": list(extras)}
    bootstrap.STAMP.write_text(json.dumps({**done, "python": bootstrap._version_of_environment()}))


@pytest.mark.parametrize(
    ("version", "limit", "fits"),
    [
        ("1.67.0", ">=1.67", True),
        ("1.67.0", "<1.68", True),
        ("1.68.1", "<1.68", False),
        ("1.9", ">=1.10", False),
        ("0.1.0", "==0.1.0", True),
        ("1.20.0", "==1.20", True),
        ("2.0.0rc1", "<2", False),
    ],
)
def test_versions_are_compared_as_numbers(version, limit, fits):
    assert bootstrap._is_within(bootstrap._numbers(version), limit) is fits


def test_what_is_installed_here_counts_and_what_is_too_old_or_missing_does_not():
    here = metadata.version("numpy")
    assert bootstrap._is_installed(f"numpy>={here}")
    assert bootstrap._is_installed("numpy[anything]")
    assert not bootstrap._is_installed("numpy>=999")
    assert not bootstrap._is_installed("a-package-nobody-has")


def test_the_real_requirements_can_be_read():
    project = bootstrap._project()
    for extra in ((), *((name,) for name in project["project"]["optional-dependencies"])):
        bootstrap._is_satisfied(project, extra)


def test_a_finished_environment_is_ready_for_the_extras_it_has(environment):
    project = {"name": "first"}
    assert not bootstrap._is_ready(project, ())
    finish(project, ["test"])
    assert bootstrap._is_ready(project, ())
    assert bootstrap._is_ready(project, ("test",))
    assert not bootstrap._is_ready(project, ("bench",))


def test_a_changed_project_is_installed_again(environment):
    finish({"name": "first"})
    assert not bootstrap._is_ready({"name": "second"}, ())


def test_an_environment_whose_python_is_gone_is_not_ready(environment):
    finish({"name": "first"})
    bootstrap.PYTHON.unlink()
    assert not bootstrap._is_ready({"name": "first"}, ())


@pytest.mark.parametrize("left", ["", '{"needs"', "[]"])
def test_an_interrupted_installation_is_noticed_and_swept_away(environment, left, monkeypatch):
    made = []
    monkeypatch.setattr(bootstrap, "_make_from_nothing", lambda: made.append(True))
    (environment / "half.txt").touch()
    bootstrap.STAMP.write_text(left)
    assert not bootstrap._is_ready({}, ())
    bootstrap._make_environment()
    assert made
    assert [path.name for path in environment.iterdir()] == [bootstrap.STAMP.name]


def test_an_environment_the_user_made_is_added_to_and_not_swept(environment, monkeypatch):
    monkeypatch.setattr(bootstrap, "_make_from_nothing", lambda: None)
    (environment / "mine.txt").touch()
    bootstrap._make_environment()
    assert (environment / "mine.txt").exists()


def test_only_one_start_prepares_at_a_time(checkout):
    bootstrap.ENVIRONMENT.mkdir()
    other = (
        "import sys; from pathlib import Path; from core import bootstrap as b\n"
        f"b.LOCK = Path({str(bootstrap.LOCK)!r})\n"
        "with b._locked(): print('inside', flush=True)"
    )
    words = [sys.executable, "-c", f"import sys; sys.path.insert(0, {str(settings.ROOT)!r}); {other}"]
    with bootstrap._locked():
        waiting = subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        assert "waiting" in waiting.stderr.readline()
        assert waiting.poll() is None
    assert waiting.communicate(timeout=20)[0] == "inside\n"


def test_a_failed_step_is_shown_in_full_with_what_to_do(checkout, capfd):
    with pytest.raises(SystemExit) as ending:
        bootstrap._do([sys.executable, "-c", "import sys; print('why it failed'); sys.exit(1)"])
    said = capfd.readouterr()
    assert ending.value.code == 2
    assert "why it failed" in said.err
    assert "start the same command again" in said.err
    assert not said.out


def test_nothing_is_prepared_where_everything_is_installed(monkeypatch):
    monkeypatch.setattr(bootstrap, "_is_satisfied", lambda *_: True)
    monkeypatch.setattr(bootstrap, "_is_inside", lambda: False)
    monkeypatch.setattr(bootstrap, "_prepare", lambda *_: pytest.fail("prepared"))
    bootstrap.ensure((), "core", [])


def test_a_copy_installed_with_pip_is_left_alone(checkout, monkeypatch):
    monkeypatch.setattr(bootstrap, "_prepare", lambda *_: pytest.fail("prepared"))
    bootstrap.ensure((), "core", [])
