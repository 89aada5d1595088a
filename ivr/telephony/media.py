"""The AudioSocket server: Asterisk brings the audio of each call here.

Decides nothing about a call; knows only the streams it was told to expect.
"""

import asyncio
import secrets
from uuid import UUID

from ivr.audio.ticker import Ticker
from ivr.config import MediaSettings
from ivr.telephony.binding import ACCEPTED_AT_ONCE, binding, queue_more
from ivr.telephony.gate import Gate
from ivr.telephony.mediastream import MediaStream


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
        """Bind and accept. Raises ConfigurationError."""
        with binding("media", self._settings):
            self._server = await asyncio.get_running_loop().create_server(
                lambda: MediaStream(self.claim, self._gate, self._ticker),
                self._settings.host,
                self._settings.port,
                backlog=ACCEPTED_AT_ONCE,
            )
        queue_more(self._server.sockets)

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
