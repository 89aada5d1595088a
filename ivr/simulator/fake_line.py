"""A scripted caller on our fake Asterisk: FastAGI, AudioSocket and AMI peers in this process.

Satisfies the runner's ``CallerLine``; nobody needs Asterisk, root or a sound card for it.
"""

import asyncio
from collections.abc import Mapping
from types import TracebackType

from ivr.audio.frame import FRAME_BYTES, FRAME_SECONDS
from ivr.errors import IvrError
from ivr.simulator.call_audio import is_loud
from ivr.simulator.peers.agi_peer import AgiPeer
from ivr.simulator.peers.ami_peer import AmiPeer

CONNECT_SECONDS = 10.0


class FakeLine:
    """One call through the fake Asterisk."""

    def __init__(self, server: tuple[str, int], ami: AmiPeer, number: str) -> None:
        channel = f"PJSIP/caller-{number}"
        self.ended = asyncio.Event()
        self._peer = AgiPeer(server, number=number, channel=channel)
        ami.channels[self._peer.unique_id] = self._peer
        self._call: asyncio.Task[str] | None = None

    async def __aenter__(self) -> "FakeLine":
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.hang_up()
        if self._call is not None:
            await asyncio.gather(self._call, return_exceptions=True)

    async def dial(self) -> None:
        """Call the server. Raises IvrError when it does not answer."""
        self._call = asyncio.create_task(self._run(), name="fake-call")
        try:
            async with asyncio.timeout(CONNECT_SECONDS):
                await self._peer.up.wait()
        except TimeoutError:
            raise IvrError(f"the server did not answer within {CONNECT_SECONDS:.0f} s") from None
        if self._peer.stream is None:
            raise IvrError("the server gave the call back without taking its audio")

    async def say(self, slin: bytes) -> None:
        """Speak."""
        stream = self._peer.stream
        if stream is None:
            return
        stream.speak(slin)
        while stream.speaking and not self.ended.is_set():
            await asyncio.sleep(FRAME_SECONDS)

    async def press(self, keys: str) -> None:
        """Press keys, one in a quarter of a second."""
        for key in keys:
            if self._peer.stream is not None and not self.ended.is_set():
                self._peer.stream.press(key)
            await asyncio.sleep(0.25)

    def hang_up(self) -> None:
        """End the call."""
        if not self.ended.is_set():
            self._peer.hang_up()

    def first_sound_after(self, moment: float) -> float | None:
        """Loop time of the first loud frame after *moment*."""
        stream = self._peer.stream
        for index, at in enumerate(stream.arrivals if stream else ()):
            if at > moment and stream is not None:
                frame = stream.heard[index * FRAME_BYTES : (index + 1) * FRAME_BYTES]
                if is_loud(bytes(frame)):
                    return at
        return None

    async def agent_answered(self) -> bool:
        """Whether the call was left to a queue; behind it the fake Asterisk's agents always answer."""
        await self.ended.wait()
        return self._peer.variables.get("IVR_RESULT") == "queue"

    @property
    def variables(self) -> Mapping[str, str]:
        """What the server has set on the channel."""
        return self._peer.variables

    def heard(self) -> bytes:
        """What the caller heard."""
        return bytes(self._peer.stream.heard) if self._peer.stream else b""

    async def _run(self) -> str:
        try:
            return await self._peer.run()
        finally:
            self.ended.set()
