"""What happened on the call.

Adapters create these; only the dialogue reads them. An event never says what to do about it.
"""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Word:
    """One recognised word."""

    text: str
    start: float
    """Seconds from the beginning of the utterance."""
    end: float
    confidence: float
    """0 to 1, as calibrated by the recogniser's adapter."""


@dataclass(frozen=True, slots=True)
class Hypothesis:
    """One reading of what the caller said, best first in :class:`Utterance`."""

    text: str
    confidence: float = 1.0
    words: tuple[Word, ...] = ()


@dataclass(frozen=True, slots=True)
class CallAnswered:
    """The channel is up and audio flows both ways."""


@dataclass(frozen=True, slots=True)
class SpeechStarted:
    """The caller really speaks (level gate and VAD agreed); during a prompt this is a barge-in."""

    turn: int | None = field(default=None, compare=False)
    """The turn the ear was listening for; None from an ear that does not say."""


@dataclass(frozen=True, slots=True)
class Utterance:
    """The caller finished speaking. No hypotheses: something was heard, but no words (a cough)."""

    turn: int
    hypotheses: tuple[Hypothesis, ...]
    """Open dictation, best first."""
    closed: Hypothesis | None = None
    """What the closed grammar of the turn heard; None without one, or when it heard something else."""
    seconds: float = 0.0
    """Length of the caller's speech."""
    sound: bytes = field(default=b"", repr=False, compare=False)
    """The speech itself, 8 kHz ``slin``; empty unless it may be kept."""

    @property
    def text(self) -> str:
        """The best reading, or an empty string."""
        return self.hypotheses[0].text if self.hypotheses else ""


KEYS = frozenset("0123456789*#")
"""Of a telephone."""


@dataclass(frozen=True, slots=True)
class KeyPressed:
    """One DTMF key of :data:`KEYS`."""

    key: str


@dataclass(frozen=True, slots=True)
class PromptFinished:
    """The last frame of this turn's prompt was sent."""

    turn: int


@dataclass(frozen=True, slots=True)
class PromptCut:
    """This turn's prompt was stopped before its end."""

    turn: int
    heard: int
    """How many of its lines had been played whole."""


@dataclass(frozen=True, slots=True)
class PromptFailed:
    """This turn's prompt could not be rendered or played."""

    turn: int
    reason: str


@dataclass(frozen=True, slots=True)
class RecognitionFailed:
    """The recogniser is gone or too late; the caller can still use the keypad."""

    turn: int
    reason: str


@dataclass(frozen=True, slots=True)
class EffectDone:
    """An :class:`~ivr.dialogue.actions.Effect` that the dialogue asked for has ended."""

    turn: int
    succeeded: bool
    detail: str = ""


@dataclass(frozen=True, slots=True)
class HandOffRequested:
    """A supervisor takes this call out of the dialogue and gives it to an agent."""

    queue: str


@dataclass(frozen=True, slots=True)
class DeadlineReached:
    """The time announced by ``Dialogue.deadline`` has come."""


@dataclass(frozen=True, slots=True)
class CallerHungUp:
    """The far end is gone."""


Event = (
    CallAnswered
    | SpeechStarted
    | Utterance
    | KeyPressed
    | PromptFinished
    | PromptCut
    | PromptFailed
    | RecognitionFailed
    | EffectDone
    | HandOffRequested
    | DeadlineReached
    | CallerHungUp
)
