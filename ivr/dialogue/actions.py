"""What the dialogue asks the call driver to do.

Actions are performed in the order given. Every ``Say`` and ``Listen`` carries the turn number that its
report must bring back, so that a late report of a prompt already cut cannot end the next one.
"""

import enum
from dataclasses import dataclass
from datetime import datetime


class Rate(enum.IntEnum):
    """Speaking rate, in percent of the voice's normal one (« moins vite »)."""

    NORMAL = 100
    SLOW = 85
    SLOWER = 75


class HandOffReason(enum.StrEnum):
    """Why a call is handed to a person, as the dialplan, the records and the metrics name it."""

    REQUESTED = "requested"
    NO_MATCH = "no-match"
    NO_INPUT = "no-input"
    FAQ = "faq"
    """The answer says so."""
    NEAR_MISS = "near-miss"
    MISSING = "missing"
    FAILURE = "failure"
    SUPERVISOR = "supervisor"
    RETURNED = "returned"
    """He came back from the queue and wants somebody again."""
    EMERGENCY = "emergency"
    ANGER = "anger"


@dataclass(frozen=True, slots=True)
class Line:
    """One thing to say: a prompt's text with its values filled in."""

    prompt: str
    """Identifier in ``prompts/``, e.g. ``menu.1`` or ``adresse-mac.e1``: recordings are found by it."""
    text: str
    """Written form; the speech layer normalises it and applies the pronunciation lexicon."""
    pause: float = 0.0
    """Seconds of silence before it."""


@dataclass(frozen=True, slots=True)
class Expecting:
    """What the caller may answer, so that the ear can choose its decoding modes and its patience."""

    phrases: tuple[str, ...] = ()
    """Closed grammar: words and short phrases worth decoding on their own (oui, non, suite…)."""
    open: bool = True
    """Whether a free question is expected; False: any number of the phrases, as in a telephone number."""
    private: bool = False
    """Whether the reply may hold a password or a number, so that no record keeps its words."""


@dataclass(frozen=True, slots=True)
class Say:
    """Play lines one after the other; report ``PromptFinished(turn)`` after the last frame."""

    turn: int
    lines: tuple[Line, ...]
    interruptible: bool = True
    """Whether speech may barge in. Keys always may."""
    rate: Rate = Rate.NORMAL
    expecting: Expecting = Expecting()
    """What the ear listens for while the prompt plays (barge-in)."""
    louder: int = 0
    """Steps by which the caller had the voice raised, 0 to 2."""


@dataclass(frozen=True, slots=True)
class StopPrompt:
    """Be silent now."""


@dataclass(frozen=True, slots=True)
class Listen:
    """Open the ear (or keep it open after a barge-in); report ``Utterance(turn, …)`` at the end of turn."""

    turn: int
    expecting: Expecting = Expecting()


@dataclass(frozen=True, slots=True)
class SendLink:
    """Send a document's address to the caller."""

    link: str
    """Key of the link in the FAQ's registry."""
    channel: str
    """``sms`` or ``email``."""
    recipient: str


@dataclass(frozen=True, slots=True)
class BookCallback:
    """Store a promise to call back; the server originates it when an agent is free."""

    number: str
    slot: str
    """``matin``, ``après-midi`` or empty."""
    intent: str
    due: datetime | None = None
    """Not before this moment; None: as soon as the half-day, or the desk, begins."""


@dataclass(frozen=True, slots=True)
class RefuseRecording:
    """Stop recording this call and forget what was recorded."""


Effect = SendLink | BookCallback | RefuseRecording


@dataclass(frozen=True, slots=True)
class Perform:
    """Do something outside the conversation; report ``EffectDone(turn, …)``."""

    turn: int
    effect: Effect


@dataclass(frozen=True, slots=True)
class Transfer:
    """Hand the caller off to a queue. Exit action."""

    queue: str
    reason: str
    """Why, in one word: requested, no-match, no-input, faq, failure, supervisor…"""
    intent: str = ""
    """Last question understood, shown on the agent's phone."""
    words: str = ""
    """The caller's question in his words (else his last words), shown on the agent's phone."""
    steps: str = ""
    """What was already done with the caller."""


@dataclass(frozen=True, slots=True)
class LeaveMessage:
    """Give the caller to voicemail. Exit action."""

    reason: str
    intent: str = ""


@dataclass(frozen=True, slots=True)
class HangUp:
    """End the call. Exit action."""


Exit = Transfer | LeaveMessage | HangUp
Action = Say | StopPrompt | Listen | Perform | Exit
