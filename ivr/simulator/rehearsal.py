"""A rehearsal: scripted calls, all at once, on servers of our own, behind a real Asterisk or the fake one.

Starts and stops servers and peers; the runner plays and judges.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import numpy as np
import soundfile

from ivr.app import Server
from ivr.call.driver import Observer, unobserved
from ivr.config import Settings
from ivr.dialogue.actions import Line, Rate
from ivr.dialogue.ports import Caller
from ivr.progress import Progress
from ivr.simulator.asterisk_line import AgentDesk, AsteriskLine
from ivr.simulator.circumstances import Circumstances
from ivr.simulator.fake_line import FakeLine
from ivr.simulator.narration import Narration
from ivr.simulator.own_asterisk import LabPorts, OwnAsterisk, free_ports
from ivr.simulator.peers.ami_peer import AmiPeer
from ivr.simulator.peers.sms_peer import SmsPeer
from ivr.simulator.runner import CallerLine, CallReport, Runner
from ivr.simulator.script import ScriptedCall
from ivr.simulator.spoken import SpokenTranscript, held
from ivr.simulator.trace import CallTrace
from ivr.simulator.transcript import differences
from ivr.simulator.voices import ScriptVoice, trim
from ivr.speech.synthesis.prompts import PromptStore
from ivr.speech.synthesis.recordings import Recordings
from ivr.speech.synthesis.synthesizers import start_engines

RATE = 8000
CALLER_VOICES = ("roa/fr+Hugo", "roa/fr+Annie")
"""A man's and a woman's, in turn: not the voice of the line, so that a transcript of its own prompts would be
noticed; nor ones that the model was trained with."""
AGENT_LINE = "Bonjour, service support, je vous écoute."
BETWEEN_CALLS = 0.7
"""Seconds from one call's start to the next: callers do not all dial in the same millisecond."""


@dataclass(frozen=True, slots=True)
class Theatre:
    """What all calls of a rehearsal have in common."""

    settings: Settings
    asterisk: Path | None
    """Where Asterisk is unpacked; None: the fake one."""
    recordings: Path
    """Folder of what the callers heard, and of all that the servers write."""
    write: Callable[[str], None]
    """Takes the narration, line by line."""
    progress: Progress
    at_once: int = 0
    """At most so many calls at the same time; 0: all."""
    ended: Callable[[int, CallReport], None] = lambda number, report: None
    """Told of each call as it ends, by its number in the report."""
    after: "Callable[[Server, Sequence[CallReport]], Awaitable[None]] | None" = None
    """What to do once all calls have ended, while the first server still runs."""


@dataclass(frozen=True, slots=True)
class Scene:
    """One server and its calls."""

    settings: Settings
    calls: Mapping[int, ScriptedCall]
    """By their number in the report."""
    home: Path
    """Scratch folder of this server and its Asterisk."""
    busy: bool = False
    nobody: bool = False
    """No agent is free; only a real Asterisk has any."""


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


async def rehearse(calls: Sequence[ScriptedCall], theatre: Theatre) -> list[CallReport]:
    """Play *calls* on one server; report on each. Messages go to a provider of our own."""
    async with SmsPeer() as provider:
        settings = _harmless(theatre.settings, provider.url)
        return await _play_scenes([Scene(settings, dict(enumerate(calls, 1)), theatre.recordings)], theatre)


async def rehearse_transcripts(transcripts: Sequence[SpokenTranscript], theatre: Theatre) -> list[CallReport]:
    """Speak *transcripts*, those of equal circumstances on the same server; report on each."""
    groups: dict[Circumstances, dict[int, ScriptedCall]] = {}
    for index, each in enumerate(transcripts, 1):
        groups.setdefault(each.circumstances, {})[index] = each.call
    async with SmsPeer() as provider:
        scenes = [
            Scene(
                around.settings(theatre.settings, provider.url), calls,
                theatre.recordings / f"server-{number}", busy=around.agents_free == 0, nobody=around.nobody,
            )
            for number, (around, calls) in enumerate(groups.items(), 1)
        ]  # fmt: skip
        return await _play_scenes(scenes, theatre)


async def _play_scenes(scenes: Sequence[Scene], theatre: Theatre) -> list[CallReport]:
    async with AsyncExitStack() as stack:
        stores = [
            await stack.enter_async_context(callers_voice(theatre.settings, name)) for name in CALLER_VOICES
        ]
        voices = [ScriptVoice(store) for store in stores]
        (agent,) = await stores[0].render((Line("agent", AGENT_LINE),), Rate.NORMAL)
        parts: dict[int, _Part] = {}
        for scene in scenes:
            parts |= await _open(stack, scene, theatre, trim(agent))
        longest_first = sorted(parts, key=lambda index: -len(parts[index].call.transcript))
        seats = asyncio.Semaphore(theatre.at_once or len(parts))

        async def play(index: int, delay: float) -> CallReport:
            await asyncio.sleep(delay)
            async with seats:
                return await _play(index, parts[index], voices[index % len(voices)], theatre)

        async with asyncio.TaskGroup() as group:
            tasks = {
                index: group.create_task(play(index, order * BETWEEN_CALLS))
                for order, index in enumerate(longest_first)
            }
        reports = [tasks[index].result() for index in sorted(tasks)]
        if theatre.after is not None:
            await theatre.after(parts[min(parts)].server, reports)
    return reports


