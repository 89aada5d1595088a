"""One stream's accounting of frames, without sockets or time."""

import asyncio
from typing import Any, cast

import pytest

from ivr.config import LOOPBACK
from ivr.telephony.audiosocket import encode_audio
from ivr.telephony.gate import Gate
from ivr.telephony.media import BACKLOG_FRAMES, WRITE_BYTES, MediaServer, MediaStream
from ivr.telephony.ticker import Ticker

pytestmark = pytest.mark.unit

FRAME = b"\1\2" * 160


class Line:
    """A transport that keeps what is written."""

    def __init__(self) -> None:
        self.written = b""
        self.unread = 0
        self.aborted = False

    def write(self, data: bytes) -> None:
        self.written += data

    def get_write_buffer_size(self) -> int:
        return self.unread

    def abort(self) -> None:
        self.aborted = True


class Counter:
    """An audience that counts."""

    def __init__(self) -> None:
        self.heard = 0
        self.missed = 0

    def next_frame(self) -> bytes | None:
        return FRAME

    def hear(self, received: bytes | None, playing: bytes | None) -> None:
        self.heard += received is not None
        self.missed += received is None

    def key(self, key: str) -> None:
        pass

    def media_closed(self) -> None:
        pass


def stream() -> tuple[MediaStream, Line, Counter]:
    """Return a stream whose call is known."""
    ticker, line, audience = Ticker(), Line(), Counter()
    result = MediaStream(cast(MediaServer, None), Gate(LOOPBACK, 9), ticker)
    result._transport = cast(asyncio.Transport, cast(Any, line))
    result._identified = True
    result.attach(audience)
    return result, line, audience


def arrive(result: MediaStream, frames: int) -> None:
    """Receive *frames*."""
    result.data_received(encode_audio(FRAME) * frames)


def test_a_late_frame_delays_only_for_a_moment() -> None:
    """After a stall all frames are heard, and the delay it left is gone three seconds later."""
    result, _, audience = stream()
    arrive(result, 10)
    for _ in range(200):
        arrive(result, 1)
        result.listen()
    assert audience.heard == 210
    assert audience.missed == 0


def test_natural_jitter_is_left_alone() -> None:
    """Frames that come in pairs every other tick are heard one by one, with no gap after the first."""
    result, _, audience = stream()
    arrive(result, 1)
    for tick in range(300):
        arrive(result, 2 * (tick % 2))
        result.listen()
    assert audience.missed == 0
    assert audience.heard == 300


def test_missing_frames_are_missing() -> None:
    """A muted phone is silence for the ear, tick by tick."""
    result, _, audience = stream()
    result.listen()
    assert (audience.heard, audience.missed) == (0, 1)


def test_the_backlog_is_bounded() -> None:
    """A peer that sends faster than life is not stored."""
    result, _, audience = stream()
    arrive(result, 1000)
    for _ in range(100):
        result.listen()
    assert audience.heard == BACKLOG_FRAMES


def test_a_peer_that_does_not_read_is_cut() -> None:
    """Two seconds of unread audio are enough."""
    result, line, _ = stream()
    line.unread = WRITE_BYTES
    result.play()
    assert line.written == encode_audio(FRAME)
    line.unread += 1
    result.play()
    assert line.aborted
