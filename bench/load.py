"""The callers of the call bench, in a process of their own: they talk by the clock and note what they hear.

Knows no server: a call is anything that brings an AudioSocket stream. Judges by `bench/figures.py`.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from multiprocessing.connection import Connection
from typing import Any
from uuid import uuid4

import numpy as np

from bench.child import answer
from bench.figures import INTERVAL, Question, Timed, excess, time_question
from bench.speech import Clip
from ivr.audio.frame import FRAME_BYTES
from ivr.simulator.peers.agi_peer import AgiPeer
from ivr.simulator.peers.ami_peer import AmiPeer
from ivr.simulator.peers.audiosocket_peer import AudioSocketPeer

DIAL_EVERY = 0.025
CONNECT_SECONDS = 10.0
REDIAL_SECONDS = 0.5
ANSWER_SECONDS = 2.0
"""An answer later than this is none."""
SOUND = 60.0
"""RMS of a frame that is heard (16-bit scale): a prompt turned down by 12 dB still is."""
GOLDEN = 0.618
"""Spreads the callers evenly over the cycle, however many they are."""

Call = tuple[AudioSocketPeer, asyncio.Task[object]]
Dial = Callable[[int], AbstractAsyncContextManager[Call]]


@dataclass(frozen=True, slots=True)
class Window:
    """What the callers noticed for a while."""

    calls: int
    """Connected at its end."""
    redialled: int
    """Calls that the line ended, or did not take."""
    excess: list[float]
    """Of every frame received, in seconds: `figures.excess`."""
    timed: list[Timed]


@dataclass(frozen=True, slots=True)
class Habits:
    """What callers do."""

    clips: Sequence[Clip]
    """Their questions, in turn."""
    pause: float
    """Seconds they listen before the next one; most answers are longer, and so interrupted."""


def call_in(pipe: Connection, clips: Sequence[Clip], pause: float) -> None:
    """Run the callers; the entry of the process."""
    asyncio.run(_call_in(pipe, Habits(clips, pause)))


async def _call_in(pipe: Connection, habits: Habits) -> None:
    ami = AmiPeer()
    await ami.start()
    pipe.send(ami.port)
    crowds: dict[tuple[str, str, int], Crowd] = {}

    async def level(calls: int, kind: str, host: str, port: int) -> None:
        if (kind, host, port) not in crowds:
            way = through_agi((host, port), ami) if kind == "agi" else straight((host, port))
            crowds[kind, host, port] = Crowd(way, habits)
        await crowds[kind, host, port].become(calls)

    async def measure(seconds: float, *address: Any) -> Window:
        return await crowds[address].measure(seconds)

    try:
        await answer(pipe, {"level": level, "measure": measure})
    finally:
        for crowd in crowds.values():
            await crowd.become(0)
        await ami.aclose()


def through_agi(server: tuple[str, int], ami: AmiPeer) -> Dial:
    """Call the way Asterisk does: FastAGI first, which asks for the audio."""

    @asynccontextmanager
    async def dial(number: int) -> AsyncIterator[Call]:
        channel = f"PJSIP/bench-{number}"
        peer = AgiPeer(server, number=f"06{number:08d}", channel=channel)
        ami.channels[peer.unique_id] = peer
        call: asyncio.Task[object] = asyncio.create_task(peer.run())
        try:
            async with asyncio.timeout(CONNECT_SECONDS):
                await peer.up.wait()
            if peer.stream is None:
                raise ConnectionError("the call was not taken")
            yield peer.stream, call
        finally:
            peer.hang_up()
            await asyncio.gather(call, return_exceptions=True)

    return dial


def straight(server: tuple[str, int]) -> Dial:
    """Bring audio and nothing else."""

    @asynccontextmanager
    async def dial(number: int) -> AsyncIterator[Call]:
        stream = await AudioSocketPeer.connect(*server, uuid4())
        call: asyncio.Task[object] = asyncio.create_task(stream.run())
        try:
            yield stream, call
        finally:
            stream.hang_up()
            await asyncio.gather(call, return_exceptions=True)

    return dial


class Caller:
    """Asks one question after the other, pausing in between, and calls again when the line hangs up."""

    def __init__(self, number: int, dial: Dial, habits: Habits) -> None:
        self.stream: AudioSocketPeer | None = None
        """The call in progress."""
        self.questions: list[Question] = []
        """Asked in it."""
        self.redialled = 0
        self._number, self._dial, self._habits = number, dial, habits
        self._asked = number

    async def run(self) -> None:
        """Call until cancelled."""
        while True:
            try:
                async with self._dial(self._number) as (self.stream, call):
                    self.questions = []
                    await self._join_in(self.stream)
                    while not call.done():
                        await self._ask(self.stream, call)
            except (OSError, TimeoutError):
                pass
            self.stream = None
            self.redialled += 1
            await asyncio.sleep(REDIAL_SECONDS)

    async def _join_in(self, stream: AudioSocketPeer) -> None:
        """Begin anywhere in the cycle: a crowd then talks evenly from its first second on."""
        clip = self._habits.clips[self._asked % len(self._habits.clips)]
        whole = clip.frames + round(self._habits.pause / INTERVAL)
        at = round(self._number * GOLDEN % 1 * whole)
        stream.speak(clip.audio[at * FRAME_BYTES :])
        await asyncio.sleep((whole - at) * INTERVAL)

    async def _ask(self, stream: AudioSocketPeer, call: "asyncio.Task[object]") -> None:
        self._asked += 1
        which = self._asked % len(self._habits.clips)
        clip, start = self._habits.clips[which], len(stream.spoken)
        stream.speak(clip.audio)
        while stream.speaking and not call.done():
            await asyncio.sleep(10 * INTERVAL)
        if len(stream.spoken) == start + clip.frames:
            self.questions.append(Question(which, stream.spoken[start + clip.onset], stream.spoken[-1]))
        await asyncio.sleep(self._habits.pause)


class Crowd:
    """So many callers at once."""

    def __init__(self, dial: Dial, habits: Habits) -> None:
        self._dial, self._habits = dial, habits
        self._callers: list[tuple[Caller, asyncio.Task[None]]] = []

    async def become(self, calls: int) -> None:
        """Have *calls* callers: more dial one after the other, fewer hang up."""
        while len(self._callers) < calls:
            caller = Caller(len(self._callers), self._dial, self._habits)
            self._callers.append((caller, asyncio.create_task(caller.run())))
            await asyncio.sleep(DIAL_EVERY)
        leaving = [task for _, task in self._callers[calls:]]
        del self._callers[calls:]
        for task in leaving:
            task.cancel()
        await asyncio.gather(*leaving, return_exceptions=True)

    async def measure(self, seconds: float) -> Window:
        """Watch for *seconds*."""
        clock = asyncio.get_running_loop().time
        begin, before = clock(), self._redialled
        await asyncio.sleep(seconds)
        end = clock()
        streams = [(each, each.stream) for each, _ in self._callers if each.stream is not None]
        late, timed = [], []
        for caller, stream in streams:
            late += excess([at for at in stream.arrivals if begin <= at <= end])
            sounds = _sounds(stream)
            timed += [
                time_question(question, sounds, ANSWER_SECONDS)
                for question in caller.questions
                if begin <= question.ended <= end - ANSWER_SECONDS
            ]
        return Window(len(streams), self._redialled - before, late, timed)

    @property
    def _redialled(self) -> int:
        return sum(caller.redialled for caller, _ in self._callers)


def _sounds(stream: AudioSocketPeer) -> list[float]:
    """Return when each loud frame came."""
    whole = len(stream.arrivals)
    frames = np.frombuffer(bytes(stream.heard[: whole * FRAME_BYTES]), "<i2").astype(np.float32)
    loud = np.sqrt(np.mean(frames.reshape(whole, -1) ** 2, axis=1)) > SOUND if whole else []
    return [at for at, heard in zip(stream.arrivals, loud, strict=True) if heard]
