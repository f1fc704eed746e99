"""A worker that a hostile file has taken over can lie as it likes: nothing is believed, nothing hangs, nothing leaks.

The lies themselves are in misbehaving.py.
"""

from __future__ import annotations

import errno
import json
import os
import sys
import sysconfig
import time
from contextlib import suppress

import numpy as np
import pytest

from core import jobs, settings
from core.actions import _library, _workers, add_model, inspect_model, try_model
from core.caller import Caller
from core.errors import BadFile, BadPicture, Crashed, OutOfMemory, RunFailed, TookTooLong, UserError
from core.workers import worker as worker_module
from core.workers.worker import Given
from tests.core.workers import hostile, misbehaving
from tests.uploads import upload

LIMIT_S = 20.0
FIT_FOR_BELIEF = {
    "the truth": [7],
    "not a number": None,
    "half a character, escaped": ["?", "? x"],
    "half a character as a name": {"?": 1},
    "neither answer nor error": None,
}
"""What may be answered: it is harmless, or it is for `core.actions._workers.believed` to refuse."""
ERRORS = {name for name in misbehaving.LIES if name.startswith("an error")}


def asked(worker, limit_s=LIMIT_S, **how):
    return worker.ask("anything", {"x": 1}, Caller(), limit_s=limit_s, **how)


@pytest.mark.parametrize("lie", [name for name in misbehaving.LIES if name not in {*FIT_FOR_BELIEF, *ERRORS}])
def test_a_forged_reply_is_refused_in_words_and_its_worker_ended(taken_over, in_words, lie):
    worker = taken_over(lie)
    with pytest.raises(Crashed) as caught:
        asked(worker)
    in_words(caught.value)
    assert not worker.is_alive


@pytest.mark.parametrize("lie", FIT_FOR_BELIEF)
def test_a_strange_but_harmless_reply_is_read(taken_over, lie):
    found = asked(taken_over(lie))
    wanted = FIT_FOR_BELIEF[lie]
    if wanted is not None:
        assert (found.tolist() if isinstance(found, np.ndarray) else found) == wanted
    json.dumps(str(found)).encode()  # every page can show it


@pytest.mark.parametrize("lie", ["half a character, raw", "half a character in UTF-16"])
def test_half_a_character_never_arrives(taken_over, lie):
    try:
        found = asked(taken_over(lie))
    except Crashed:
        return
    str(found).encode()


@pytest.mark.parametrize("lie", sorted(ERRORS))
def test_a_forged_error_is_one_of_our_families_with_words_that_are_not_endless(taken_over, in_words, lie):
    with pytest.raises(UserError) as caught:
        asked(taken_over(lie))
    in_words(caught.value)


def test_an_error_of_a_family_that_is_none_of_ours_is_a_failed_run(taken_over):
    for family in ("__class__", "SystemExit", "annotations", "__builtins__"):
        with pytest.raises(RunFailed) as caught:
            asked(taken_over(f"an error of the family {family}"))
        assert type(caught.value) in (RunFailed, Crashed)


def test_nobody_but_a_person_presses_stop(taken_over):
    with pytest.raises(RunFailed) as caught:
        asked(taken_over("an error Stopped"))
    assert type(caught.value).__name__ != "Stopped"


@pytest.mark.parametrize("scene", ["never", "ignore_polite_requests", "announce_and_wait", "drip", "say_without_end"])
def test_what_never_answers_is_ended_when_its_time_is_up(taken_over, in_words, scene):
    worker = taken_over(scene)
    start = time.monotonic()
    with pytest.raises(TookTooLong) as caught:
        asked(worker, limit_s=0.5)
    assert 0.4 < time.monotonic() - start < 5
    in_words(caught.value)
    assert not worker.is_alive


def test_asking_for_files_without_end_is_ended_when_its_time_is_up(taken_over):
    with pytest.raises(TookTooLong):
        asked(taken_over("ask_for_more_without_end"), limit_s=0.5, more=lambda _names: (Given(), []))


@pytest.mark.parametrize("scene", ["end_halfway", "exit_with_success", "abort", "close_and_live_on"])
def test_what_ends_without_an_answer_has_crashed(taken_over, in_words, scene):
    worker = taken_over(scene)
    with pytest.raises(Crashed) as caught:
        asked(worker)
    in_words(caught.value)
    assert not worker.is_alive


def test_the_signal_it_died_of_is_told(taken_over):
    with pytest.raises(Crashed, match="SIGABRT"):
        asked(taken_over("abort"))


def test_what_the_system_kills_while_it_answers_is_said_to_have_run_out_of_memory(taken_over, in_words):
    with pytest.raises(OutOfMemory) as caught:
        asked(taken_over("kill_itself"))
    in_words(caught.value)


