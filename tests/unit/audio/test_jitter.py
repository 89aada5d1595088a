"""Received audio on its way to the ear."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.audio.jitter import BACKLOG_FRAMES, JITTER_FRAMES, JitterQueue

pytestmark = pytest.mark.unit

FRAME = b"\1\2" * 160


class Heard:
    """A queue, and what came out of it."""

    def __init__(self) -> None:
        self.queue = JitterQueue()
        self.audio = b""
        self.missed = 0

    def tick(self) -> None:
        frame, late = self.queue.take()
        self.missed += frame is None
        self.audio += (frame or b"") + b"".join(late)

    @property
    def frames(self) -> int:
        return len(self.audio) // len(FRAME)


def test_a_stall_delays_only_for_a_moment() -> None:
    """Every frame comes out, and three seconds later the delay is gone."""
    heard = Heard()
    heard.queue.put(FRAME * 10)
    for _ in range(200):
        heard.queue.put(FRAME)
        heard.tick()
    assert (heard.frames, heard.missed) == (210, 0)


def test_natural_jitter_is_left_alone() -> None:
    """Frames that come in pairs come out one by one, without a gap."""
    heard = Heard()
    heard.queue.put(FRAME)
    for tick in range(300):
        heard.queue.put(FRAME * (2 * (tick % 2)))
        heard.tick()
    assert (heard.frames, heard.missed) == (300, 0)


def test_missing_frames_are_missing() -> None:
    """A muted phone is nothing, tick by tick."""
    heard = Heard()
    heard.tick()
    assert (heard.frames, heard.missed) == (0, 1)


def test_the_backlog_is_bounded() -> None:
    """A peer that sends faster than life is not stored; the newest audio is kept."""
    heard = Heard()
    heard.queue.put(FRAME * 1000 + b"\3\4" * 160)
    for _ in range(100):
        heard.tick()
    assert heard.frames == BACKLOG_FRAMES
    assert heard.audio.endswith(b"\3\4" * 160)


@given(st.lists(st.integers(0, 700), max_size=40))
def test_no_byte_is_lost_or_moved(lengths: list[int]) -> None:
    """Whatever the lengths, the audio comes out in order, in whole frames, soon."""
    heard, sent, position = Heard(), b"", 0
    for length in lengths:
        samples = bytes((position + n) % 251 for n in range(length))
        position += length
        sent += samples
        heard.queue.put(samples)
        heard.tick()
        assert len(sent) - len(heard.audio) < (JITTER_FRAMES + 3) * len(FRAME)
    for _ in range(JITTER_FRAMES + 3):
        heard.tick()
    assert heard.audio == sent[: len(sent) - len(sent) % len(FRAME)]
