"""Models, their versions, and what is remembered of each."""

import os
import sqlite3
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from core import settings
from core.errors import ModelNotFound, UserError
from core.settings import OWNER
from core.store.entries import Entry, Origin, Page
from core.store.migrations import STEPS
from core.store.store import Run, Store
from core.types import GraphInfo, ModelInfo


def entry(id_, family="", title="", *, source_id="", size_bytes=5, path="", **more):
    graph = GraphInfo(path or f"/models/{id_}/model.onnx", id_, size_bytes, (), (), 10, {}, {}, 0)
    info = ModelInfo(id_, title or id_, f"Summary of {id_}.", "hub", {"model": graph}, ("tensors",), licence="mit")
    origin = Origin("huggingface", source_id, "fp32", "c0ffee") if source_id else Origin()
    return Entry(info, family or id_, f"version {id_}", False, origin, size_bytes=size_bytes, **more)


@pytest.fixture
def store(tmp_path):
    store = Store(tmp_path / "library.db")
    yield store
    store.close()


@pytest.fixture
def shelf(store):
    return store.shelf


def ids(page):
    return [one.info.id for one in page.entries]


def in_use(shelf, family, visitor=OWNER):
    return [one.info.id for one in shelf.versions(family, visitor) if one.in_use]


def test_the_first_version_is_in_use_and_later_ones_wait_to_be_chosen(shelf):
    shelf.save(entry("a1", "a"), OWNER)
    shelf.save(entry("a2", "a"), OWNER)
    assert in_use(shelf, "a") == ["a1"]
    shelf.use("a2", OWNER)
    assert in_use(shelf, "a") == ["a2"]
    assert ids(shelf.page(OWNER)) == ["a2"]
    assert set(ids(shelf.page(OWNER, all_versions=True))) == {"a1", "a2"}


def test_a_title_opens_the_version_in_use_and_an_id_that_very_one(shelf):
    shelf.save(entry("a1", "a", "Cat finder"), OWNER)
    shelf.save(entry("a2", "a", "Cat finder"), OWNER)
    assert shelf.find("cat FINDER", OWNER).id == "a1"
    assert shelf.find("a2", OWNER).id == "a2"
    assert shelf.find("nothing", OWNER) is None


def test_when_the_version_in_use_goes_the_newest_left_takes_its_place(shelf):
    for id_ in ("a1", "a2", "a3"):
        shelf.save(entry(id_, "a"), OWNER)
    shelf.remove("a1", OWNER)
    assert in_use(shelf, "a") == ["a3"]
    shelf.remove("a2", OWNER)
    assert in_use(shelf, "a") == ["a3"]
    shelf.remove("a3", OWNER)
    assert shelf.page(OWNER).total == 0


def test_saving_again_keeps_what_a_person_wrote_and_what_was_measured(store, shelf):
    shelf.save(entry("a"), OWNER)
    shelf.describe("a", OWNER, note="mine", tags=("x",))
    shelf.measured("a", 10**6, OWNER)
    store.record(Run("a", "tensors", 12.0, 10.0, "1"), OWNER)
    shelf.save(entry("a", size_bytes=7), OWNER)
    again = shelf.entry("a", OWNER)
    assert (again.note, again.tags, again.memory_bytes, again.runs, again.size_bytes) == ("mine", ("x",), 10**6, 1, 7)
    assert again.in_use


def test_an_entry_that_moves_to_another_family_leaves_both_with_one_in_use(shelf):
    for id_, family in (("a1", "a"), ("a2", "a"), ("b1", "b")):
        shelf.save(entry(id_, family), OWNER)
    shelf.save(entry("a1", "b"), OWNER)
    assert (in_use(shelf, "a"), in_use(shelf, "b")) == (["a2"], ["b1"])
    shelf.save(entry("a2", "c"), OWNER)
    assert (in_use(shelf, "a"), in_use(shelf, "c")) == ([], ["a2"])


def test_saving_the_one_in_use_again_leaves_it_in_use(shelf):
    for id_ in ("a1", "a2", "a1"):
        shelf.save(entry(id_, "a"), OWNER)
    assert in_use(shelf, "a") == ["a1"]


def test_the_time_is_the_median_of_the_last_twenty_runs(store, shelf):
    shelf.save(entry("a"), OWNER)
    for time_ms in [1000.0] * 30 + [float(number) for number in range(1, 20)] + [500.0]:
        store.record(Run("a", "tensors", time_ms, 1.0, "x"), OWNER)
    known = shelf.entry("a", OWNER)
    assert known.time_ms == 10.5  # of 1 to 19 and 500
    assert known.runs == 50
    assert known.used_at.startswith("20")


