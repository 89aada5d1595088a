"""The AudioSocket protocol of Asterisk: bytes to messages and back.

Pure: reads no socket and no clock. A message is one byte of kind, two of length (big-endian), a payload.
"""

import enum
from dataclasses import dataclass
from uuid import UUID

HEADER_BYTES = 3
LONGEST_PAYLOAD = 0xFFFF
SAMPLE_RATES = (8000, 12000, 16000, 24000, 32000, 44100, 48000, 96000, 192000)
"""Of the kinds 0x10 to 0x18, in order."""


class Kind(enum.IntEnum):
    """First byte of a message (``res_audiosocket.h`` of Asterisk 22)."""

    HANG_UP = 0x00
    IDENTITY = 0x01
    KEY = 0x03
    AUDIO = 0x10
    AUDIO_LAST = 0x18
    FAILURE = 0xFF


class AudioSocketError(Exception):
    """The peer does not speak AudioSocket."""


@dataclass(frozen=True, slots=True)
class HungUp:
    """The peer ends the stream."""


@dataclass(frozen=True, slots=True)
class Identity:
    """Which call this stream belongs to; always the first message."""

    uuid: UUID


@dataclass(frozen=True, slots=True)
class Key:
    """One DTMF key, sent when it is released."""

    key: str


@dataclass(frozen=True, slots=True)
class Audio:
    """Signed 16-bit little-endian mono samples, of any length."""

    rate: int
    samples: bytes


@dataclass(frozen=True, slots=True)
class Failure:
    """The peer reports an error of its own."""

    code: bytes


@dataclass(frozen=True, slots=True)
class Unknown:
    """A kind this module does not know, to be skipped."""

    kind: int
    payload: bytes


Message = HungUp | Identity | Key | Audio | Failure | Unknown


class Parser:
    """Turns a stream of bytes, cut anywhere, into messages.

    Keeps at most one unfinished message: 65 538 bytes.
    """

    def __init__(self) -> None:
        self._buffer = bytearray()

    def feed(self, data: bytes) -> list[Message]:
        """Take what was received; return the messages it completes.

        Raises:
            AudioSocketError: a message has the wrong length for its kind; the stream is of no more use.
        """
        buffer = self._buffer
        buffer += data
        messages: list[Message] = []
        start, end = 0, len(buffer)
        while end - start >= HEADER_BYTES:
            after = start + HEADER_BYTES + (buffer[start + 1] << 8 | buffer[start + 2])
            if after > end:
                break
            messages.append(_message(buffer[start], bytes(buffer[start + HEADER_BYTES : after])))
            start = after
        del buffer[:start]
        return messages


def encode_audio(samples: bytes, rate: int = 8000) -> bytes:
    """Return header and samples in one piece: Asterisk gives up on a message that stalls in the middle."""
    return _encode(Kind.AUDIO + SAMPLE_RATES.index(rate), samples)


def encode_identity(uuid: UUID) -> bytes:
    """Return the message that opens a stream (Asterisk's side says it)."""
    return _encode(Kind.IDENTITY, uuid.bytes)


def encode_key(key: str) -> bytes:
    """Return one DTMF key (Asterisk's side says it; sent the other way it kills the stream)."""
    return _encode(Kind.KEY, key.encode("ascii"))


def encode_hang_up() -> bytes:
    """Return the message that ends the stream in good order: ``AudioSocket()`` returns 0."""
    return _encode(Kind.HANG_UP, b"")


def _encode(kind: int, payload: bytes) -> bytes:
    return bytes((kind,)) + len(payload).to_bytes(2, "big") + payload


def _message(kind: int, payload: bytes) -> Message:
    if Kind.AUDIO <= kind <= Kind.AUDIO_LAST:
        if len(payload) % 2:
            raise AudioSocketError(f"audio of {len(payload)} bytes: not whole samples")
        return Audio(SAMPLE_RATES[kind - Kind.AUDIO], payload)
    match kind:
        case Kind.HANG_UP:
            return HungUp()
        case Kind.IDENTITY:
            _expect(16, payload, "identity")
            return Identity(UUID(bytes=payload))
        case Kind.KEY:
            _expect(1, payload, "key")
            return Key(payload.decode("latin-1"))
        case Kind.FAILURE:
            return Failure(payload)
    return Unknown(kind, payload)


def _expect(length: int, payload: bytes, what: str) -> None:
    if len(payload) != length:
        raise AudioSocketError(f"{what} of {len(payload)} bytes, not {length}")
