"""Golden transcripts: a whole call as plain text that drives the dialogue and is compared with what it says.

``CALLER``, ``KEY`` and lines in parentheses drive; ``IVR``, ``DO`` and ``END`` are what the line does. Lines
that begin with ``#`` are comments; ``@ desk {…}``, ``@ caller {…}``, ``@ offers {…}``, ``@ links {…}``,
``@ effects {…}``, ``@ incident {…}`` and ``@ now …`` are settings (YAML). ``{answer adresse-mac}`` before the
words says what they mean, so that the replay needs no matcher; with ``!`` (``{!confirm adresse-mac}``) the
real matcher need not agree.
"""

import difflib
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import UTC, datetime
from typing import Any, cast
from zoneinfo import ZoneInfo

import yaml

from ivr.config import DeskSettings
from ivr.dialogue import events
from ivr.dialogue.actions import Action, Effect, Exit, LeaveMessage, Line, Perform, Rate, Say, Transfer
from ivr.dialogue.behaviours import Conversation, reception
from ivr.dialogue.dialogue import Dialogue
from ivr.dialogue.events import Hypothesis
from ivr.dialogue.ports import Appointment, Availability, Caller, Context, DayHours, Knowledge, Link, Offers
from ivr.dialogue.typed import TextCall
from ivr.dialogue.understanding import Candidate, Command, Guard, Outcome, Reject, Understanding
from ivr.errors import ConfigurationError
from ivr.french.times import DAYS
from ivr.knowledge.appointments import appointment, hours_on
from ivr.knowledge.hours import OpeningHours
from ivr.knowledge.incidents import Incident, heard

TOLD = ("IVR", "DO", "END")
"""What the line does: written by the replay, ignored when read."""
SETTINGS = ("desk", "caller", "offers", "links", "effects", "incident", "now")

HOURS = OpeningHours.from_settings(
    DeskSettings(hours={day: ["09:00-12:00", "14:00-18:00"] for day in DAYS[:5]})
)
"""When somebody can call back, in a transcript."""
SPOKEN = re.compile(r"(?P<interrupts>\(barge-in\) ?)?(?:\{(?P<meaning>[^}]*)\} ?)?(?P<words>.*)")


def replay(transcript: str, knowledge: Knowledge, name: str = "transcript") -> str:
    """Hold the conversation again and return it as it went, comments and settings kept.

    Raises:
        ConfigurationError: a line that means nothing, with file and line.
    """
    call = Replay(knowledge)
    for number, line in enumerate(transcript.splitlines(), 1):
        try:
            call.read(line)
        except (ValueError, TypeError, yaml.YAMLError) as error:
            raise ConfigurationError(f"{name}:{number}: {error}") from None
    call.hear_out()
    return "\n".join(call.told) + "\n"


@dataclass
class _Desk:
    state: Availability
    now: datetime = datetime(2026, 11, 23, 15, tzinfo=ZoneInfo("Europe/Paris"))
    """A Monday, unless the transcript says when it is."""

    def availability(self, queue: str) -> Availability:
        return self.state

    def appointment(self, text: str) -> Appointment | None:
        return appointment(text, self.now, HOURS)

    def hours_on(self, text: str) -> DayHours | None:
        return hours_on(text, self.now, HOURS)


class Scripted:
    """A knowledge whose next understanding, and whose addresses, the transcript may dictate."""

    def __init__(self, knowledge: Knowledge) -> None:
        self._knowledge = knowledge
        self.links: dict[str, str | None] = {}
        self.meaning: str | None = None
        self.announced: list[Incident] = []
        self.now = datetime.now(UTC)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._knowledge, name)

    def understand(
        self, hypotheses: Sequence[Hypothesis], closed: Hypothesis | None, context: Context
    ) -> Understanding:
        if self.meaning is None:
            return self._knowledge.understand(hypotheses, closed, context)
        meaning, self.meaning = self.meaning, None
        return understanding(meaning, hypotheses[0].text)

    def incidents(self) -> Sequence[Line]:
        return heard(self.announced, self.now)

    def link(self, key: str) -> Link | None:
        found = self._knowledge.link(key)
        if key not in self.links:
            return found
        url = self.links[key]
        return Link(key, key, url, found.dictate if found else None) if url else None


def differences(transcript: Sequence[str], held: Sequence[str]) -> list[str]:
    """Return what was *held* otherwise than the transcript says; nothing when it went as written."""
    return list(difflib.unified_diff(transcript, held, "written", "held", "", "", 2, ""))


def undictated(transcript: str) -> str:
    """Return *transcript* with the meanings left to the real matcher, but for those marked with ``!``."""
    return re.sub(r"^(CALLER.*?)\{[^!}][^}]*\} ?", r"\1", transcript, flags=re.MULTILINE)


