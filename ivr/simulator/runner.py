"""Plays scripted calls and judges them: every expectation that does not hold is said in words.

Knows neither Asterisk nor sockets: the caller's end of the line is a Protocol.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol

from ivr.dialogue.actions import HangUp as LineHungUp
from ivr.dialogue.actions import LeaveMessage, Say, StopPrompt, Transfer
from ivr.dialogue.events import KeyPressed, Utterance
from ivr.errors import IvrError
from ivr.simulator.script import (
    End,
    Expect,
    HangUp,
    Hear,
    HearOut,
    Interrupt,
    Press,
    ScriptedCall,
    Speak,
    StaySilent,
    Step,
    Wait,
)
from ivr.simulator.trace import CallTrace

LISTEN_SECONDS = 40.0
"""Longest wait for the line to listen: the longest chain of prompts lasts about half of it."""
REPLY_SECONDS = 15.0
PATIENCE_SECONDS = 45.0
"""More than the line ever waits for a silent caller."""
KEY_SECONDS = 2.0
"""In which a pressed key arrives."""
END_SECONDS = 30.0


class CallerLine(Protocol):
    """The caller's end of one call: a SIP phone on a real Asterisk, or a call through our fake one."""

    @property
    def ended(self) -> asyncio.Event:
        """Set when the call is over."""

    async def dial(self) -> None:
        """Call the line and wait for its answer. Raises IvrError."""

    async def say(self, slin: bytes) -> None:
        """Speak; return when the last frame is sent."""

    async def press(self, keys: str) -> None:
        """Press keys."""

    def hang_up(self) -> None:
        """End the call."""

    def first_sound_after(self, moment: float) -> float | None:
        """Loop time of the first sound heard after *moment*."""

    async def agent_answered(self) -> bool:
        """Whether an agent took the call and the caller heard him."""


class CallerVoice(Protocol):
    """Where the caller's speech comes from."""

    async def speech(self, move: Speak | Interrupt) -> bytes:
        """Return 8 kHz 16-bit audio without silence around it. Raises IvrError."""


@dataclass(frozen=True, slots=True)
class Latency:
    """From the end of the caller's speech to the first sound of the reply, in seconds."""

    end_of_turn: float
    """Until the line decided that he had finished."""
    processing: float
    """From there to the first sound at his ear."""

    @property
    def total(self) -> float:
        return self.end_of_turn + self.processing


@dataclass(frozen=True, slots=True)
class Mismatch:
    """What an expectation named, for whoever tells it in his own words."""

    what: str
    """A key of ``expect`` or ``end``, ``prompt``, ``interruption``, or ``call``: it could not be held."""
    expected: str = ""
    found: str = ""


@dataclass(slots=True)
class CallReport:
    """What became of one scripted call."""

    call: ScriptedCall
    failures: list[str] = field(default_factory=list)
    mismatches: list[Mismatch] = field(default_factory=list)
    """One for each failure."""
    heard: list[str] = field(default_factory=list)
    """What was recognised of the caller's words, in order."""
    latencies: list[Latency] = field(default_factory=list)
    barge_ins: list[float] = field(default_factory=list)
    """Seconds from the first sound of an interruption to the decision to be silent."""
    seconds: float = 0.0
    moves: list[int] = field(default_factory=list)
    """Positions in the trace at which each step that is a move began."""

    @property
    def passed(self) -> bool:
        return not self.failures


Narrator = Callable[[str, str], None]
"""Told who does what while a call unfolds: (actor, words)."""


def mute(actor: str, words: str) -> None:
    """The narrator of a call nobody watches."""


