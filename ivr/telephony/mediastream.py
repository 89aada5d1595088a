"""One AudioSocket connection: frames in and out, by the ticker.

Sends a frame per tick, silence included: a phone that receives nothing hears a dead line. Knows nothing of
prompts or ears.
"""

import asyncio
import socket
from collections.abc import Callable
from typing import Protocol, cast
from uuid import UUID

import structlog

from ivr.audio.frame import FRAME_BYTES
from ivr.audio.jitter import JitterQueue
from ivr.audio.ticker import Ticker
from ivr.dialogue.events import KEYS
from ivr.telephony.audiosocket import (
    HEADER_BYTES,
    Audio,
    AudioSocketError,
    Failure,
    HungUp,
    Identity,
    Key,
    Message,
    Parser,
    encode_audio,
    encode_hang_up,
    encode_identity,
)
from ivr.telephony.gate import Gate

log = structlog.get_logger()

SILENCE = encode_audio(bytes(FRAME_BYTES))
IDENTITY_HEADER = encode_identity(UUID(int=0))[:HEADER_BYTES]
IDENTITY_BYTES = len(encode_identity(UUID(int=0)))
READ_BYTES = 4096
"""Read per turn of the event loop: a quarter of a second of audio, or a thousand of the shortest messages."""
IDENTITY_SECONDS = 2.0
"""A stream must say whose it is within this time; Asterisk does so in its first packet."""
CLOSING_SECONDS = 2.0
"""Asterisk closes a stream that we ended within milliseconds."""
WRITE_BYTES = 32_768
"""Two seconds of audio: a peer that reads nothing for so long is gone."""
SEND_BUFFER_BYTES = 8_192


class Audience(Protocol):
    """Who speaks and listens on a stream. Called from the ticker; every method returns at once."""

    def next_frame(self) -> bytes | None:
        """Return the frame to play now (320 bytes), None for silence."""

    def hear(self, received: bytes | None, playing: bytes | None) -> None:
        """Take the frame received in this tick, beside the one that was played."""

    def key(self, key: str) -> None:
        """Take a DTMF key."""

    def media_closed(self) -> None:
        """The stream has ended, whoever ended it. Called once."""


Claim = Callable[[UUID, "MediaStream"], bool]
"""Asks whether anybody expects this stream; the answer is yes only once."""


class MediaStream(asyncio.BufferedProtocol):
    """One AudioSocket connection, unauthenticated until its UUID has come.

    Until then only the bytes of the identity are read; afterwards a bounded number in each turn of the loop.
    """

    def __init__(self, claim: Claim, gate: Gate, ticker: Ticker) -> None:
        self._claim = claim
        self._gate = gate
        self._ticker = ticker
        self._parser = Parser()
        self._buffer = memoryview(bytearray(READ_BYTES))
        self._early = bytearray()
        self._transport: asyncio.Transport | None = None
        self._deadline: asyncio.TimerHandle | None = None
        self._audience: Audience | None = None
        self._received = JitterQueue()
        self._playing: bytes | None = None
        self._identified = self._ending = self._closed = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Check the peer and wait for its identity (asyncio calls this)."""
        self._transport = cast(asyncio.Transport, transport)
        if self._gate.admit(self._transport, transport.get_extra_info("peername")):
            raw = transport.get_extra_info("socket")
            raw.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            raw.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, SEND_BUFFER_BYTES)
            self._expire_in(IDENTITY_SECONDS)

    def get_buffer(self, sizehint: int) -> memoryview:
        """Say how much may be read now (asyncio calls this)."""
        return self._buffer if self._identified else self._buffer[: IDENTITY_BYTES - len(self._early)]

    def buffer_updated(self, nbytes: int) -> None:
        """Take what was read (asyncio calls this)."""
        try:
            if self._identified:
                for message in self._parser.feed(bytes(self._buffer[:nbytes])):
                    self._take(message)
            else:
                self._early += self._buffer[:nbytes]
                self._identify()
        except AudioSocketError as error:
            (log.warning if self._identified else log.debug)("media.nonsense", error=str(error))
            self.abort()

    def connection_lost(self, error: Exception | None) -> None:
        """Tell the audience that the stream has ended (asyncio calls this)."""
        self._closed = True
        self._ticker.remove(self)
        if self._transport is not None:
            self._gate.leave(self._transport)
        if self._deadline is not None:
            self._deadline.cancel()
        if self._audience is not None:
            self._audience.media_closed()

    @property
    def closed(self) -> bool:
        """Whether the stream has ended."""
        return self._closed

    def attach(self, audience: Audience) -> None:
        """Give the stream its call; from the next tick on it plays and hears."""
        self._audience = audience
        if self._closed:
            audience.media_closed()
        else:
            self._ticker.add(self)

    def hang_up(self) -> None:
        """End the stream in good order: ``EXEC AudioSocket`` returns, the call goes on. Idempotent.

        What the peer still sends is read and dropped: closing on unread audio would look like a failure.
        """
        if self._transport is None or self._ending or self._closed:
            return
        self._ending = True
        self._ticker.remove(self)
        self._transport.write(encode_hang_up())
        self._expire_in(CLOSING_SECONDS)

    def abort(self) -> None:
        """Cut the stream at once."""
        if self._transport is not None:
            self._transport.abort()

    def play(self) -> None:
        """Send one frame (the ticker calls this)."""
        if self._transport is None or self._audience is None:
            return
        if self._transport.get_write_buffer_size() > WRITE_BYTES:
            log.warning("media.peer_does_not_read")
            self.abort()
            return
        self._playing = self._audience.next_frame()
        self._transport.write(SILENCE if self._playing is None else encode_audio(self._playing))

    def listen(self) -> None:
        """Hand on what has arrived (the ticker calls this)."""
        if self._audience is None:
            return
        frame, late = self._received.take()
        self._audience.hear(frame, self._playing)
        for each in late:
            self._audience.hear(each, None)

    def _take(self, message: Message) -> None:
        if self._ending:
            return
        match message:
            case Audio(8000, samples):
                self._received.put(samples)
            case Audio(rate, _):
                raise AudioSocketError(f"audio at {rate} Hz: only AudioSocket(), at 8 kHz, is served")
            case Key(key):
                if self._audience is not None and key in KEYS:
                    self._audience.key(key)
            case HungUp() | Failure():
                self.abort()
            case Identity():
                raise AudioSocketError("a second identity")

    def _identify(self) -> None:
        """Claim the stream once its identity is complete; anything else is refused at its first byte."""
        if not IDENTITY_HEADER.startswith(self._early[: len(IDENTITY_HEADER)]):
            raise AudioSocketError("a stream that begins with something else than its identity")
        if len(self._early) < IDENTITY_BYTES:
            return
        if not self._claim(UUID(bytes=bytes(self._early[len(IDENTITY_HEADER) :])), self):
            raise AudioSocketError("a stream that nobody expects")
        self._identified = True
        if self._transport is not None:
            self._gate.identify(self._transport)
        if self._deadline is not None:
            self._deadline.cancel()

    def _expire_in(self, seconds: float) -> None:
        self._deadline = asyncio.get_running_loop().call_later(seconds, self.abort)
