"""One stream, without sockets or time."""

import asyncio
from typing import Any, cast
from uuid import UUID

import pytest

from ivr.audio.ticker import Ticker
from ivr.config import LOOPBACK
from ivr.telephony.audiosocket import encode_audio, encode_identity
from ivr.telephony.gate import Gate
from ivr.telephony.mediastream import SILENCE, WRITE_BYTES, MediaStream

pytestmark = pytest.mark.unit

FRAME = b"\1\2" * 160


class Line:
    """A transport that keeps what is written."""

    def __init__(self) -> None:
        self.pieces: list[bytes] = []
        self.unread = 0
        self.aborted = False

    def write(self, data: bytes) -> None:
        self.pieces.append(data)

    def get_write_buffer_size(self) -> int:
        return self.unread

    def abort(self) -> None:
        self.aborted = True


class Recorder:
    """An audience that remembers."""

    def __init__(self) -> None:
        self.silent = False
        self.heard: list[tuple[bytes | None, bytes | None]] = []

    def next_frame(self) -> bytes | None:
        return None if self.silent else FRAME

    def hear(self, received: bytes | None, playing: bytes | None) -> None:
        self.heard.append((received, playing))

    def key(self, key: str) -> None:
        pass

    def media_closed(self) -> None:
        pass


def stream() -> tuple[MediaStream, Line, Recorder]:
    """Return a stream whose call is known."""
    ticker, line, audience = Ticker(), Line(), Recorder()
    result = MediaStream(lambda uuid, stream: False, Gate(LOOPBACK, 9), ticker)
    result._transport = cast(asyncio.Transport, cast(Any, line))
    result._identified = True
    result.attach(audience)
    return result, line, audience


def test_every_frame_is_one_piece() -> None:
    """Header and payload are written together; Asterisk would give up between them."""
    result, line, audience = stream()
    result.play()
    audience.silent = True
    result.play()
    assert line.pieces == [encode_audio(FRAME), SILENCE]


def test_the_ear_is_told_what_was_playing() -> None:
    """Beside each received frame the one just sent; beside late frames nothing."""
    result, _, audience = stream()
    result.data_received(encode_audio(FRAME) * 6)
    result.play()
    result.listen()
    assert audience.heard == [(FRAME, FRAME), (FRAME, None), (FRAME, None)]


@pytest.mark.parametrize(
    "message",
    [encode_identity(UUID(int=1)), encode_audio(FRAME, 16_000), b"\xff\x00\x01\x04", b"\x00\x00\x00"],
)
def test_what_ends_a_stream(message: bytes) -> None:
    """A second identity, another rate, an error, the end."""
    result, line, _ = stream()
    result.data_received(message)
    assert line.aborted


def test_unknown_kinds_are_skipped() -> None:
    """A later Asterisk may say more."""
    result, line, audience = stream()
    result.data_received(b"\x42\x00\x01x" + encode_audio(FRAME))
    result.listen()
    assert not line.aborted
    assert audience.heard == [(FRAME, None)]


def test_a_peer_that_does_not_read_is_cut() -> None:
    """Two seconds of unread audio are enough."""
    result, line, _ = stream()
    line.unread = WRITE_BYTES
    result.play()
    assert line.pieces == [encode_audio(FRAME)]
    line.unread += 1
    result.play()
    assert line.aborted