def understanding(meaning: str, text: str) -> Understanding:
    """Return what *meaning* stands for: ``answer ID…``, ``confirm ID``, ``choose ID ID``, a command, a reject
    or a guard; after ``corrects``, a correction."""
    corrects = meaning.startswith("corrects ")
    what, *intents = meaning.removeprefix("corrects ").split()
    if what in set(Guard):
        return Understanding(text, Outcome.REJECT, reject=Reject.NO_MATCH, guard=Guard(what))
    if what in set(Command):
        return Understanding(text, Outcome.COMMAND, command=Command(what))
    if what in set(Reject):
        return Understanding(text, Outcome.REJECT, reject=Reject(what))
    candidates = tuple(Candidate(intent, 0.9) for intent in intents)
    return Understanding(text, Outcome(what), candidates, corrects=corrects)


class Replay:
    """One transcript being replayed; the call begins with the first line that is no setting."""

    def __init__(self, knowledge: Knowledge) -> None:
        self.told: list[str] = []
        self._scripted = Scripted(knowledge)
        self._desk = _Desk(Availability())
        self._settings: dict[str, Any] = {"caller": Caller(), "offers": Offers()}
        self._effects: dict[str, Any] = {}
        self._call: TextCall | None = None

    def read(self, line: str) -> None:
        """Do what one line says, and write down it and what the line of the call answers."""
        word, _, rest = line.partition(" ")
        if word in TOLD:
            return
        if word == "@":
            self._set(*rest.strip().split(" ", 1))
        elif line and word != "#":
            self._drive(line, word, rest.strip())
            return
        self.told.append(line)

    def hear_out(self) -> bool:
        """Write down what the line still has to say; return whether the call is over."""
        call = self._running()
        self.told += written(call.listen())
        return call.ended

    def _set(self, what: str, values: str) -> None:
        given = yaml.safe_load(values)
        match what:
            case "desk":
                self._desk.state = replace(self._desk.state, **given)
            case "effects":
                self._effects |= given
            case "incident":
                self._scripted.announced.append(Incident(given["text"], given["from"], given["until"]))
            case "now":
                self._scripted.now = self._desk.now = given
            case "links":
                self._scripted.links |= given
            case "caller" | "offers":
                self._settings[what] = replace(self._settings[what], **given)
            case _:
                raise ValueError(f"unknown setting « {what} »: {', '.join(SETTINGS)}")

    def _running(self) -> TextCall:
        if self._call is None:
            knowledge = cast(Knowledge, self._scripted)  # delegates what it does not define
            talk = Conversation(knowledge, self._desk, **self._settings)
            self._call = TextCall(Dialogue(reception(talk)), self._effect)
            self.told += written(self._call.answer())
        return self._call

    def _effect(self, effect: Effect) -> tuple[bool, float]:
        return self._effects.get("succeed", True), self._effects.get("seconds", 0.1)

    def _drive(self, line: str, word: str, rest: str) -> None:
        call = self._running()
        interrupts = "(barge-in)" in line
        if not interrupts and line != "(voice fails)":
            self.hear_out()
        if call.ended:
            raise ValueError("the call is over: remove this line")
        self.told.append(line)
        self.told += written(self._act(call, line, word, rest, interrupts))

    def _act(self, call: TextCall, line: str, word: str, rest: str, interrupts: bool) -> list[Action]:
        if word == "CALLER" and (said := SPOKEN.fullmatch(rest)):
            self._scripted.meaning = said["meaning"] and said["meaning"].removeprefix("!")
            return call.interrupt(said["words"]) if interrupts else call.say(said["words"])
        if word == "KEY":
            return call.press(rest.removeprefix("(barge-in)").strip())
        acts: Mapping[str, Callable[[], list[Action]]] = {
            "(silence)": call.stay_silent,
            "(cough)": lambda: call.say(""),
            "(barge-in)": lambda: call.interrupt(""),
            "(voice fails)": call.lose_voice,
            "(ear fails)": call.lose_ear,
            "(supervisor)": lambda: call.send(events.HandOffRequested("support")),
            "(hangs up)": lambda: call.send(events.CallerHungUp()),
        }
        if line not in acts:
            raise ValueError(f"expected CALLER, KEY or one of {', '.join(acts)}, not « {line} »")
        return acts[line]()


def written(actions: Sequence[Action]) -> Iterator[str]:
    """Write down what the line does."""
    for action in actions:
        match action:
            case Say(lines=lines, rate=rate):
                speed = "" if rate is Rate.NORMAL else f"[{rate.value} %] "
                yield from (f"IVR     {speed}{line.text}" for line in lines)
            case Perform(effect=effect):
                yield f"DO      {_shown(effect)}"
            case action if isinstance(action, Exit):
                yield f"END     {_shown(action)}"


def _shown(action: Effect | Exit) -> str:
    """Return the action with what matters of it: not the caller's words, which stand above."""
    hidden = ("words", "steps") if isinstance(action, Transfer | LeaveMessage) else ()
    values = {f.name: getattr(action, f.name) for f in fields(action) if f.name not in hidden}
    shown = ", ".join(f"{name}={_value(value)}" for name, value in values.items() if value)
    return f"{type(action).__name__}({shown})"


def _value(value: object) -> str:
    return value.isoformat(timespec="minutes") if isinstance(value, datetime) else repr(value)
