"""Makes records of what is observed on one call: a state machine that only listens.

Pure: loop times come in with every observation, records go out. Takes microseconds; decides nothing about the
call itself.
"""

from collections import deque
from collections.abc import Callable, Container, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Any

from ivr.dialogue import events
from ivr.dialogue.actions import (
    Action,
    BookCallback,
    HangUp,
    LeaveMessage,
    Line,
    Listen,
    Perform,
    RefuseRecording,
    Say,
    StopPrompt,
    Transfer,
)
from ivr.dialogue.understanding import Outcome, Understanding
from ivr.french.private_numbers import TURNS
from ivr.store.audio import name_of
from ivr.store.outcomes import CallOutcome, Lesson
from ivr.store.records import Kind, Record
from ivr.store.turns import WORDS, OpenTurn, numbers_over

Observed = events.Event | Action | Understanding
"""What can be known of a call while it goes on."""

NOTICE = "recording-notice"
STAMPS = {"accueil": "disclosure", "enreg.avis": NOTICE, "enreg.refus": "refusal-confirmed"}
"""Prompts, or families of prompts, whose hearing is proof."""
LEAVE_TAKING = "fin."
SHOWN = 100
"""Turns of a call in progress that can be looked at."""
QUESTIONS = (Outcome.ANSWER, Outcome.CONFIRM, Outcome.CHOOSE)


@dataclass(frozen=True, slots=True)
class Content:
    """What is published, as far as the record needs it."""

    edition: str
    intents: Container[str]


@dataclass(frozen=True, slots=True)
class CallFacts:
    """What is known when the call comes in."""

    call: str
    server: str
    caller: str | None = None
    """Pseudonym."""
    returned_from: str | None = None
    recorded: bool = False
    sound: bool = False
    """Whether sound is kept, once the caller has heard that it may be."""


