"""Strands: work in order, never twice at once."""

import threading
import time

import pytest

from ivr.speech.recognition.decoding_threads import Decoding

pytestmark = pytest.mark.unit


def test_a_strand_never_runs_twice_at_once_and_misses_no_wake() -> None:
    """Many wakes from many threads: all that was put in is taken out, by one thread at a time."""
    inbox: list[int] = []
    taken: list[int] = []
    busy = threading.Lock()
    overlaps = 0

    def work() -> None:
        nonlocal overlaps
        overlaps += not busy.acquire(blocking=False)
        while inbox:
            taken.append(inbox.pop(0))
        busy.release()

    with Decoding(4) as decoding:
        strand = decoding.strand(work)
        for number in range(2000):
            inbox.append(number)
            strand.wake()
    assert taken == list(range(2000))
    assert overlaps == 0


def test_strands_run_side_by_side() -> None:
    """One call that computes for long leaves the other threads to the others."""
    meeting = threading.Barrier(2, timeout=10)
    with Decoding(2) as decoding:
        for _ in range(2):
            decoding.strand(meeting.wait).wake()
    assert not meeting.broken


def test_close_finishes_what_was_begun() -> None:
    """No work is lost on the way out."""
    done: list[int] = []
    decoding = Decoding(1)
    for number in range(10):
        decoding.strand(lambda n=number: done.append(n)).wake()  # type: ignore[misc]
    decoding.close()
    assert done == list(range(10))


@pytest.mark.parametrize("threads", [1, 2])
def test_what_was_handed_over_before_the_end_is_done(threads: int) -> None:
    """Also by a strand that was woken while it ran: an ear that is closed frees its decoders."""
    begun, go_on = threading.Event(), threading.Event()
    done: list[int] = []

    def work() -> None:
        done.append(len(done))
        begun.set()
        go_on.wait(10)

    decoding = Decoding(threads)
    strand = decoding.strand(work)
    strand.wake()
    begun.wait(10)
    strand.wake()
    closing = threading.Thread(target=decoding.close)
    closing.start()
    while not decoding.waiting:  # until the end stands in line, where the strand will
        time.sleep(0.001)
    go_on.set()
    closing.join(10)
    assert not closing.is_alive()
    assert done == [0, 1]
