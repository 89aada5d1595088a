"""What the conversation needs from the outside, as Protocols that live with their consumer.

Every method is a plain, fast function: no I/O happens behind it while a caller waits.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from ivr.dialogue.actions import Line
from ivr.dialogue.answers import Answer
from ivr.dialogue.events import Hypothesis
from ivr.dialogue.understanding import Understanding
from ivr.french.number_plan import NumberPlan


@dataclass(frozen=True, slots=True)
class Context:
    """Where in the conversation an utterance was spoken: helps to understand vague ones."""

    intent: str | None = None
    """The answer in progress or just given (« et si je n'y ai pas accès ? »)."""
    candidates: tuple[str, ...] = ()
    """The intents just offered in a choice or a confirmation."""
    expecting_reply: bool = False
    """A yes/no question or a choice is pending."""


@dataclass(frozen=True, slots=True)
class Availability:
    """What the desk can offer right now."""

    open: bool = True
    hours: str | None = None
    """Spoken, e.g. « du lundi au vendredi, de neuf heures à dix-huit heures »; None when unknown."""
    agents_free: int | None = None
    """None when AMI is not connected."""
    nobody: bool = False
    """Whether nobody serves the queue: not busy, but paused or gone."""
    callers_waiting: int | None = None
    hold_seconds: float | None = None
    """Measured mean hold time; None when never measured."""
    callback: bool = False
    slots: bool = False
    """Whether a caller may choose the morning or the afternoon for his callback."""
    voicemail: bool = True
    daytime: bool = True
    """Whether « bonne journée » fits."""


@dataclass(frozen=True, slots=True)
class Caller:
    """What is known of the caller when the call comes in."""

    number: str | None = None
    """National digits (« 0612345678 »); None when withheld."""
    email: str | None = None
    recorded: bool = False
    """Whether this call is being recorded, so that the notice must be played."""
    previous_intent: str | None = None
    """What he asked when he was here a moment ago (returned from a queue, or called back)."""
    previous_steps: tuple[str, ...] = ()
    """Lines of that answer that he has heard."""
    returned_from: str | None = None
    """``busy``, ``no-answer``, ``closed``… when a hand-off failed and Asterisk sent the caller back."""


@dataclass(frozen=True, slots=True)
class Offers:
    """What this installation can do: never offer what is not configured."""

    sms: bool = False
    email: bool = False
    links: frozenset[str] = field(default_factory=frozenset)
    """Keys of the documents that have an address."""
    courtesy: bool = True
    """A person also where an answer ends without the FAQ naming anyone."""
    notice: str = ""
    """Where one may read what becomes of the recording, as it is said; empty: nobody wrote it down."""
    plan: NumberPlan = field(default_factory=NumberPlan)
    """Which numbers may be called and written to."""


class Knowledge(Protocol):
    """The FAQ and the prompts, as published when the turn began."""

    def understand(
        self, hypotheses: Sequence[Hypothesis], closed: Hypothesis | None, context: Context
    ) -> Understanding:
        """Decide what the caller means."""

    def answer(self, intent: str) -> Answer:
        """Return the answer of *intent*. Raises KeyError."""

    def intents(self) -> Sequence[str]:
        """Every intent, in the order of the FAQ."""

    def line(self, prompt: str, /, **values: str) -> Line:
        """Return a shared prompt with its ``{values}`` filled in. Raises KeyError."""

    def disambiguation(self, intents: Sequence[str]) -> "Disambiguation | None":
        """Return the written question that tells these intents apart, if there is one."""

    def choice(self, prompt: str, /) -> "Disambiguation":
        """Return the closed question *prompt*, for a choice that leads to another. Raises KeyError."""

    def family(self, text: str) -> "Disambiguation | None":
        """Return the question that narrows a one-word subject (« poste ») after ``nm.2``, if any."""

    def link(self, key: str) -> "Link | None":
        """Return the document *key*; None when it is not registered or has no address."""

    def gloss(self, text: str) -> Line | None:
        """Return the explanation that « c'est quoi… ? » asks for, None if *text* is no such question."""

    def incidents(self) -> Sequence[Line]:
        """Return what every new caller is to hear first now."""


@dataclass(frozen=True, slots=True)
class Disambiguation:
    """A closed question between two or three intents (or further questions)."""

    prompt: str
    choices: tuple["Choice", ...]


@dataclass(frozen=True, slots=True)
class Choice:
    """One way out of a disambiguation."""

    word: str
    """What the caller is asked to say."""
    go: str
    """An intent, or the id of another disambiguation prompt (``amb.poste.2``): see ``Knowledge.choice``."""
    say: tuple[str, ...] = ()
    """Other words that mean the same."""


@dataclass(frozen=True, slots=True)
class Link:
    """A document that answers mention, with the address that can be sent."""

    key: str
    title: str
    """As written in the message that carries it."""
    url: str
    dictate: str | None = None
    """Prompt that spells the address aloud, for want of a way to send it."""


@dataclass(frozen=True, slots=True)
class Appointment:
    """A window of time in which somebody can call back."""

    spoken: str
    """« demain, entre dix heures trente et midi »; empty: as soon as possible."""
    due: datetime | None = None
    """When it begins."""
    half: str = ""
    """``matin``, ``après-midi`` or empty."""
    moved: bool = False
    """Whether it is another one than was asked for, because the desk is closed then."""


@dataclass(frozen=True, slots=True)
class DayHours:
    """When the desk answers on one day."""

    day: str
    """Spoken: « demain », « le vendredi vingt-cinq décembre »."""
    hours: str | None
    """Spoken; None when it is closed."""


class Desk(Protocol):
    """The human side: opening hours and queues."""

    def availability(self, queue: str) -> Availability:
        """Return what is known now about *queue*."""

    def appointment(self, text: str) -> Appointment | None:
        """Return the first window within the desk's hours that suits *text*; None when it names no time."""

    def hours_on(self, text: str) -> DayHours | None:
        """Return the hours of the day that *text* names (« demain », « à Noël »); None when it names none."""
