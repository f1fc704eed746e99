"""Whole messages go through, whatever their size; both ends are in this process, the line and the memory are real."""

from __future__ import annotations

import os
import socket
import struct
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import numpy as np
import pytest

from core.errors import Crashed
from core.workers import channel as channel_module
from core.workers.channel import HALF_BYTES, SHARED_FROM_BYTES, Channel, Closed, Slab, new_slab

WITH_MEMORY = [False, *([True] if sys.platform == "linux" else [])]


@contextmanager
def line(with_memory):
    """The app's end, the worker's end, and the bare socket of the worker."""
    ours, theirs = socket.socketpair()
    slabs = [None, None]
    if with_memory:
        descriptor = new_slab()
        slabs = [Slab(descriptor), Slab(descriptor)]
        os.close(descriptor)
    app, worker = Channel(ours, slabs[0], is_app=True), Channel(theirs, slabs[1], is_app=False)
    try:
        yield app, worker, theirs
    finally:
        app.close()
        worker.close()


def through(sender, receiver, message, descriptors=()):
    with ThreadPoolExecutor(1) as other:
        going = other.submit(sender.send, message, descriptors)
        found = receiver.receive()
        going.result(30)
    return found


SIZES = [0, 1, SHARED_FROM_BYTES - 1, SHARED_FROM_BYTES, 5 * 2**20, HALF_BYTES, HALF_BYTES + 1]


@pytest.mark.parametrize("with_memory", WITH_MEMORY)
@pytest.mark.parametrize("size", SIZES)
def test_arrays_of_every_size_go_both_ways(with_memory, size):
    given = np.arange(size, dtype=np.uint8)
    with line(with_memory) as (app, worker, _):
        for sender, receiver in ((app, worker), (worker, app)):
            found, descriptors = through(sender, receiver, {"x": given})
            assert np.array_equal(found["x"], given)
            assert descriptors == []
            del found


@pytest.mark.parametrize("with_memory", WITH_MEMORY)
def test_what_does_not_fit_into_the_memory_goes_through_the_line_and_both_arrive(with_memory):
    parts = {str(number): np.full(12 * 2**20, number, np.uint8) for number in range(4)}
    with line(with_memory) as (app, worker, _):
        found, _ = through(worker, app, {"parts": parts, "small": np.arange(3)})
        assert all(np.array_equal(found["parts"][name], part) for name, part in parts.items())
        assert found["small"].tolist() == [0, 1, 2]


@pytest.mark.parametrize("with_memory", WITH_MEMORY)
def test_many_messages_in_a_row_do_not_mix(with_memory):
    with line(with_memory) as (app, worker, _):
        for number in range(50):
            given = np.full(number * 2_000, number % 256, np.uint8)
            found, _ = through(*((app, worker) if number % 2 else (worker, app)), {"n": number, "x": given})
            assert found["n"] == number
            assert np.array_equal(found["x"], given)
            del found


def test_many_small_buffers_go_through():
    given = [np.float32([number]) for number in range(5_000)]
    with line(with_memory=False) as (app, worker, _):
        found, _ = through(worker, app, {"x": given})
        assert [int(one[0]) for one in found["x"]] == list(range(5_000))


@pytest.mark.parametrize("count", [1, 199, 200, 201, 450])
def test_many_open_files_reach_the_worker(count, tmp_path):
    path = tmp_path / "file"
    path.write_bytes(b"content")
    given = [os.open(path, os.O_RDONLY) for _ in range(count)]
    with line(with_memory=False) as (app, worker, _):
        _, found = through(app, worker, {"x": 1}, given)
        try:
            assert len(found) == count
            assert all(os.pread(descriptor, 7, 0) == b"content" for descriptor in found)
        finally:
            for descriptor in (*given, *found):
                os.close(descriptor)


def test_the_app_takes_no_open_files():
    with line(with_memory=False) as (app, worker, _), pytest.raises(Crashed, match="can't be"):
        through(worker, app, {"x": 1}, [0])


@pytest.mark.skipif(sys.platform != "linux", reason="shared memory is for Linux")
def test_the_app_has_a_copy_of_its_own():
    with line(with_memory=True) as (app, worker, _):
        found, _ = through(worker, app, {"x": np.zeros(2**20, np.uint8)})
        worker._slab.view[HALF_BYTES : HALF_BYTES + 2**20] = b"\1" * 2**20
        assert not found["x"].any()


@pytest.mark.skipif(sys.platform != "linux", reason="shared memory is for Linux")
def test_large_and_small_arrays_are_alike_to_who_receives_them():
    """Whoever changes an array in place must not fail for large ones only."""
    with line(with_memory=True) as (app, worker, _):
        found, _ = through(worker, app, {"large": np.zeros(2**20), "small": np.zeros(2)})
        assert found["large"].flags.writeable == found["small"].flags.writeable


@pytest.mark.skipif(sys.platform != "linux", reason="shared memory is for Linux")
def test_nobody_changes_the_size_of_shared_memory():
    descriptor = new_slab()
    for size in (0, 3 * HALF_BYTES):
        with pytest.raises(PermissionError):
            os.ftruncate(descriptor, size)
    os.close(descriptor)


def test_the_other_end_gone_is_closed():
    with line(with_memory=False) as (app, worker, _):
        worker.close()
        with pytest.raises(Closed):
            app.receive()
        with pytest.raises(Closed):
            app.send({"x": np.zeros(2**20)})


@pytest.mark.parametrize("cut", [1, 7, 8, 12, 20])
def test_half_a_message_is_closed_and_not_a_wait_without_end(cut):
    whole = struct.pack("<II", 14, 0) + b'{"m":{},"x":1}'
    with line(with_memory=False) as (app, worker, bare):
        bare.sendall(whole[:cut])
        worker.close()
        with pytest.raises(Closed):
            app.receive()


@pytest.mark.parametrize(
    "prefix", [(2**32 - 1, 0), (channel_module.MAX_HEADER_BYTES + 1, 0), (2, channel_module.MAX_BUFFERS + 1)]
)
def test_what_is_announced_too_large_is_refused_before_it_comes(prefix):
    with line(with_memory=False) as (app, _, bare):
        bare.sendall(struct.pack("<II", *prefix))
        with pytest.raises(Crashed):
            app.receive()


def test_memory_is_taken_as_bytes_arrive_not_as_they_are_announced():
    import tracemalloc

    with line(with_memory=False) as (app, worker, bare):
        bare.sendall(struct.pack("<IIQ", 2, 1, channel_module.MAX_INLINE_BYTES) + b'{"m":{}}'[:2])
        tracemalloc.start()
        ending = threading.Timer(0.2, worker.close)
        ending.start()
        with pytest.raises((Closed, Crashed)):
            app.receive()
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        ending.join()
        assert peak < 64 * 2**20


def test_what_can_not_be_sent_leaves_the_line_as_it_was():
    with line(with_memory=False) as (app, worker, _):
        with pytest.raises(TypeError):
            worker.send({"x": object()})
        found, _ = through(worker, app, {"x": 1})
        assert found == {"x": 1}