@pytest.mark.parametrize("scene", ["answer_then_close", "answer_then_end"])
def test_an_answer_that_came_before_the_line_was_closed_counts(taken_over, scene):
    worker = taken_over(scene)
    assert asked(worker).tolist() == [7]
    with pytest.raises(Crashed):
        asked(worker)


def test_what_it_prints_reaches_nobody(taken_over, capfd):
    assert asked(taken_over("print_garbage")).tolist() == [7]
    assert capfd.readouterr() == ("", "")


def test_open_files_it_sends_are_not_taken(taken_over, left_behind):
    worker = taken_over("send_open_files")
    before = left_behind()
    assert asked(worker).tolist() == [7]
    assert left_behind() == before


def test_the_shared_memory_cannot_be_made_smaller_or_larger(taken_over):
    refused, size = asked(taken_over("shrink"))
    assert refused == [errno.EPERM] * 4
    assert size == 2 * misbehaving.HALF


def test_what_was_read_from_shared_memory_does_not_change_any_more(taken_over):
    found = asked(taken_over("change_after_checking"))
    first = found.tobytes()
    end = time.monotonic() + 0.1
    while time.monotonic() < end:
        assert found.tobytes() == first


def test_it_learns_nothing_of_the_app_from_where_it_starts(monkeypatch, taken_over):
    """With what the app itself gives to every worker it starts."""
    monkeypatch.setenv("A_SECRET_OF_THE_APP", "x")
    from core.workers import rules

    assert "A_SECRET_OF_THE_APP" not in rules.surroundings()
    _environment, folder, descriptors = asked(taken_over("read_environment"))
    assert folder == os.sep
    assert len(descriptors) <= 6  # its three, the line, the slab, and the folder it lists


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux closes doors")
def test_doors_are_closed_to_what_took_it_over(taken_over):
    told = asked(taken_over("try_doors"))
    assert {name: number for name, number in told.items() if number not in (errno.EPERM, errno.EACCES)} == {}
    assert len(told) == 13


# what `core.actions` asks


def test_a_result_of_another_kind_is_not_believed(misbehave, own_pool, in_words):
    misbehave("another kind of result")
    own_pool()
    with pytest.raises(Crashed) as caught:
        _workers.ask_reader("shrink_picture", Caller(), {"picture": b"x", "side_px": 8})
    in_words(caught.value)


@pytest.fixture
def model(tmp_path):
    """A model file beside which lies nothing; a secret lies in the folder above."""
    case = hostile.Hostile(
        "good", "", hostile.good_model, (), prepare=lambda folder: (folder / "link.bin").symlink_to("../secret.bin")
    )
    return hostile.lay_out(case, tmp_path / "model")


@pytest.mark.parametrize("scene", ["another role", "a description that is none", "the truth"])
def test_a_description_that_is_none_is_refused(misbehave, own_pool, in_words, model, scene):
    misbehave(scene)
    own_pool()
    with pytest.raises(Crashed) as caught:
        jobs.run("inspect_model", inspect_model.Request(str(model)))
    in_words(caught.value)


def test_it_is_handed_no_file_but_those_beside_its_model(misbehave, own_pool, model):
    misbehave("ask_for_other_files")
    own_pool()
    told = _workers.describe({"model": model}, Caller())["model"].metadata
    assert told["given"] in ("", "model/")
    assert int(told["files"]) == 0


def test_a_file_asked_for_by_half_a_character_is_no_crash_of_the_app(misbehave, own_pool, model, in_words):
    misbehave("ask_by_half_a_character")
    own_pool()
    try:
        _workers.describe({"model": model}, Caller())
    except UserError as error:
        in_words(error)


@pytest.mark.usefixtures("home")
def test_a_sha256_that_is_a_path_deletes_nothing(misbehave, own_pool, model):
    """The id of a model is made of it, and the folder of an old entry with this id is emptied."""
    misbehave("a sha256 that is a path")
    own_pool()
    victim = settings.data_folder() / "victim"
    victim.mkdir()
    (victim / "precious").write_bytes(b"x")
    with suppress(UserError):
        jobs.run("add_model", add_model.Request((upload("m.onnx", model.read_bytes()),)))
    assert (victim / "precious").exists()


def test_what_a_file_is_called_by_its_sha256_is_found_out_by_the_app(misbehave, own_pool, model):
    """Else a model could pass for another one, and be answered from its warm worker."""
    misbehave("a size of 10^15 bytes")  # with a sha256 of zeros
    own_pool()
    try:
        graph = _workers.describe({"model": model}, Caller())["model"]
    except Crashed:
        return
    import hashlib

    assert graph.sha256 == hashlib.sha256(model.read_bytes()).hexdigest()