class CallAssembly:
    """One call. Feed ``take``; what it returns is to be kept."""

    def __init__(
        self, facts: CallFacts, content: Callable[[], Content], now: float, wall: float, zone: tzinfo
    ) -> None:
        """*wall* is the time of day, in seconds since 1970, at loop time *now*; *zone* the desk's."""
        self.facts = facts
        self.ended = False
        self.intent: str | None = None
        """Last question answered."""
        self.refused = False
        """Whether the caller wants nothing of it recorded."""
        self._content = content
        self._started, self._epoch = now, wall - now
        self._local = datetime.fromtimestamp(wall, zone)
        self._edition = content().edition
        self._turn: OpenTurn | None = None
        self._before: OpenTurn | None = None
        """The turn finished last."""
        self._saying: dict[int, tuple[Line, ...]] = {}
        """What is being played, by turn: the end of one prompt may be reported after the next was begun."""
        self._speech = self._listening = False
        self._rows: deque[dict[str, Any]] = deque(maxlen=SHOWN)
        self._effects: dict[int, str] = {}
        self._stamped: set[str] = set()
        self._opened: set[str] = set()
        self._said: deque[OpenTurn] = deque(maxlen=TURNS)
        """The last turns in which the caller spoke: a number may be given over several."""
        self._lesson_for: OpenTurn | None = None
        """The last question, in case nobody answers it."""
        self._booked = self._taken_leave = False
        self._turns = self._misses = self._silences = self._barge_ins = 0

    def begin(self) -> list[Record]:
        """Return the record of a call that has begun."""
        return [self._call(None, None)]

    def take(self, now: float, what: Observed) -> list[Record]:
        """Return what is to be kept because of *what*, usually nothing yet."""
        if self.ended:
            return []
        match what:
            case Say():
                return self._say(now, what)
            case Understanding() if self._turn is not None:
                self._turn.understanding, self._turn.understood = what, now
            case Perform():
                return self._perform(now, what)
            case Listen():
                self._listening = True
                if self._turn is not None:
                    self._turn.private |= what.expecting.private
            case StopPrompt() if self._turn is not None:
                self._turn.barge_in |= self._speech
            case Transfer() | LeaveMessage() | HangUp():
                return self._exit(now, what)
            case _:
                return self._happened(now, what)
        return []

    def interrupt(self, now: float) -> list[Record]:
        """Return the records of a call that the server gives up."""
        return [] if self.ended else self._end(now, CallOutcome.INTERRUPTED, None, None)

    @property
    def started_at(self) -> float:
        """When it began, in seconds since 1970."""
        return self._started + self._epoch

    def so_far(self) -> list[dict[str, Any]]:
        """Return the latest turns, the one in progress included."""
        turn = self._turn
        going_on = (
            [turn.row(self.facts.call, turn.started, self._epoch, refused=self.refused, last=True)]
            if turn
            else []
        )
        return [*self._rows, *going_on]

    def _happened(self, now: float, what: Observed) -> list[Record]:
        turn = self._turn
        match what:
            case events.CallerHungUp():
                return self._end(now, self._outcome(by_us=False), None, None)
            case events.PromptFinished(number):
                return self._heard(now, self._saying.pop(number, ()))
            case events.PromptCut(number, whole):
                return self._heard(now, self._saying.pop(number, ())[:whole])
            case events.SpeechStarted():
                self._speech = True
            case events.Utterance() if turn is not None:
                self._speech = False
                if what.text or what.closed:
                    turn.hear(now, what)
            case events.KeyPressed(key) if turn is not None:
                turn.keys += key
            case events.DeadlineReached() if turn is not None and self._listening:
                turn.silence = not turn.keys
            case events.PromptFailed() if turn is not None:
                turn.trouble = "voice"
            case events.RecognitionFailed() if turn is not None:
                turn.trouble = "ear"
            case events.HandOffRequested() if turn is not None:
                turn.trouble = "supervisor"
            case events.EffectDone(number, succeeded):
                self._effect_done(number, succeeded)
        return []

    def _say(self, now: float, say: Say) -> list[Record]:
        finished: list[Record] = []
        if self._turn is not None and self._turn.replied:
            finished = self._finish(now)
        if self._turn is None:
            content = self._content()
            self._turns += 1
            self._turn = OpenTurn(self._turns, now, content.edition, say.rate)
        self._turn.lines += say.lines
        self._turn.private |= say.expecting.private
        self._saying[say.turn] = say.lines
        self._listening = self._speech = False
        for line in say.lines:
            self._note(line, self._turn)
        return finished

    def _note(self, line: Line, turn: OpenTurn) -> None:
        answer = line.prompt.partition(".")[0]
        if answer not in self._opened and answer in self._content().intents:
            self._opened.add(answer)
            self.intent, self._lesson_for = answer, None
            turn.answered = turn.answered or answer
        self._taken_leave |= line.prompt.startswith(LEAVE_TAKING)

    def _heard(self, now: float, whole: tuple[Line, ...]) -> list[Record]:
        prompts = [name for line in whole for name in (line.prompt, line.prompt.partition(".")[0])]
        kinds = dict.fromkeys(STAMPS[name] for name in prompts if name in STAMPS)
        return [self._stamp(kind, now) for kind in kinds if kind not in self._stamped]

    def _stamp(self, kind: str, now: float) -> Record:
        self._stamped.add(kind)
        return Record(Kind.STAMP, {"call": self.facts.call, "kind": kind, "at": now + self._epoch})

    def _perform(self, now: float, perform: Perform) -> list[Record]:
        self._effects[perform.turn] = type(perform.effect).__name__
        self._listening = False
        if not isinstance(perform.effect, RefuseRecording) or self.refused:
            return []
        self.refused = True
        self._rows.clear()
        forget = Record(Kind.FORGET, {"call": self.facts.call})
        return [forget, self._stamp("recording-refused", now)]

    def _effect_done(self, number: int, succeeded: bool) -> None:
        name = self._effects.pop(number, "")
        self._booked |= succeeded and name == BookCallback.__name__
        if self._turn is not None:
            self._turn.effects.append({"effect": name, "succeeded": succeeded})

    def _finish(self, now: float, *, last: bool = False) -> list[Record]:
        turn, self._turn = self._turn, None
        if turn is None:
            return []
        row = turn.row(self.facts.call, now, self._epoch, refused=self.refused, last=last)
        sound = turn.take_sound()
        keep = bool(sound and row["text"]) and self.facts.sound and NOTICE in self._stamped
        row["sound"] = name_of(f"{self._local:%Y-%m-%d}", self.facts.call, turn.number) if keep else None
        found = [Record(Kind.TURN, row, sound if keep else b"")]
        self._rows.append(row)
        found += self._mask_what_adds_up(turn)
        if self._before is not None and self._before.offered and turn.refuses:
            found += self._lesson(self._before, Lesson.DENIED)
        if row["text_key"] and turn.understanding and turn.understanding.outcome in QUESTIONS:
            self._lesson_for = turn
        self._before = turn
        self._misses += turn.missed
        self._silences += turn.silence
        self._barge_ins += turn.barge_in
        return found

    def _mask_what_adds_up(self, turn: OpenTurn) -> list[Record]:
        """Return what masks the turns that together say a number."""
        if self.refused or not turn.speaks:
            return []
        self._said.append(turn)
        numbers = numbers_over(self._said)
        for place, row in enumerate(self._rows):
            if row["number"] in numbers:
                self._rows[place] = {**row, **WORDS, "masked": row["masked"] or "number"}
        return [Record(Kind.MASK, {"call": self.facts.call, "number": number}) for number in numbers]

    def _lesson(self, turn: OpenTurn, lesson: Lesson) -> list[Record]:
        row = {"call": self.facts.call, "number": turn.number, "lesson": lesson}
        return [] if self.refused else [Record(Kind.LESSON, row)]

    def _exit(self, now: float, exit: Transfer | LeaveMessage | HangUp) -> list[Record]:
        match exit:
            case Transfer(queue, reason):
                return self._end(now, CallOutcome.TRANSFERRED, reason, queue)
            case LeaveMessage(reason):
                return self._end(now, CallOutcome.MESSAGE, reason, None)
        return self._end(now, self._outcome(by_us=True), None, None)

    def _outcome(self, *, by_us: bool) -> CallOutcome:
        if self._booked:
            return CallOutcome.CALLBACK
        if self._opened:
            return CallOutcome.RESOLVED if self._taken_leave else CallOutcome.LEFT
        return CallOutcome.UNANSWERED if by_us else CallOutcome.ABANDONED

    def _end(self, now: float, outcome: CallOutcome, reason: str | None, queue: str | None) -> list[Record]:
        found = self._finish(now, last=True)
        if self._lesson_for is not None and outcome in (CallOutcome.TRANSFERRED, CallOutcome.ABANDONED):
            found += self._lesson(self._lesson_for, Lesson(outcome.value))
        self.ended = True
        return [*found, self._call(now, outcome, reason, queue)]

    def _call(
        self,
        ended: float | None,
        outcome: CallOutcome | None,
        reason: str | None = None,
        queue: str | None = None,
    ) -> Record:
        facts, local = self.facts, self._local
        year, week, _ = local.isocalendar()
        row = {
            "id": facts.call,
            "server": facts.server,
            "started_at": self._started + self._epoch,
            "ended_at": ended + self._epoch if ended is not None else None,
            "hour": f"{local:%Y-%m-%dT%H}",
            "day": f"{local:%Y-%m-%d}",
            "week": f"{year}-W{week:02}",
            "seconds": round(ended - self._started, 3) if ended is not None else None,
            "caller": facts.caller,
            "returned_from": facts.returned_from,
            "recorded": facts.recorded,
            "recording_refused": self.refused,
            "edition": self._edition,
            "outcome": outcome,
            "reason": reason,
            "queue": queue,
            "intent": self.intent,
            "turns": self._turns,
            "answers": len(self._opened),
            "no_matches": self._misses,
            "silences": self._silences,
            "barge_ins": self._barge_ins,
        }
        return Record(Kind.CALL, row)


__all__: Sequence[str] = ["CallAssembly", "CallFacts", "Content", "Observed"]
