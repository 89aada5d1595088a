"""Both ends of whole calls in one process: our servers and channels, and Asterisk's end of the protocols."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from ivr.config import CallSettings
from ivr.dialogue.actions import Line, Say
from ivr.dialogue.events import Event
from ivr.simulator.peers.agi_peer import AgiPeer
from ivr.telephony.channel import AsteriskChannel, CallLost, Lifeline
from ivr.telephony.fastagi import AgiSession, FastAgiServer
from ivr.telephony.media import MediaServer
from tests.telephony_fakes import ScriptedEar, ToneVoice, fastagi, media, until

SPEED = 5.0
TONE = (3000).to_bytes(2, "little")


def say(turn: int, text: str = "3", prompt: str = "test", interruptible: bool = True) -> Say:
    """A prompt of 0.1 s per character, its level in thousands the first digit."""
    return Say(turn, (Line(prompt, text),), interruptible=interruptible)


@dataclass
class Switchboard:
    """Our servers, and the channels of the calls placed so far."""

    lifeline: Lifeline | None = None
    settings: CallSettings = field(default_factory=CallSettings)
    speed: float = SPEED
    queue_named: Callable[[str], str] = str
    placed: Callable[[AgiPeer], None] = lambda peer: None
    voice: ToneVoice = field(default_factory=ToneVoice)
    channels: list[AsteriskChannel] = field(default_factory=list)
    ears: list[ScriptedEar] = field(default_factory=list)
    failures: list[Exception] = field(default_factory=list)
    release: asyncio.Event = field(default_factory=asyncio.Event)
    media: MediaServer = field(init=False)
    front: FastAgiServer = field(init=False)

    @asynccontextmanager
    async def running(self) -> AsyncIterator["Switchboard"]:
        """Serve, until the block ends."""
        async with media(interval=0.02 / self.speed) as self.media, fastagi(self._conduct) as self.front:
            try:
                yield self
            finally:
                self.release.set()

    async def call(self, **options: object) -> "Call":
        """Place a call and wait until its audio is up."""
        peer = AgiPeer(self.front.address, speed=self.speed, **options)  # type: ignore[arg-type] # keywords
        self.placed(peer)
        task = asyncio.create_task(peer.run())
        await asyncio.wait_for(peer.up.wait(), 10)
        await until(lambda: len(self.channels) == len(self.ears))
        return Call(peer, task, self.channels[-1], self.ears[-1])

    async def _conduct(self, session: AgiSession) -> None:
        channel = AsteriskChannel(
            session, self.media, self.voice, self._make_ear, self.settings, self.lifeline, self.queue_named
        )
        try:
            await channel.answer()
            self.channels.append(channel)
            await self.release.wait()
        except CallLost as error:
            self.failures.append(error)
        finally:
            await channel.aclose()

    def _make_ear(self, post: Callable[[Event], None]) -> ScriptedEar:
        self.ears.append(ScriptedEar(post))
        return self.ears[-1]


@dataclass
class Call:
    """Both ends of one call."""

    peer: AgiPeer
    task: asyncio.Task[str]
    channel: AsteriskChannel
    ear: ScriptedEar

    async def event(self) -> Event:
        """Return the next event."""
        return await asyncio.wait_for(self.channel.events.get(), 10)

    async def outcome(self) -> str:
        """Return how Asterisk's end saw the call end."""
        return await asyncio.wait_for(asyncio.shield(self.task), 10)

    @property
    def heard(self) -> bytearray:
        """What the caller heard."""
        assert self.peer.stream is not None
        return self.peer.stream.heard


@asynccontextmanager
async def placed() -> AsyncIterator[Call]:
    """One call on a switchboard of its own."""
    async with Switchboard().running() as board:
        call = await board.call()
        yield call
        call.peer.hang_up()
        await call.outcome()