@pytest.mark.parametrize("scene", ["a size of 10^15 bytes", "a negative size of the file"])
def test_the_limit_of_its_memory_does_not_follow_from_what_it_says(misbehave, own_pool, model, scene):
    misbehave(scene)
    own_pool()
    try:
        graph = _workers.describe({"model": model}, Caller())["model"]
    except Crashed:
        return
    assert graph.size_bytes == model.stat().st_size


def test_weights_it_names_elsewhere_are_not_handed_over(misbehave, own_pool, model, in_words):
    misbehave("weights elsewhere")
    own_pool()
    with pytest.raises(UserError) as caught:
        jobs.run("inspect_model", inspect_model.Request(str(model)))
    in_words(caught.value)


@pytest.mark.usefixtures("home")
@pytest.mark.parametrize("wanted", ["library.db", "uploads/other/secret", "models/other/0/model.onnx"])
def test_a_fact_it_makes_up_does_not_open_other_peoples_files(misbehave, own_pool, model, wanted):
    _library.library()
    path = settings.data_folder() / wanted
    path.parent.mkdir(parents=True, exist_ok=True)
    if not path.exists():
        path.write_bytes(b"secret")
    misbehave(f"study_that_names_a_file|{path}")
    own_pool()
    try:
        answer = jobs.run("try_model", try_model.Request(str(model), task="tensors"))
    except UserError:
        return
    assert str(path) not in answer.result.outputs["handed"].tolist()


# libraries that end the process, or raise what is no Exception


@pytest.mark.parametrize("case", hostile.tokenizers(), ids=lambda case: case.name)
def test_a_tokenizer_that_ends_its_process_ends_nothing_else(taken_over, in_words, case):
    """The bare library, without the checks of `core.readers.tokenizer` in front of it."""
    request = {"text": case.make().decode(), "given": "x" * 200 + "a", "paths": [sysconfig.get_paths()["purelib"]]}
    worker = taken_over("use_a_tokenizer")
    with pytest.raises((Crashed, OutOfMemory)) as caught:
        worker.ask("anything", request, Caller(), limit_s=LIMIT_S)
    in_words(caught.value)


def in_this_process(monkeypatch, action):
    """What a worker would reply if its request did this."""
    from types import SimpleNamespace

    from core.inside._desk import Desk
    from core.workers import child

    monkeypatch.setattr(child.registry, "plugin", lambda _shelf, _name: SimpleNamespace(do=action))
    desk = Desk(lambda *_: None, {}, lambda _names: [], {})
    return child._answer({"ask": "x", "request": {}}, [], desk)


def test_what_rust_raises_becomes_an_error_in_words(monkeypatch, capfd):
    from tokenizers import Tokenizer

    pattern = Tokenizer.from_str(hostile.hard_pattern().decode())
    reply = in_this_process(monkeypatch, lambda _request, _desk: pattern.encode("x" * 200))
    assert reply["error"]["family"] == "Crashed"
    assert "PanicException" in reply["error"]["technical"]
    assert all(reply["error"][word] for word in ("title", "detail", "fix"))


def test_the_reader_of_tokenizers_says_so_itself(monkeypatch, capfd):
    reader = pytest.importorskip("core.readers.tokenizer")

    def read(_request, _desk):
        return reader.encode(reader.read_tokenizer(hostile.hard_pattern()), "x" * 200)

    assert in_this_process(monkeypatch, read)["error"]["family"] == BadFile.__name__
    for case in (hostile.endless_padding, hostile.growing_text):
        reply = in_this_process(
            monkeypatch, lambda _request, _desk, case=case: len(reader.read_tokenizer(case()).get_vocab())
        )
        assert reply.get("result") or reply["error"]["family"] in ("BadFile", "TooLarge")


@pytest.mark.parametrize("raised", [BadPicture("t", "d", "f"), MemoryError(), RecursionError(), ValueError("\ud800")])
def test_whatever_a_request_raises_can_be_sent(monkeypatch, raised):
    from core.workers import wire

    def fail(_request, _desk):
        raise raised

    told = in_this_process(monkeypatch, fail)
    again = wire.from_header(wire.to_header(wire.pack(told, lambda _buffer: 0)))
    error = worker_module.Worker._their_error(_Begun(), again["error"])
    assert isinstance(error, UserError)
    assert all((error.title, error.detail, error.fix))


class _Begun:
    """As much of a worker as its errors need."""

    begun = None
