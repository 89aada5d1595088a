"""Small stand-ins for everything around the telephony layer, shared by its tests."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress

from ivr.audio.ticker import Ticker
from ivr.config import AgiSettings, MediaSettings
from ivr.dialogue.actions import Expecting, Line, Rate
from ivr.dialogue.events import Event
from ivr.errors import EngineError
from ivr.telephony.fastagi import AgiSession, FastAgiServer, Handler
from ivr.telephony.media import MediaServer

ENVIRONMENT = (
    b"agi_network: yes\nagi_network_script: ivr\nagi_channel: PJSIP/x-1\nagi_callerid: 0612345678\n\n"
)


async def until(condition: Callable[[], bool], seconds: float = 10) -> None:
    """Wait until *condition*. Raises TimeoutError after *seconds*."""
    async with asyncio.timeout(seconds):
        while not condition():
            await asyncio.sleep(0.005)


class ToneVoice:
    """Says 0.1 s of one level per character of a line: 1000 times the digit it begins with."""

    def __init__(self) -> None:
        self.slow = 0.0

    async def render(self, lines: tuple[Line, ...], rate: Rate) -> tuple[bytes, ...]:
        await asyncio.sleep(self.slow)
        audio: list[bytes] = []
        for line in lines:
            if line.prompt == "missing":
                raise EngineError("no voice")
            if line.prompt == "bug":
                raise RuntimeError("a bug in the voice")
            level = 1000 * int(line.text[0]) if line.text else 0
            audio.append((level.to_bytes(2, "little", signed=True) * 800) * len(line.text))
        return tuple(audio)


class ScriptedEar:
    """Remembers what it was told and heard; posts and ducks when a test says so."""

    def __init__(self, post: Callable[[Event], None]) -> None:
        self.post = post
        self.ducking = False
        self.broken = False
        self.closed = 0
        self.expected: list[tuple[int, bool] | None] = []
        self.heard = bytearray()
        self.played = bytearray()

    def expect(self, turn: int, expecting: Expecting, *, during_prompt: bool) -> None:
        self.expected.append((turn, during_prompt))

    def ignore(self) -> None:
        self.expected.append(None)

    def hear(self, received: bytes | None, playing: bytes | None) -> None:
        if self.broken:
            raise RuntimeError("a bug in the ear")
        self.heard += received or b""
        self.played += playing or b""

    async def aclose(self) -> None:
        self.closed += 1


async def nothing(session: AgiSession) -> None:
    """A handler that gives the call back at once."""


class RawPeer:
    """A TCP client that says exactly what it is told to."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader, self.writer = reader, writer

    @classmethod
    async def connect(cls, port: int) -> "RawPeer":
        return cls(*await asyncio.open_connection("127.0.0.1", port))

    async def say(self, data: bytes) -> None:
        self.writer.write(data)
        await self.writer.drain()

    async def line(self) -> bytes:
        return await asyncio.wait_for(self.reader.readline(), 10)

    async def closed(self) -> bool:
        """Whether the server closes within three seconds."""
        with suppress(ConnectionError):
            await asyncio.wait_for(self.reader.read(), 10)
        await self.aclose()
        return True

    async def aclose(self) -> None:
        self.writer.close()
        with suppress(ConnectionError):
            await self.writer.wait_closed()


@asynccontextmanager
async def fastagi(
    handler: Handler = nothing, connections: int = 400, environment_seconds: float = 0.3
) -> AsyncIterator[FastAgiServer]:
    """A FastAGI server on a free port."""
    settings = AgiSettings(port=0, connections=connections)
    server = FastAgiServer(settings, handler, environment_seconds=environment_seconds)
    await server.start()
    try:
        yield server
    finally:
        await server.aclose()


@asynccontextmanager
async def media(interval: float = 0.02, connections: int = 400) -> AsyncIterator[MediaServer]:
    """An AudioSocket server on a free port, with a clock of its own."""
    ticker = Ticker(interval)
    server = MediaServer(MediaSettings(port=0, connections=connections), ticker)
    ticker.start()
    await server.start()
    try:
        yield server
    finally:
        await server.aclose()
        await ticker.aclose()
