"""Strands: work in order, never twice at once."""

import threading

import pytest

from ivr.speech.decoding import Decoding

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
