"""The whole check as a program of its own: real processes, the hub's real client, a hub on loopback.

It runs on a copy of the app whose catalogue knows the hashes of the loopback hub's files; see tests.hub.catalogue_repos.
"""

import json

import pytest

from core.actions.check_catalogue import Row, as_table
from core.hub._entries import catalogue
from tests.hub import catalogue_repos
from tests.hub.loopback import LoopbackHub

SOME = (
    "mobilenet-v4",
    "mnist-digits",
    "emotion-ferplus",
    "ssd-mobilenet",
    "modnet",
    "slimsam",
    "ppocr-english",
    "clip-base",
    "minilm-sentences",
    "bert-ner",
    "privacy-filter",
    "t5-small",
)
BROKEN, GONE, UNKNOWN = "sst2-sentiment", "resnet-50", ".."


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    folder = tmp_path_factory.mktemp("check")
    by_id = {entry.id: entry for entry in catalogue().models}
    catalogue_repos.make_repos(folder / "hub", [by_id[id_] for id_ in (*SOME, BROKEN)])
    (folder / "hub" / by_id[BROKEN].repo / "onnx/model_quantized.onnx").write_bytes(b"no model at all")
    return folder


@pytest.fixture(scope="module")
def rows(place):
    app = catalogue_repos.copy_of_app(place / "app", place / "hub")
    with LoopbackHub(place / "hub") as hub:
        done = catalogue_repos.check(app, hub.url, place / "home", "--json", "--only", *SOME, BROKEN, GONE, UNKNOWN)
    assert done.returncode == 0, done.stderr
    return {row["entry"]: row for row in json.loads(done.stdout)}


@pytest.mark.parametrize("id_", SOME)
def test_an_entry_is_fetched_opened_and_answers(rows, id_):
    row = rows[id_]
    assert row["why_not"] == ""
    assert row["opens"]
    assert row["answer"]
    assert row["ms"] > 0
    entry = next(entry for entry in catalogue().models if entry.id == id_)
    known = all(entry.files[path].sha256 for path in entry.best.parts.values())
    assert row["sha256"] == ("as we know it" if known else "as announced")


def test_the_sample_is_one_for_its_task(rows):
    assert rows["minilm-sentences"]["answer"] == "5 things compared"
    assert rows["mnist-digits"]["answer"][0].isdigit()


@pytest.mark.parametrize(
    ("id_", "words"), [(BROKEN, "ONNX"), (GONE, "Xenova/resnet-50"), (UNKNOWN, "Our catalogue has no model")]
)
def test_what_fails_is_a_row_that_says_why(rows, id_, words):
    assert not rows[id_]["opens"]
    assert words in rows[id_]["why_not"]


def test_nothing_of_it_stays(rows, place):
    left = [path for path in (place / "home").rglob("*.onnx") if "starter" not in path.parts]
    assert rows
    assert left == []
    assert (place / "home" / "library.db").is_file()


def test_the_table_says_in_words_what_happened():
    good = Row("a", "fp32", 3, 2_500_000, "as announced", opens=True, answer="cat | dog", ms=12.4)
    table = as_table((good, Row("b", why_not="It isn't there.")))
    assert "| a | fp32 | 3 | 2.50 | as announced | yes | cat / dog | 12 |" in table
    assert "| b |  |  |  |  | no | It isn't there. |  |" in table
    assert "1 of 2 gave an answer." in table