def test_the_most_memory_is_kept(shelf):
    shelf.save(entry("a"), OWNER)
    for memory_bytes in (5, 9, 0, 7):
        shelf.measured("a", memory_bytes, OWNER)
    assert shelf.entry("a", OWNER).memory_bytes == 9


@pytest.mark.parametrize(
    "words", ["cat", "CAT", "finder cat", "summary", "note", "tagged", "org/cats", "tensors", "mit"]
)
def test_words_are_found_in_title_summary_note_tags_origin_task_and_licence(shelf, words):
    shelf.save(entry("a", title="Cat finder", source_id="org/cats"), OWNER)
    shelf.describe("a", OWNER, note="A note", tags=("tagged",))
    shelf.save(Entry(ModelInfo("b", "Other", "", "hub", {}), "b", "", in_use=False), OWNER)
    assert ids(shelf.page(OWNER, words)) == ["a"]


@pytest.mark.parametrize("words", ["%", "_", "'", '"', "a*", "cat dog"])
def test_signs_of_a_database_mean_nothing_in_a_search(shelf, words):
    shelf.save(entry("a", title="Cat"), OWNER)
    assert shelf.page(OWNER, words).total == 0


def test_words_match_any_version_and_the_one_in_use_is_shown(shelf):
    shelf.save(entry("a1", "a"), OWNER)
    shelf.save(entry("a2", "a"), OWNER)
    assert ids(shelf.page(OWNER, "summary a2")) == ["a1"]


def test_title_note_and_tags_are_about_the_model_whatever_version_goes_or_comes(shelf):
    for id_ in ("a1", "a2"):
        shelf.save(entry(id_, "a"), OWNER)
    shelf.describe("a1", OWNER, "Cut-out", "for the demo", ("mine",))
    shelf.remove("a1", OWNER)
    shelf.save(entry("a3", "a"), OWNER)
    for id_ in ("a2", "a3"):
        left = shelf.entry(id_, OWNER)
        assert (left.info.title, left.note, left.tags) == ("Cut-out", "for the demo", ("mine",))
    assert shelf.find("cut-out", OWNER).id == "a2"


def test_all_versions_count_for_the_disk(shelf):
    for id_, size_bytes in (("a1", 26), ("a2", 7)):
        shelf.save(entry(id_, "a", size_bytes=size_bytes), OWNER)
    shelf.save(entry("b", size_bytes=100), OWNER)
    found = shelf.page(OWNER)
    assert (found.total, found.size_bytes) == (2, 133)
    assert shelf.page(OWNER, "a1").size_bytes == 33


def test_pages_follow_each_other_and_know_the_whole(shelf):
    for number in range(10):
        shelf.save(entry(f"m{number}", title=f"Model {number}", size_bytes=number), OWNER)
    pages = [shelf.page(OWNER, sort="title", start=start, count=4) for start in (0, 4, 8)]
    assert [one for page in pages for one in ids(page)] == [f"m{number}" for number in range(10)]
    assert {(page.total, page.size_bytes) for page in pages} == {(10, 45)}
    assert ids(shelf.page(OWNER, sort="size", count=2)) == ["m9", "m8"]
    assert shelf.page(OWNER, count=0) == Page((), 10, 45)


def test_what_was_used_last_comes_first(store, shelf):
    for id_ in "abc":
        shelf.save(entry(id_), OWNER)
    with store._database.change() as db:
        db.execute("UPDATE models SET added_at = '2020-01-01 00:00:00'")
    store.record(Run("a", "tensors", 1.0, 1.0, "x"), OWNER)
    assert ids(shelf.page(OWNER))[0] == "a"


def test_tags_are_counted_and_filter(shelf):
    shelf.save(entry("a"), OWNER)
    shelf.save(entry("b"), OWNER)
    shelf.describe("a", OWNER, tags=("new", " mine ", "mine", ""))
    shelf.describe("b", OWNER, tags=("mine",))
    assert shelf.tags(OWNER) == (("mine", 2), ("new", 1))
    assert ids(shelf.page(OWNER, tag="new")) == ["a"]
    assert shelf.page(OWNER, tag="ne").total == 0


@pytest.mark.parametrize("title", ["", "   ", "x" * 121])
def test_a_name_has_to_be_one(shelf, title):
    shelf.save(entry("a"), OWNER)
    with pytest.raises(UserError, match="name"):
        shelf.describe("a", OWNER, title=title)


def test_two_models_cannot_be_called_alike_but_versions_are(shelf):
    for id_, family in (("a1", "a"), ("a2", "a"), ("b", "b")):
        shelf.save(entry(id_, family), OWNER)
    shelf.describe("a1", OWNER, title="Große Katze")
    assert {one.info.title for one in shelf.versions("a", OWNER)} == {"Große Katze"}
    with pytest.raises(UserError, match="another model's name"):
        shelf.describe("b", OWNER, title="GROSSE katze")
    shelf.save(entry("c"), "ann")
    shelf.describe("c", "ann", title="Große Katze")


