"""One turn as it grows: what we said, then what the caller answered and what was made of it.

Collects and turns itself into a row; what a call is, it does not know. No clock, no I/O.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from ivr.dialogue.actions import Line, Rate
from ivr.dialogue.events import Hypothesis, Utterance
from ivr.dialogue.understanding import Command, Outcome, Reject, Understanding
from ivr.french.private_numbers import dictated_over, spoken_digits
from ivr.store.inbox import key_of
from ivr.store.outcomes import Lesson
from ivr.store.privacy import READ_BACK, sound_may_stay, why_masked

LONGEST_TEXT = 1000
"""Characters of an utterance that are kept; 20 seconds of speech are 400."""
LONGEST_KEYS = 32
READINGS = 5
CANDIDATES = 5

LESSONS = {
    Reject.NO_MATCH: Lesson.NO_MATCH,
    Reject.OUT_OF_SCOPE: Lesson.OUT_OF_SCOPE,
    Reject.NEAR_MISS: Lesson.NEAR_MISS,
}
"""Noise teaches nothing."""
WORDS: Mapping[str, Any] = {
    "text": None,
    "closed_text": None,
    "n_best": None,
    "pressed": None,
    "text_key": None,
    "lesson": None,
    "sound": None,
}
"""What deleting the words of a turn sets."""


@dataclass(slots=True)
class OpenTurn:
    """A turn in progress. Times are loop times, in seconds."""

    number: int
    started: float
    edition: str
    rate: Rate
    lines: list[Line] = field(default_factory=list)
    answered: str | None = None
    private: bool = False
    """What the caller says may be a secret."""
    barge_in: bool = False
    silence: bool = False
    utterance: Utterance | None = None
    """Without its sound."""
    sound: bytes = b""
    heard: float | None = None
    understanding: Understanding | None = None
    understood: float | None = None
    keys: str = ""
    trouble: str | None = None
    effects: list[dict[str, Any]] = field(default_factory=list)

    def hear(self, now: float, utterance: Utterance) -> None:
        """Take what the caller said."""
        self.utterance, self.heard = replace(utterance, sound=b""), now
        self.sound = utterance.sound

    @property
    def replied(self) -> bool:
        """Whether something has happened to which our next prompt is the answer."""
        return bool(self.utterance or self.keys or self.silence or self.trouble)

    @property
    def offered(self) -> bool:
        """Whether a question was offered for confirmation or choice."""
        made = self.understanding
        return made is not None and made.outcome in (Outcome.CONFIRM, Outcome.CHOOSE)

    @property
    def refuses(self) -> bool:
        """Whether the caller said no, or corrected us."""
        made = self.understanding
        return made is not None and (made.command is Command.NO or made.corrects)

    @property
    def missed(self) -> bool:
        """Whether the caller was heard and not understood."""
        return self.understanding is not None and self.understanding.reject is Reject.NO_MATCH

    @property
    def speaks(self) -> bool:
        """Whether the caller said words that are no command."""
        made = self.understanding
        return bool(_texts(self.utterance)) and not (made and made.command)

    def mask(self) -> str | None:
        """Return why the words of this turn must not be kept, if so."""
        made = self.understanding
        command = made is not None and made.command is not None
        return why_masked(_texts(self.utterance), private=self.private, command=command)

    def take_sound(self) -> bytes:
        """Return the sound if it may be kept where the words are, and hold it no longer."""
        sound, self.sound = self.sound, b""
        may = sound_may_stay(_texts(self.utterance), private=self.private, pressed=len(self.keys))
        return sound if may else b""

    def row(self, call: str, ended: float, epoch: float, *, refused: bool, last: bool) -> dict[str, Any]:
        """Return the row of ``turns``.

        *epoch* is the time of day at loop time zero; *refused*: the caller wants no word of his kept;
        *last*: no prompt answered this turn.
        """
        masked = "refused" if refused else self.mask()
        heard = self.heard
        return {
            "call": call,
            "number": self.number,
            "started_at": self.started + epoch,
            "heard_at": heard + epoch if heard is not None else None,
            "ended_at": ended + epoch,
            "edition": self.edition,
            "prompts": [_prompt(line) for line in self.lines],
            "rate": int(self.rate),
            "barge_in": self.barge_in,
            "silence": self.silence,
            "speech_seconds": self.utterance.seconds if self.utterance else None,
            "masked": masked if self.utterance or self.keys else None,
            "answered": self.answered,
            "respond_ms": _milliseconds(heard, None if last else ended),
            "understand_ms": _milliseconds(heard, self.understood),
            "trouble": self.trouble,
            "effects": self.effects or None,
            "sound": None,
            **self._words(masked is None),
            **self._meaning(masked is None),
        }

    def _words(self, keep: bool) -> dict[str, Any]:
        said = self.utterance
        readings = said.hypotheses if said else ()
        closed = said.closed if said else None
        best = readings[0] if readings else closed
        return {
            "text": best.text[:LONGEST_TEXT] if keep and best else None,
            "closed_text": closed.text[:LONGEST_TEXT] if keep and closed else None,
            "confidence": round(best.confidence, 4) if best else None,
            "n_best": [_reading(r) for r in readings[:READINGS]] if keep and readings else None,
            "pressed": _keys(self.keys, keep),
        }

    def _meaning(self, keep: bool) -> dict[str, Any]:
        made = self.understanding
        candidates = made.intents if made else ()
        lesson = LESSONS.get(made.reject) if made and made.reject and keep else None
        best = candidates[0] if candidates else None
        return {
            "outcome": made.outcome if made else None,
            "command": made.command if made else None,
            "reject": made.reject if made else None,
            "guard": made.guard if made else None,
            "corrects": made.corrects if made else False,
            "intent": best.intent if best else None,
            "score": round(best.score, 4) if best else None,
            "intents": [{"intent": c.intent, "score": round(c.score, 4)} for c in candidates[:CANDIDATES]]
            or None,
            "lesson": lesson,
            "text_key": (key_of(made.text) or None) if made and keep else None,
        }


def numbers_over(said: Sequence[OpenTurn]) -> list[int]:
    """Return which of the turns *said*, one after the other, give a number that none gives whole."""
    words = {turn.number: _texts(turn.utterance)[0] for turn in said}
    told = [number for number, text in words.items() if spoken_digits(text)]
    return told if dictated_over([words[number] for number in told]) else []


def _texts(utterance: Utterance | None) -> list[str]:
    if utterance is None:
        return []
    closed = (utterance.closed,) if utterance.closed else ()
    return [reading.text for reading in utterance.hypotheses + closed]


def _prompt(line: Line) -> dict[str, str]:
    if line.prompt in READ_BACK:
        return {"prompt": line.prompt}
    return {"prompt": line.prompt, "text": line.text}


def _reading(reading: Hypothesis) -> dict[str, Any]:
    return {"text": reading.text[:LONGEST_TEXT], "confidence": round(reading.confidence, 4)}


def _keys(keys: str, keep: bool) -> str | None:
    """One key is a choice; many are a number."""
    kept = keys if keep and len(keys) <= 2 else "•" * len(keys)
    return kept[:LONGEST_KEYS] or None


def _milliseconds(since: float | None, until: float | None) -> float | None:
    return round((until - since) * 1000, 3) if since is not None and until is not None else None
