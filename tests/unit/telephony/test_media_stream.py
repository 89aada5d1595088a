"""One stream, without sockets or time."""

import asyncio
from typing import Any, cast
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.audio.ticker import Ticker
from ivr.config import LOOPBACK
from ivr.telephony.audiosocket import Parser, encode_audio, encode_identity
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


def receive(stream: MediaStream, data: bytes, piece: int = 1 << 16) -> None:
    """Have *stream* read *data*, in pieces as asyncio would bring them; it may take less at a time."""
    while data:
        buffer = stream.get_buffer(-1)
        size = min(len(buffer), len(data), piece)
        assert size
        buffer[:size] = data[:size]
        stream.buffer_updated(size)
        data = data[size:]


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
    receive(result, encode_audio(FRAME) * 6)
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
    receive(result, message)
    assert line.aborted


def test_unknown_kinds_are_skipped() -> None:
    """A later Asterisk may say more."""
    result, line, audience = stream()
    receive(result, b"\x42\x00\x01x" + encode_audio(FRAME))
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


WANTED = UUID(int=7)


def arriving(*, expected: bool = True) -> tuple[MediaStream, Line, list[UUID]]:
    """A stream that has just been accepted, and what was asked of whoever expects one."""
    line, asked = Line(), list[UUID]()

    def claim(uuid: UUID, stream: MediaStream) -> bool:
        asked.append(uuid)
        return expected and uuid == WANTED

    result = MediaStream(claim, Gate(LOOPBACK, 9), Ticker())
    result._transport = cast(asyncio.Transport, cast(Any, line))
    return result, line, asked


messages = st.one_of(
    st.binary(max_size=40).map(lambda payload: encode_audio(payload + payload)),
    st.sampled_from([b"\x03\x00\x011", b"\x42\x00\x02xy"]),
)


@given(st.lists(messages, max_size=30), st.integers(1, 400))
def test_however_the_bytes_are_cut_the_same_is_heard(sent: list[bytes], piece: int) -> None:
    """The identity and all that follows it, in one packet or byte by byte."""
    result, line, asked = arriving()
    taken: list[object] = []
    result._take = taken.append  # type: ignore[method-assign]
    receive(result, encode_identity(WANTED) + b"".join(sent), piece)
    assert asked == [WANTED]
    assert not line.aborted
    assert taken == Parser().feed(b"".join(sent))


@given(st.binary(min_size=1, max_size=300), st.integers(1, 50))
def test_a_stranger_is_read_no_further_than_his_identity(sent: bytes, piece: int) -> None:
    """Whatever he sends, and however: 19 bytes at most, no message is taken, and one question is asked."""
    result, line, asked = arriving(expected=False)
    taken: list[object] = []
    result._take = taken.append  # type: ignore[method-assign]
    read = 0
    while read < len(sent) and not line.aborted:
        buffer = result.get_buffer(-1)
        size = min(len(buffer), piece, len(sent) - read)
        buffer[:size] = sent[read : read + size]
        result.buffer_updated(size)
        read += size
    assert read <= 19
    assert len(asked) <= 1
    assert not taken
    assert line.aborted or encode_identity(UUID(int=0))[:3].startswith(sent[:3]) or read < 3


def test_after_its_identity_a_stream_is_read_in_bounded_pieces() -> None:
    """Other calls come first: 4 kB a turn."""
    result, _, _ = arriving()
    receive(result, encode_identity(WANTED))
    assert len(result.get_buffer(1 << 20)) == 4096
