import sqlite3
import threading

import pytest

from core.errors import UserError
from core.settings import OWNER
from core.store.entries import Entry
from core.store.migrations import STEPS
from core.store.store import Decision, Run, Store
from core.types import Fact, GraphInfo, ModelInfo, Port


def graph(sha256: str) -> GraphInfo:
    port = Port("x", "tensor", "tensor(float)", "float32", (1, "height", None))
    return GraphInfo(f"{sha256}.onnx", sha256, 5, (port,), (port,), 10, {"ai.onnx": 17}, {"Relu": 1}, 0)


def reader() -> ModelInfo:
    facts = {"alphabet": Fact(["a", "b"], "its keys file")}
    parts = {"detect": graph("d"), "classify": graph("c"), "recognise": graph("r")}
    return ModelInfo("reader", "Reader", "Reads.", "upload", parts, ("text_reading",), facts)


def entry(info):
    return Entry(info, info.id, "the first", in_use=True)


@pytest.fixture
def store(tmp_path):
    store = Store(tmp_path / "library.db")
    yield store
    store.close()


def test_a_model_with_three_parts_comes_back_as_it_was_after_a_restart(tmp_path):
    first = Store(tmp_path / "library.db")
    first.shelf.save(entry(reader()), OWNER)
    first.close()
    again = Store(tmp_path / "library.db")
    assert again.shelf.find("reader", OWNER) == reader()
    assert list(again.shelf.find("reader", OWNER).parts) == ["detect", "classify", "recognise"]
    again.close()


def test_saving_the_same_id_again_replaces_the_entry(store):
    store.shelf.save(entry(reader()), OWNER)
    store.shelf.save(entry(ModelInfo("reader", "Other", "", "upload", {"model": graph("m")})), OWNER)
    assert [one.info.title for one in store.shelf.page(OWNER).entries] == ["Other"]
    assert list(store.shelf.page(OWNER).entries[0].info.parts) == ["model"]


def test_a_removed_model_is_gone_but_what_was_decided_about_its_file_stays(store):
    store.shelf.save(entry(reader()), OWNER)
    store.decide("d", Decision("text_reading", {"mean": Fact(0.5, "you")}, {"x": {"how": "random"}}), OWNER)
    store.shelf.remove("reader", OWNER)
    assert store.shelf.page(OWNER).entries == ()
    assert store.decision("d", OWNER) == Decision("text_reading", {"mean": Fact(0.5, "you")}, {"x": {"how": "random"}})


def test_a_file_nobody_decided_about_has_an_empty_decision(store):
    assert store.decision("unknown", OWNER) == Decision()


def test_history_has_the_newest_run_first_and_says_when_it_was(store):
    for label in ("cat", "cup"):
        store.record(Run("m", "image_classification", 12.0, 10.0, label), OWNER)
    assert [run.summary for run in store.history(OWNER)] == ["cup", "cat"]
    assert store.history(OWNER, 1)[0].ran_at.startswith("20")


def test_history_is_cut_so_that_it_cannot_grow_without_end(store, monkeypatch):
    monkeypatch.setattr("core.settings.MAX_HISTORY_ROWS", 30)
    for number in range(200):
        store.record(Run("m", "t", 1.0, 1.0, str(number)), OWNER)
    kept = store.history(OWNER, 1000)
    assert len(kept) == 30
    assert kept[0].summary == "199"


def test_two_starts_at_once_on_an_empty_folder_both_work(tmp_path):
    opened, failed = [], []

    def start():
        try:
            opened.append(Store(tmp_path / "library.db"))
        except Exception as error:  # noqa: BLE001  whatever it is, the test shows it
            failed.append(error)

    threads = [threading.Thread(target=start) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failed
    opened[0].shelf.save(entry(reader()), OWNER)
    assert opened[5].shelf.find("reader", OWNER) == reader()
    for store in opened:
        store.close()


def test_runs_recorded_from_many_threads_are_all_there(store):
    threads = [threading.Thread(target=store.record, args=(Run("m", "t", 1.0, 1.0, "x"), OWNER)) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(store.history(OWNER)) == 20


def test_a_library_of_a_newer_version_is_refused_in_words_and_left_alone(tmp_path):
    path = tmp_path / "library.db"
    with sqlite3.connect(path) as db:
        db.execute(f"PRAGMA user_version = {len(STEPS) + 1}")
    db.close()
    with pytest.raises(UserError, match="library can't be opened"):
        Store(path)
    with sqlite3.connect(path) as db:
        assert db.execute("PRAGMA user_version").fetchone() == (len(STEPS) + 1,)
    db.close()


def test_a_damaged_library_is_refused_in_words(tmp_path):
    (tmp_path / "library.db").write_bytes(b"this is no database, but long enough to look at" * 50)
    with pytest.raises(UserError, match="damaged"):
        Store(tmp_path / "library.db")