def test_visitors_see_and_change_only_their_own_unless_it_is_shared(shelf):
    shelf.save(entry("a", title="Shared"), OWNER)
    assert shelf.page("ann").total == 0
    assert shelf.entry("a", "ann") is None
    assert shelf.find("shared", "ann", also=(OWNER,)).id == "a"
    assert ids(shelf.page("ann", also=(OWNER,))) == ["a"]
    for change in (lambda: shelf.use("a", "ann"), lambda: shelf.describe("a", "ann", note="x")):
        with pytest.raises(ModelNotFound):
            change()
    shelf.remove("a", "ann")
    assert shelf.entry("a", OWNER)


def test_who_uses_a_folder_is_known_whatever_its_name(shelf):
    shelf.save(entry("a", path="/data/hub/x_%/onnx/model.onnx"), OWNER)
    shelf.save(entry("b", path="/data/hub/x_%/onnx/model_q4.onnx"), "ann")
    shelf.save(entry("c", path="/data/hub/x_abc/model.onnx"), OWNER)
    assert {(one.info.id, whose) for one, whose in shelf.using(Path("/data/hub/x_%"))} == {("a", OWNER), ("b", "ann")}


def test_what_was_fetched_from_a_place_is_found(shelf):
    shelf.save(entry("a", source_id="org/cats"), OWNER)
    assert [one.info.id for one in shelf.of_origin("huggingface", "org/cats", OWNER)] == ["a"]
    assert shelf.of_origin("huggingface", "org/cat", OWNER) == ()


def test_a_library_of_the_second_version_keeps_everything(tmp_path):
    path = tmp_path / "library.db"
    with sqlite3.connect(path) as db:
        for step in STEPS[:2]:
            for statement in step:
                db.execute(statement)
        db.execute("PRAGMA user_version = 2")
        info = '{"id":"a","title":"ÄLTER","summary":"Old","origin":"upload","parts":{}}'
        db.execute("INSERT INTO models (visitor, id, info) VALUES ('ann', 'a', ?)", (info,))
        graph = (
            '{"path":"/x/m.onnx","sha256":"s","size_bytes":77,"inputs":[],"outputs":[],"ir_version":8,"opsets":{},'
            '"operators":{},"parameter_count":0}'
        )
        db.execute("INSERT INTO parts VALUES ('ann', 'a', 'model', 0, 's', ?)", (graph,))
        db.execute(
            "INSERT INTO runs (model_id, task, total_ms, run_ms, summary, visitor) VALUES ('a', 't', 1, 1, '', 'ann')"
        )
    db.close()
    store = Store(path)
    [found] = store.shelf.page("ann", "älter").entries
    assert (found.size_bytes, found.runs, found.in_use, found.family) == (77, 1, True, "a")
    assert store.shelf.find("älter", "ann").parts["model"].path == "/x/m.onnx"
    assert found.used_at.startswith("20")
    store.close()


def test_a_library_held_by_another_program_is_said_in_words_after_a_bounded_wait(store, tmp_path, monkeypatch):
    monkeypatch.setattr(settings, "LIBRARY_WAIT_S", 0.2)
    impatient = Store(tmp_path / "library.db")
    other = sqlite3.connect(tmp_path / "library.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(UserError, match="busy"):
        impatient.shelf.save(entry("a"), OWNER)
    other.execute("ROLLBACK")
    other.close()
    impatient.shelf.save(entry("a"), OWNER)
    impatient.close()


@pytest.mark.skipif(sys.platform == "win32", reason="limits of a process exist on Linux and macOS")
def test_on_a_full_disk_nothing_is_lost_and_words_say_why(store, shelf, tmp_path):
    shelf.save(entry("before"), OWNER)
    program = """
        import resource, signal, sys
        from pathlib import Path
        from core.errors import UserError
        from core.store.store import Store
        from tests.core.store.test_shelf import entry
        store = Store(Path(sys.argv[1]))
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))
        try:
            for number in range(1000):
                store.shelf.save(entry(f"m{number}"), "owner")
        except UserError as error:
            print(error.title)
    """
    words = [sys.executable, "-c", textwrap.dedent(program), str(tmp_path / "library.db")]
    place = {**os.environ, "PYTHONPATH": str(settings.ROOT)}
    done = subprocess.run(words, capture_output=True, text=True, timeout=60, check=True, env=place, cwd=settings.ROOT)
    assert done.stdout.strip() == "Your library can't be written."
    assert shelf.find("before", OWNER)
    assert store._database.rows("PRAGMA integrity_check") == [("ok",)]
    shelf.save(entry("after"), OWNER)
