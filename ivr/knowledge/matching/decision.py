"""From probabilities to what a careful receptionist does: answer, confirm, offer a choice, obey, or decline.

Thresholds and order only; where the probabilities come from is not its affair.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from ivr.dialogue.understanding import Candidate, Command, Guard, Outcome, Reject, Understanding

_COMPANION = 0.6
"""A third choice is offered when it is at least this likely as the second."""


@dataclass(frozen=True, slots=True)
class Thresholds:
    """How sure is sure; all are probabilities, measured by ``ivr faq test``."""

    answer: float = 0.75
    """At least this trust in the best intent: answer at once."""
    margin: float = 0.25
    """And at least this much above the second."""
    confirm: float = 0.25
    """At least this, and more than any refusal: ask « c'est bien ça ? »; two times out of three, it is."""
    choose: float = 0.45
    """At least this for the best two or three together: offer them."""
    worth: float = 0.15
    """At least this to be offered in a choice."""
    sure: float = 0.6
    """At least this trust in a command; below it, one with consequences is asked about first."""
    command: float = 0.4
    """At least this, and more than any intent: obey. Lower, as many remarks are obeyed as commands gained."""
    guard: float = 0.40
    """At least this: a danger, or an objection to being recorded; better once too often than not."""


@dataclass(frozen=True, slots=True)
class Belief:
    """Probabilities of everything an utterance may be; they sum to 1."""

    intents: tuple[Candidate, ...]
    """Best first."""
    commands: tuple[tuple[Command, float], ...]
    """Best first."""
    rejects: tuple[tuple[Reject, float], ...]
    """Best first."""
    guards: tuple[tuple[Guard, float], ...] = ()
    """Best first."""

    trust: float = 0.0
    """How far the best intent may be trusted: the votes alone do not see what they leave unexplained."""
    obeyed: float = 0.0
    """How far the best command may be trusted; nothing, where it is denied in no phrasing and is here."""
    covered: Mapping[str, float] = field(default_factory=dict)
    """The share of the utterance that the phrasings of each intent account for."""

    @property
    def best(self) -> float:
        """The probability of the best intent."""
        return self.intents[0].score if self.intents else 0.0

    @property
    def refused(self) -> float:
        """The probability of the likeliest kind of refusal."""
        return self.rejects[0][1] if self.rejects else 0.0

    @property
    def declined(self) -> float:
        """The probability that this is no question of the FAQ and no command."""
        return sum(score for _, score in self.rejects)


def decide(text: str, belief: Belief, limits: Thresholds) -> Understanding:
    """Return what to do about *text*."""
    command, probability = belief.commands[0] if belief.commands else (None, 0.0)
    if command and probability >= limits.command and probability >= belief.best:
        doubtful = belief.obeyed < limits.sure
        return Understanding(text, Outcome.COMMAND, command=command, doubtful=doubtful)
    ranked = belief.intents
    second = ranked[1].score if len(ranked) > 1 else 0.0
    if belief.trust >= limits.answer and belief.best - second >= limits.margin:
        return Understanding(text, Outcome.ANSWER, ranked[:1])
    if belief.best > belief.refused:
        offered = _offered(ranked, limits)
        if offered and belief.best - second < limits.margin:
            return Understanding(text, Outcome.CHOOSE, offered)
        if belief.best >= limits.confirm:
            return Understanding(text, Outcome.CONFIRM, ranked[:1])
    return declined(text, belief)


def declined(text: str, belief: Belief) -> Understanding:
    """Return a refusal with its reason; the best intents stay visible for the record."""
    reason = Reject.NO_MATCH
    if belief.rejects and belief.rejects[0][1] > belief.best and belief.declined >= 0.5:
        reason = belief.rejects[0][0]
    return Understanding(text, Outcome.REJECT, belief.intents[:3], reject=reason)


def _offered(ranked: Sequence[Candidate], limits: Thresholds) -> tuple[Candidate, ...]:
    """Two or three intents that together are likely enough, or nothing."""
    worthy = [c for c in ranked[:3] if c.score >= limits.worth]
    if len(worthy) == 3 and worthy[2].score < _COMPANION * worthy[1].score:
        worthy.pop()
    return tuple(worthy) if len(worthy) > 1 and sum(c.score for c in worthy) >= limits.choose else ()
