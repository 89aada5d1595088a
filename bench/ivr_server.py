"""The whole server in a process of its own, as `ivr serve` runs it, for the call bench.

Measures only what cannot be seen from outside: the ticker's lateness, and the wait that endpointing
intends.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from pathlib import Path

from bench.child import Handler, answer
from bench.speech import Clip
from ivr.app import Server
from ivr.audio.frame import FRAME_BYTES
from ivr.audio.ticker import Lateness
from ivr.call.driver import Observed, Observer
from ivr.config import Settings, load_settings
from ivr.dialogue.actions import Expecting, Listen
from ivr.dialogue.events import RecognitionFailed, Utterance
from ivr.dialogue.ports import Caller
from ivr.logs import configure_logs
from ivr.progress import Progress
from ivr.speech.recognition.turn_detector import TurnDetector
from ivr.speech.recognition.vad import silero

BEFORE = 50
"""Frames of silence before a question."""
AFTER = 150
"""And after it: longer than any patience."""


@dataclass(slots=True)
class Seen:
    """What the calls went through."""

    utterances: int = 0
    wordless: int = 0
    failures: int = 0
    """Turns that recognition gave up."""
    expecting: Expecting = field(default_factory=Expecting)
    """What was listened for last."""

    def begin(self) -> None:
        """Count from now on."""
        self.utterances = self.wordless = self.failures = 0

    def observe(self, now: float, what: Observed) -> None:
        """Take note; the observer of every call."""
        match what:
            case Utterance():
                self.utterances += 1
                self.wordless += not what.hypotheses
            case RecognitionFailed():
                self.failures += 1
            case Listen(expecting=expecting) if expecting.open:
                self.expecting = expecting


def serve_calls(pipe: Connection, ami_port: int) -> None:
    """Run it; the entry of the process."""
    asyncio.run(_serve(pipe, _on_loopback(load_settings(), ami_port)))


def serve_calls_and_console(pipe: Connection, ami_port: int, folder: Path) -> None:
    """Run it with a console and a record, whose files are in *folder*; the entry of the process."""
    here = {"host": "127.0.0.1", "port": 0, "enabled": True}
    settings = _on_loopback(load_settings(), ami_port)
    store = {"enabled": True, "url": f"sqlite:///{folder}/ivr.db", "spool": folder / "spool", "audio": False}
    update = {
        "prompts": folder / "prompts",
        "console": settings.console.model_copy(update=here | {"folder": folder / "console"}),
        "store": settings.store.model_copy(update=store),
    }
    asyncio.run(_serve(pipe, settings.model_copy(update=update)))


async def _serve(pipe: Connection, settings: Settings) -> None:
    configure_logs(settings.log)
    seen = Seen()

    def observers(call_id: str, caller: Caller) -> Observer:
        return seen.observe

    async with Server(settings, observers, Progress(quiet=True)) as server:

        async def begin() -> None:
            server.ticker.lateness = Lateness()
            seen.begin()

        async def result() -> tuple[Lateness, Seen]:
            return server.ticker.lateness, seen

        async def patience(clips: Sequence[Clip]) -> list[float]:
            return await asyncio.to_thread(_patience, server, seen.expecting, clips)

        async def addresses() -> dict[str, tuple[str, int]]:
            found = {"agi": server.agi.address, "media": _split(server.media.address)}
            if settings.console.enabled and settings.store.enabled:
                found["console"] = _split(server.console.address)
            return found | {"monitoring": _split(server.monitoring.address)}

        pipe.send(("agi", *server.agi.address))
        handlers: dict[str, Handler] = {
            "begin": begin,
            "result": result,
            "patience": patience,
            "addresses": addresses,
        }
        await answer(pipe, handlers | {"invite": server.invite})


def _split(address: str) -> tuple[str, int]:
    host, _, port = address.rpartition(":")
    return host, int(port)


def _patience(server: Server, expecting: Expecting, clips: Sequence[Clip]) -> list[float]:
    """Return, per clip, the seconds from its last frame to the frame that ends the turn, by audio alone."""
    settings = server.settings.listening
    waits = []
    for clip in clips:
        listener = TurnDetector(server.recognizers.current, silero()(), settings, server.decides)
        listener.expect(1, expecting, during_prompt=False)
        frames = [bytes(FRAME_BYTES)] * BEFORE
        frames += [clip.audio[at : at + FRAME_BYTES] for at in range(0, len(clip.audio), FRAME_BYTES)]
        last = len(frames) - 1
        ends = (
            number
            for number, frame in enumerate(frames + [bytes(FRAME_BYTES)] * AFTER)
            for event in listener.hear(frame.ljust(FRAME_BYTES, b"\0"), None)
            if isinstance(event, Utterance)
        )
        waits.append((next(ends) - last) * 0.02)
    return waits


def _on_loopback(settings: Settings, ami_port: int) -> Settings:
    """The configured server on free ports, recording nothing."""
    here = {"host": "127.0.0.1", "port": 0}
    ami = {"enabled": True, "host": "127.0.0.1", "port": ami_port, "secret": "secret"}
    return settings.model_copy(
        update={
            "agi": settings.agi.model_copy(update=here),
            "media": settings.media.model_copy(update=here | {"advertise": ""}),
            "ami": settings.ami.model_copy(update=ami),
            "monitoring": settings.monitoring.model_copy(update=here),
            "call": settings.call.model_copy(update={"drain": 0.0}),
            "store": settings.store.model_copy(update={"enabled": False}),
            "log": settings.log.model_copy(update={"level": "error"}),
        }
    )
