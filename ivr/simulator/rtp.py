"""RTP packets and RFC 4733 key presses. Pure: values in, bytes out.

RFC 3550 §5.1 for the header, RFC 4733 §2.3 for telephone events.
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass

HEADER = struct.Struct(">BBHII")
VERSION = 0x80
MARKER = 0x80
SAMPLES_PER_FRAME = 160
KEYS = "0123456789*#ABCD"
EVENT_FRAMES = 6
"""A key is held for 120 ms, then its end is repeated three times."""
EVENT_ENDS = 3
EVENT_VOLUME = 10


@dataclass(frozen=True, slots=True)
class Packet:
    """One RTP packet."""

    payload_type: int
    sequence: int
    timestamp: int
    source: int
    payload: bytes
    marker: bool = False

    def encode(self) -> bytes:
        """The packet as it goes on the wire."""
        second = self.payload_type | (MARKER if self.marker else 0)
        head = HEADER.pack(VERSION, second, self.sequence & 0xFFFF, self.timestamp & 0xFFFFFFFF, self.source)
        return head + self.payload


def decode(datagram: bytes) -> Packet:
    """Read a packet without extensions or contributing sources. Raises ValueError."""
    if len(datagram) < HEADER.size or datagram[0] >> 6 != 2:
        raise ValueError("not an RTP packet")
    _, second, sequence, timestamp, source = HEADER.unpack_from(datagram)
    return Packet(second & 0x7F, sequence, timestamp, source, datagram[HEADER.size :], bool(second & MARKER))


def key_events(key: str) -> Iterator[bytes]:
    """Yield the payloads, one per 20 ms, that press and release *key*."""
    event = KEYS.index(key)
    for frame in range(1, EVENT_FRAMES + 1):
        yield _event(event, frame * SAMPLES_PER_FRAME, end=False)
    for _ in range(EVENT_ENDS):
        yield _event(event, EVENT_FRAMES * SAMPLES_PER_FRAME, end=True)


def _event(event: int, duration: int, *, end: bool) -> bytes:
    return struct.pack(">BBH", event, EVENT_VOLUME | (0x80 if end else 0), duration)
