"""The AudioSocket server: Asterisk brings the audio of each call here.

Decides nothing about a call. Knows only streams it was told to expect, and sends every one of them a frame
per tick, silence included: a phone that receives nothing hears a dead line.
"""

import asyncio
import secrets
import socket
from collections import deque
from typing import Protocol, cast
from uuid import UUID

import structlog

from ivr.config import MediaSettings
from ivr.telephony.audiosocket import (
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
)
from ivr.telephony.gate import Gate
from ivr.telephony.ports import FRAME_BYTES
from ivr.telephony.ticker import Ticker

log = structlog.get_logger()

SILENCE = encode_audio(bytes(FRAME_BYTES))
IDENTITY_SECONDS = 2.0
"""A stream must say whose it is within this time; Asterisk does so in its first packet."""
CLOSING_SECONDS = 2.0
"""Asterisk closes a stream that we ended within milliseconds."""
JITTER_FRAMES = 3
"""Waiting frames that are natural; beyond them (a stall, a fast clock) the ear is fed faster."""
BACKLOG_FRAMES = 50
"""At most this many frames wait: older ones are dropped."""
CATCH_UP_FRAMES = 4
"""At most this many extra frames are heard in one tick."""
SETTLE_TICKS = 50
"""A frame that waited through all of these ticks was never needed: it only made us slow to answer."""
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


class MediaStream(asyncio.Protocol):
    """One AudioSocket connection, of a stranger until its UUID is known."""

    def __init__(self, server: "MediaServer", gate: Gate, ticker: Ticker) -> None:
        self._server = server
        self._gate = gate
        self._ticker = ticker
        self._parser = Parser()
        self._transport: asyncio.Transport | None = None
        self._deadline: asyncio.TimerHandle | None = None
        self._audience: Audience | None = None
        self._pending = bytearray()
        self._backlog: deque[bytes] = deque(maxlen=BACKLOG_FRAMES)
        self._playing: bytes | None = None
        self._ticks = self._spare = 0
        self._identified = self._ending = self._closed = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Check the peer and wait for its identity (asyncio calls this)."""
        self._transport = cast(asyncio.Transport, transport)
        if self._gate.admit(self._transport, transport.get_extra_info("peername")):
            raw = transport.get_extra_info("socket")
            raw.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            raw.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, SEND_BUFFER_BYTES)
            self._expire_in(IDENTITY_SECONDS)

    def data_received(self, data: bytes) -> None:
        """Take bytes (asyncio calls this)."""
        try:
            for message in self._parser.feed(data):
                self._take(message)
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
        backlog = self._backlog
        self._audience.hear(backlog.popleft() if backlog else None, self._playing)
        for _ in range(self._extra_frames()):
            self._audience.hear(backlog.popleft(), None)

    def _extra_frames(self) -> int:
        """Return how many frames to hear beyond this tick's, so that waiting ones do not delay the call."""
        waiting = len(self._backlog)
        self._ticks += 1
        self._spare = min(self._spare, waiting)
        extra = min(CATCH_UP_FRAMES, max(0, waiting - JITTER_FRAMES))
        if self._ticks % SETTLE_TICKS == 0:
            extra = max(extra, min(1, self._spare))
            self._spare = waiting - extra
        return extra

    def _take(self, message: Message) -> None:
        if self._ending:
            return
        if not self._identified:
            self._identify(message)
            return
        match message:
            case Audio(8000, samples):
                self._queue(samples)
            case Audio(rate, _):
                raise AudioSocketError(f"audio at {rate} Hz: only AudioSocket(), at 8 kHz, is served")
            case Key(key):
                if self._audience is not None and key in "0123456789*#":
                    self._audience.key(key)
            case HungUp() | Failure():
                self.abort()
            case Identity():
                raise AudioSocketError("a second identity")

    def _identify(self, message: Message) -> None:
        if not isinstance(message, Identity) or not self._server.claim(message.uuid, self):
            raise AudioSocketError("a stream that nobody expects")
        self._identified = True
        if self._transport is not None:
            self._gate.identify(self._transport)
        if self._deadline is not None:
            self._deadline.cancel()

    def _queue(self, samples: bytes) -> None:
        pending = self._pending
        pending += samples
        whole = len(pending) - len(pending) % FRAME_BYTES
        self._backlog.extend(bytes(pending[at : at + FRAME_BYTES]) for at in range(0, whole, FRAME_BYTES))
        del pending[:whole]

    def _expire_in(self, seconds: float) -> None:
        self._deadline = asyncio.get_running_loop().call_later(seconds, self.abort)