@dataclass(frozen=True, slots=True)
class _Part:
    """One call and where it is played."""

    call: ScriptedCall
    stage: Stage
    trace: CallTrace
    server: Server


async def _open(stack: AsyncExitStack, scene: Scene, theatre: Theatre, agent: bytes) -> dict[int, _Part]:
    """Start the server of *scene*, and Asterisk in front of it."""
    ports, traces = free_ports(), {call.number: CallTrace() for call in scene.calls.values()}

    def observers(call_id: str, caller: Caller) -> Observer:
        trace = traces.get(caller.number or "")
        return trace.observe if trace else unobserved

    root = theatre.asterisk
    opened = _asterisk_stage(root, ports, scene, agent) if root else _fake_stage(ports)
    stage = await stack.enter_async_context(opened)
    settings = on_stage(scene.settings, stage.ports, stage.ami_secret, scene.home)
    server = await stack.enter_async_context(Server(settings, observers, theatre.progress))
    return {index: _Part(call, stage, traces[call.number], server) for index, call in scene.calls.items()}


async def _play(index: int, part: _Part, voice: ScriptVoice, theatre: Theatre) -> CallReport:
    call, trace, narration = part.call, part.trace, Narration(str(index), theatre.write)
    trace.tell(narration.observe)
    async with part.stage.line(call.number) as line:
        report = await Runner(call, line, trace, voice, narration.tell).run()
        heard = np.frombuffer(line.heard(), "<i2")
    if call.transcript:
        report.failures += differences(call.transcript, held(call.transcript, trace.entries, report.moves))
    path = theatre.recordings / f"call-{index}.wav"
    path.parent.mkdir(parents=True, exist_ok=True)
    await asyncio.to_thread(soundfile.write, path, heard, RATE, subtype="PCM_16")
    theatre.ended(index, report)
    return report


@asynccontextmanager
async def callers_voice(settings: Settings, name: str) -> AsyncIterator[PromptStore]:
    """Open a caller's voice, or the agent's."""
    engine = settings.speech.model_copy(update={"engine": "pyttsx3", "voice": name})
    store = PromptStore(await start_engines(engine), engine, Recordings(Path("none")))
    try:
        yield store
    finally:
        await store.aclose()


def _harmless(settings: Settings, provider: str) -> Settings:
    """The same settings, but what a script has sent reaches nobody."""
    sms = settings.send.sms.model_copy(update={"url": provider if settings.send.sms.url else ""})
    smtp = settings.send.smtp.model_copy(update={"host": ""})
    return settings.model_copy(update={"send": settings.send.model_copy(update={"sms": sms, "smtp": smtp})})


def on_stage(settings: Settings, ports: LabPorts, ami_secret: str, home: Path) -> Settings:
    """Return the settings of the same server on the *ports* of a stage, with its record at *home*."""
    return settings.model_copy(
        update={
            "agi": settings.agi.model_copy(update={"host": "127.0.0.1", "port": ports.agi}),
            "media": settings.media.model_copy(update={"host": "127.0.0.1", "port": ports.media}),
            "ami": settings.ami.model_copy(
                update={"host": "127.0.0.1", "port": ports.ami, "secret": ami_secret}
            ),
            "call": settings.call.model_copy(update={"drain": 0.0}),
            "monitoring": settings.monitoring.model_copy(update={"port": 0}),
            "console": settings.console.model_copy(update={"port": 0, "folder": home / "console"}),
            "store": settings.store.model_copy(
                update={
                    "url": f"sqlite:///{home}/calls.db",
                    "spool": home / "spool",
                    "key_file": home / "pseudonyms.key",
                    "audio_folder": home / "utterances",
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


async def occupy_colleague(asterisk: OwnAsterisk) -> None:
    """Give the queue an agent who is talking: it is served, and nobody is free."""
    await asterisk.command("devstate change Custom:colleague INUSE")
    member = "Local/nobody@ivr-handoff to support penalty 0 as Colleague state_interface Custom:colleague"
    await asterisk.command(f"queue add member {member}")


@asynccontextmanager
async def _asterisk_stage(root: Path, ports: LabPorts, scene: Scene, agent: bytes) -> AsyncIterator[Stage]:
    home = scene.home / "asterisk"
    async with OwnAsterisk(root, home, ports) as asterisk, AgentDesk(asterisk, agent) as desk:
        if scene.busy or scene.nobody:
            await asterisk.command("queue pause member PJSIP/agent1")
        if scene.busy and not scene.nobody:
            await occupy_colleague(asterisk)
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
