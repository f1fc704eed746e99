"""Find, get and library on the command line, against a hub on loopback; every command is a program of its own."""

import json
import os
import subprocess
import sys

import pytest

from core import settings
from tests.hub import repos
from tests.hub.loopback import LoopbackHub


@pytest.fixture(scope="module")
def hub(tmp_path_factory):
    root = tmp_path_factory.mktemp("hub")
    repos.make_all(root)
    with LoopbackHub(root) as hub:
        yield hub


@pytest.fixture
def say(hub, tmp_path):
    """Runs the program with these words, in a library of this test's own."""
    place = {**os.environ, "HF_ENDPOINT": hub.url, settings.HOME_VARIABLE: str(tmp_path / "home")}
    place.pop("HF_TOKEN", None)

    def say(*words, **more):
        return subprocess.run(
            [sys.executable, "-m", "core", *words],
            cwd=settings.ROOT,
            env={**place, **more},
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )

    return say


def test_a_model_is_found_fetched_listed_and_answers(say):
    found = json.loads(say("find", "tiny-vit", "--source", "huggingface", "--json").stdout)
    assert [one["listing"]["id"] for one in found] == [repos.VISION]
    assert found[0]["licence"]["light"] == "free"
    got = json.loads(say("get", f"{repos.VISION}:int8", "--json").stdout)
    [entry] = json.loads(say("library", "--json").stdout)
    assert entry["info"]["id"] == got["id"]
    assert entry["origin"]["variant"] == "int8"
    answer = json.loads(say("try", got["id"], "--json").stdout)
    assert answer["result"]["outputs"]["logits"]["shape"] == [1, 4]
    assert json.loads(say("remove", got["id"], "--json").stdout) == {"freed_bytes": entry["size_bytes"]}
    assert say("library").stdout == "Your library is empty.\n"
    say("get", f"{repos.VISION}:int8")
    again = json.loads(say("find", "tiny-vit", "--source", "huggingface", "--json").stdout)
    assert again[0]["mine"] == [got["id"]]


def test_our_picks_are_found_without_any_hub(say):
    found = json.loads(
        say("find", "remove background", "--source", "catalogue", "--json", HF_ENDPOINT="http://127.0.0.1:9").stdout
    )
    assert found[0]["listing"]["task"] == "background-removal"


@pytest.mark.parametrize(
    ("words", "title"),
    [
        (("get", "nobody/nothing"), "There is no model “nobody/nothing”."),
        (("get", repos.GATED), "isn't for everybody"),
        (("get", repos.UNSAFE), "This model isn't fetched."),
        (("get", f"{repos.VISION}:q9"), "has no variant “q9”"),
        (("get", repos.NO_ONNX), "has no ONNX file"),
        (("get", "https://127.0.0.1/m.onnx"), "leads into your own network"),
        (("find", "https://huggingface.co/docs/hub"), "doesn't lead to a model"),
    ],
)
def test_what_cannot_be_had_is_said_in_words_and_leaves_nothing(say, words, title):
    done = say(*words)
    assert done.returncode == 2
    assert title in done.stderr
    assert "Traceback" not in done.stderr
    assert json.loads(say("library", "--json").stdout) == []


def test_a_token_lets_in_and_is_written_nowhere(say, tmp_path):
    done = say("get", repos.GATED, HF_TOKEN=repos.TOKEN)
    assert done.returncode == 0, done.stderr
    for path in (tmp_path / "home").rglob("*"):
        if path.is_file():
            assert repos.TOKEN.encode() not in path.read_bytes(), path


def test_a_hub_that_is_not_there_is_said_soon(say):
    done = say("get", "a/b", HF_ENDPOINT="http://127.0.0.1:9")
    assert done.returncode == 2
    assert "The hub can't be reached." in done.stderr


def test_a_model_is_packed_and_brought_back(say, tmp_path):
    id_ = json.loads(say("get", repos.ZOO, "--json").stdout)["id"]
    target = tmp_path / "packed.zip"
    assert say("export", id_, str(target)).returncode == 0
    brought = say("import", str(target), "--json", **{settings.HOME_VARIABLE: str(tmp_path / "other")})
    assert json.loads(brought.stdout)["id"] == id_