class Rendezvous:
    """A stream that Asterisk was told to bring: one connection, within a time, under an unguessable UUID."""

    def __init__(self, server: "MediaServer", seconds: float) -> None:
        loop = asyncio.get_running_loop()
        self.uuid = UUID(bytes=secrets.token_bytes(16), version=4)
        self._server = server
        self._came: asyncio.Future[MediaStream | None] = loop.create_future()
        self._expiry = loop.call_later(seconds, self.cancel)

    async def stream(self) -> MediaStream:
        """Return the stream once it has come. Raises TimeoutError if it did not come in time."""
        stream = await asyncio.shield(self._came)
        if stream is None:
            raise TimeoutError("Asterisk did not bring the audio")
        return stream

    def fulfil(self, stream: MediaStream) -> None:
        """The stream has come (the server calls this)."""
        self._expiry.cancel()
        self._came.set_result(stream)

    def cancel(self) -> None:
        """Expect the stream no longer. Idempotent; a stream that has come is left alone."""
        self._server.forget(self.uuid)
        self._expiry.cancel()
        if not self._came.done():
            self._came.set_result(None)


class MediaServer:
    """Listens for the streams that were registered, and for no others.

    Start it before the FastAGI server and close it after: Asterisk must never dial a dead AudioSocket port
    (its failed connect closes a descriptor twice, and so kills other calls).
    """

    def __init__(self, settings: MediaSettings, ticker: Ticker) -> None:
        self._settings = settings
        self._ticker = ticker
        self._gate = Gate(settings.networks, settings.connections)
        self._expected: dict[UUID, Rendezvous] = {}
        self._server: asyncio.Server | None = None

    @property
    def address(self) -> str:
        """``host:port`` for Asterisk to dial."""
        if self._settings.advertise:
            return self._settings.advertise
        assert self._server is not None, "not started"
        host, port = self._server.sockets[0].getsockname()[:2]
        return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"

    @property
    def connections(self) -> int:
        """Connections open now."""
        return len(self._gate)

    @property
    def refused(self) -> int:
        """Connections refused or displaced so far."""
        return self._gate.refused

    async def start(self) -> None:
        """Bind and accept. Raises OSError."""
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(
            lambda: MediaStream(self, self._gate, self._ticker),
            self._settings.host,
            self._settings.port,
            backlog=512,
        )

    def register(self, seconds: float) -> Rendezvous:
        """Expect one stream, for at most *seconds*."""
        rendezvous = Rendezvous(self, seconds)
        self._expected[rendezvous.uuid] = rendezvous
        return rendezvous

    def claim(self, uuid: UUID, stream: MediaStream) -> bool:
        """Pair *stream* with who expects it; False if nobody does (any more)."""
        rendezvous = self._expected.pop(uuid, None)
        if rendezvous is None:
            return False
        rendezvous.fulfil(stream)
        return True

    def forget(self, uuid: UUID) -> None:
        """Expect *uuid* no longer."""
        self._expected.pop(uuid, None)

    async def aclose(self) -> None:
        """Accept no more and cut what is left."""
        if self._server is not None:
            self._server.close()
        self._gate.abort_all()
        await asyncio.sleep(0)  # the transports report their end in the next round