class Runner:
    """Plays one scripted call."""

    def __init__(
        self,
        call: ScriptedCall,
        line: CallerLine,
        trace: CallTrace,
        voice: CallerVoice,
        narrate: Narrator = mute,
    ) -> None:
        self._call, self._line, self._trace, self._voice, self._narrate = call, line, trace, voice, narrate
        self._report = CallReport(call)
        self._moved_at = 0
        """Position in the trace of the caller's last move."""

    async def run(self) -> CallReport:
        """Play the call to its end and return what was found; never raises for the line's faults."""
        clock = asyncio.get_running_loop().time
        began = clock()
        try:
            await self._line.dial()
            for step in self._call.steps:
                await self._play(step)
            await self._end(self._call.end)
        except IvrError as error:
            self._break_off(str(error))
        finally:
            self._line.hang_up()
        self._report.heard = [said.text for _, said in self._trace.since(0, Utterance) if said.text]
        self._report.seconds = clock() - began
        return self._report

    async def _play(self, step: Step) -> None:
        match step:
            case Speak():
                await self._until_listening()
                await self._speak(step)
            case Interrupt():
                await self._interrupt(step)
            case Press():
                await self._press(step)
            case Wait(seconds):
                self._move("waits", f"{seconds:g} s")
                await asyncio.sleep(seconds)
            case Hear():
                await self._hear(step)
            case Expect():
                await self._expect(step)
            case HangUp():
                self._move("hangs up", "")
                self._line.hang_up()
            case HearOut():
                await self._until_listening()
            case StaySilent():
                await self._stay_silent()

    async def _press(self, step: Press) -> None:
        if step.after is not None:
            await self._trace.wait(lambda: self._trace.speaking, LISTEN_SECONDS)
            await asyncio.sleep(step.after)
        self._move("presses", step.keys)
        position = self._moved_at
        await self._line.press(step.keys)
        await self._trace.wait(
            lambda: len(self._trace.since(position, KeyPressed)) >= len(step.keys), KEY_SECONDS
        )

    async def _stay_silent(self) -> None:
        await self._until_listening()
        self._move("is silent", "")
        position = self._moved_at
        if not await self._trace.wait(
            lambda: bool(self._trace.since(position, Say)) or self._trace.exit is not None, PATIENCE_SECONDS
        ):
            self._break_off(f"the line was patient for more than {PATIENCE_SECONDS:.0f} s")

    async def _until_listening(self) -> None:
        if not await self._trace.wait(
            lambda: self._trace.listening or self._trace.exit is not None, LISTEN_SECONDS
        ):
            self._break_off(f"the line did not listen within {LISTEN_SECONDS:.0f} s")

    async def _speak(self, step: Speak | Interrupt) -> None:
        speech = await self._voice.speech(step)
        self._move("says", step.text or str(step.file))
        await self._line.say(speech)
        ended = asyncio.get_running_loop().time()
        position = self._moved_at
        await self._trace.wait(lambda: self._trace.last_utterance(position) is not None, REPLY_SECONDS)
        await self._measure(ended, position)

    async def _measure(self, ended: float, position: int) -> None:
        """Note the latency of the reply, once it is heard."""
        heard = self._trace.last_utterance(position)
        if heard is None:
            return
        decided = heard[0]
        loop = asyncio.get_running_loop()
        give_up = loop.time() + 3.0
        while (sound := self._line.first_sound_after(decided)) is None and loop.time() < give_up:
            await asyncio.sleep(0.02)
        if sound is not None:
            latency = Latency(max(0.0, decided - ended), sound - decided)
            self._report.latencies.append(latency)
            self._narrate(
                "latency",
                f"{latency.total * 1000:.0f} ms (end of turn {latency.end_of_turn * 1000:.0f}, "
                f"processing {latency.processing * 1000:.0f})",
            )

    async def _interrupt(self, step: Interrupt) -> None:
        speech = await self._voice.speech(step)
        await self._trace.wait(lambda: self._trace.speaking, LISTEN_SECONDS)
        await asyncio.sleep(step.after)
        if not self._trace.speaking:
            complaint = f"there was no prompt left to interrupt after {step.after:g} s"
            self._fail(complaint, Mismatch("interruption"))
        began, position = asyncio.get_running_loop().time(), len(self._trace.entries)
        self._move("interrupts", step.text or str(step.file))
        talking = asyncio.create_task(self._line.say(speech))
        stopped = await self._trace.wait(lambda: bool(self._trace.since(position, StopPrompt)), REPLY_SECONDS)
        await talking
        ended = asyncio.get_running_loop().time()
        if not stopped:
            return self._fail("the prompt was not interrupted", Mismatch("interruption"))
        delay = self._trace.since(position, StopPrompt)[0][0] - began
        self._report.barge_ins.append(delay)
        self._narrate("barge-in", f"silent after {delay * 1000:.0f} ms")
        await self._trace.wait(lambda: self._trace.last_utterance(position) is not None, REPLY_SECONDS)
        await self._measure(ended, position)

    async def _hear(self, step: Hear) -> None:
        position = self._moved_at
        if not await self._trace.wait(lambda: step.prompt in self._trace.prompts(position), step.within):
            played = ", ".join(self._trace.prompts(position)) or "nothing"
            complaint = f"expected the prompt {step.prompt} within {step.within:g} s, heard {played}"
            self._fail(complaint, Mismatch("prompt", step.prompt, played))

    async def _expect(self, step: Expect) -> None:
        position = self._moved_at
        await self._trace.wait(lambda: self._trace.last_understanding(position) is not None, REPLY_SECONDS)
        found = self._trace.last_understanding(position)
        heard = self._trace.last_utterance(position)
        self._compare("text", step.text, heard[1].text if heard else None)
        self._compare("outcome", step.outcome, found.outcome if found else None)
        self._compare("command", step.command, found.command if found else None)
        intents = [candidate.intent for candidate in found.intents] if found else []
        if step.intent is not None and step.intent not in intents:
            understood = ", ".join(intents) or "none"
            complaint = f"expected the intent {step.intent}, understood {understood}"
            self._fail(complaint, Mismatch("intent", step.intent, understood))
        if step.latency is not None:
            self._expect_latency(step.latency)

    def _expect_latency(self, most: float) -> None:
        if not self._report.latencies:
            complaint = "the reply was not heard, so its latency is unknown"
            self._fail(complaint, Mismatch("latency", f"{most:g} s"))
        elif (took := self._report.latencies[-1].total) > most:
            complaint = f"expected a reply within {most:g} s, it took {took:.2f} s"
            self._fail(complaint, Mismatch("latency", f"{most:g} s", f"{took:.2f} s"))

    async def _end(self, end: End) -> None:
        if end.exit == "caller":
            self._line.hang_up()
            return
        await self._trace.wait(lambda: self._trace.exit is not None, END_SECONDS)
        found = self._trace.exit
        kinds = {"transfer": Transfer, "message": LeaveMessage, "hang-up": LineHungUp}
        if not isinstance(found, kinds[end.exit]):
            ended = next((name for name, kind in kinds.items() if isinstance(found, kind)), "nothing")
            complaint = f"expected the call to end by {end.exit}, it ended by {found or 'nothing'}"
            return self._fail(complaint, Mismatch("end", end.exit, ended))
        if isinstance(found, Transfer):
            self._compare("queue", end.queue, found.queue)
            self._compare("reason", end.reason, found.reason)
        if end.agent and not await self._line.agent_answered():
            self._fail("no agent was heard", Mismatch("agent"))

    def _break_off(self, complaint: str) -> None:
        self._fail(complaint, Mismatch("call", found=complaint))

    def _compare(self, what: str, expected: str | None, found: str | None) -> None:
        if expected is not None and expected != found:
            complaint = f"expected the {what} {expected!r}, found {found and str(found)!r}"
            self._fail(complaint, Mismatch(what, expected, str(found or "none")))

    def _move(self, actor: str, words: str) -> None:
        self._moved_at = len(self._trace.entries)
        self._report.moves.append(self._moved_at)
        self._narrate(actor, words)

    def _fail(self, complaint: str, mismatch: Mismatch) -> None:
        self._report.failures.append(complaint)
        self._report.mismatches.append(mismatch)
        self._narrate("failed", complaint)
