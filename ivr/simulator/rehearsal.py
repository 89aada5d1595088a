"""A rehearsal: scripted calls, all at once, on a server of our own, behind a real Asterisk or the fake one.

Builds the stage and takes it down; the runner plays and judges.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Protocol

import numpy as np
import soundfile

from ivr.app import Server
from ivr.call import Observer, unobserved
from ivr.config import Settings
from ivr.dialogue.actions import Line, Rate
from ivr.dialogue.ports import Caller
from ivr.progress import Progress
from ivr.simulator.asterisk_line import AgentDesk, AsteriskLine
from ivr.simulator.fake_line import FakeLine
from ivr.simulator.narration import Narration
from ivr.simulator.own_asterisk import LabPorts, OwnAsterisk, free_ports
from ivr.simulator.peers.ami_peer import AmiPeer
from ivr.simulator.runner import CallerLine, CallReport, Runner
from ivr.simulator.script import ScriptedCall
from ivr.simulator.trace import CallTrace
from ivr.simulator.voices import ScriptVoice, trim
from ivr.speech.prompts import PromptStore
from ivr.speech.recordings import Recordings
from ivr.speech.synthesizers import start_synthesizer

RATE = 8000
CALLER_VOICE = "roa/fr+f4"
"""Not the voice of the line, so that a transcript of its own prompts would be noticed."""
AGENT_LINE = "Bonjour, service support, je vous écoute."
BETWEEN_CALLS = 0.7
"""Seconds from one call's start to the next: callers do not all dial in the same millisecond."""


class RecordedLine(CallerLine, Protocol):
    """A caller's end that keeps what it heard."""

    def heard(self) -> bytes:
        """8 kHz 16-bit audio."""


class Stage(Protocol):
    """Where the calls come from."""

    ports: LabPorts
    ami_secret: str

    def line(self, number: str) -> AbstractAsyncContextManager[RecordedLine]:
        """Make the caller's end of one call."""


async def rehearse(
    calls: Sequence[ScriptedCall],
    settings: Settings,
    asterisk: Path | None,
    write: Callable[[str], None],
    recordings: Path,
    progress: Progress,
) -> list[CallReport]:
    """Play *calls* behind the Asterisk unpacked in *asterisk*, or behind the fake one; report on each."""
    ports = free_ports()
    traces = {call.number: CallTrace() for call in calls}

    def observers(call_id: str, caller: Caller) -> Observer:
        trace = traces.get(caller.number or "")
        return trace.observe if trace else unobserved

    async with AsyncExitStack() as stack:
        voices = await stack.enter_async_context(_voices(settings))
        agent = trim(await voices.render((Line("agent", AGENT_LINE),), Rate.NORMAL))
        opened = _asterisk_stage(asterisk, ports, recordings, agent) if asterisk else _fake_stage(ports)
        stage = await stack.enter_async_context(opened)
        await stack.enter_async_context(Server(_on_stage(settings, stage, recordings), observers, progress))
        voice = ScriptVoice(voices)
        async with asyncio.TaskGroup() as group:
            tasks = [
                group.create_task(_play(index, call, stage, traces[call.number], voice, write, recordings))
                for index, call in enumerate(calls)
            ]
    return [task.result() for task in tasks]


async def _play(
    index: int,
    call: ScriptedCall,
    stage: Stage,
    trace: CallTrace,
    voice: ScriptVoice,
    write: Callable[[str], None],
    recordings: Path,
) -> CallReport:
    await asyncio.sleep(index * BETWEEN_CALLS)
    narration = Narration(str(index + 1), write)
    trace.tell(narration.observe)
    async with stage.line(call.number) as line:
        report = await Runner(call, line, trace, voice, narration.tell).run()
        heard = np.frombuffer(line.heard(), "<i2")
    path = recordings / f"call-{index + 1}.wav"
    path.parent.mkdir(parents=True, exist_ok=True)
    await asyncio.to_thread(soundfile.write, path, heard, RATE, subtype="PCM_16")
    return report


@asynccontextmanager
async def _voices(settings: Settings) -> AsyncIterator[PromptStore]:
    """The callers' and the agent's voice."""
    engine = settings.speech.model_copy(update={"engine": "pyttsx3", "voice": CALLER_VOICE})
    store = PromptStore(await start_synthesizer(engine), engine, Recordings(Path("none")))
    try:
        yield store
    finally:
        await store.aclose()


def _on_stage(settings: Settings, stage: Stage, recordings: Path) -> Settings:
    """The same server on the ports of the stage, with its record beside the *recordings*."""
    ports = stage.ports
    return settings.model_copy(
        update={
            "agi": settings.agi.model_copy(update={"host": "127.0.0.1", "port": ports.agi}),
            "media": settings.media.model_copy(update={"host": "127.0.0.1", "port": ports.media}),
            "ami": settings.ami.model_copy(
                update={"enabled": True, "host": "127.0.0.1", "port": ports.ami, "secret": stage.ami_secret}
            ),
            "call": settings.call.model_copy(update={"drain": 0.0}),
            "monitoring": settings.monitoring.model_copy(update={"port": 0}),
            "console": settings.console.model_copy(update={"port": 0, "folder": recordings / "console"}),
            "store": settings.store.model_copy(
                update={
                    "url": f"sqlite:///{recordings}/calls.db",
                    "spool": recordings / "spool",
                    "key_file": recordings / "pseudonyms.key",
                }
            ),
        }
    )


class _AsteriskStage:
    def __init__(self, asterisk: OwnAsterisk, desk: AgentDesk) -> None:
        self.ports, self.ami_secret = asterisk.ports, asterisk.ami_secret
        self._asterisk, self._desk = asterisk, desk

    def line(self, number: str) -> AbstractAsyncContextManager[RecordedLine]:
        return AsteriskLine(self._asterisk, number, self._desk)


@asynccontextmanager
async def _asterisk_stage(root: Path, ports: LabPorts, home: Path, agent: bytes) -> AsyncIterator[Stage]:
    async with OwnAsterisk(root, home / "asterisk", ports) as asterisk, AgentDesk(asterisk, agent) as desk:
        yield _AsteriskStage(asterisk, desk)


class _FakeStage:
    def __init__(self, ports: LabPorts, ami: AmiPeer) -> None:
        self.ports, self.ami_secret, self._ami = ports, "secret", ami

    def line(self, number: str) -> AbstractAsyncContextManager[RecordedLine]:
        return FakeLine(("127.0.0.1", self.ports.agi), self._ami, number)


@asynccontextmanager
async def _fake_stage(ports: LabPorts) -> AsyncIterator[Stage]:
    ami = AmiPeer()
    await ami.start(ports.ami)
    try:
        yield _FakeStage(ports, ami)
    finally:
        await ami.aclose()
