"""Two questions in one utterance, or one question with a story around it?

Weighs the meaning of both halves of each cut that :mod:`ivr.french.clauses` proposes; changes no text.
"""

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from ivr.dialogue.understanding import Candidate
from ivr.french.clauses import Cut, Joint, cuts
from ivr.knowledge.matching.decision import Belief

THRESHOLD = 0.35
"""Probability from which an utterance is answered as two questions."""

WEIGHTS = (-1.7, 0.73, 0.41, 0.75, 3.07, -0.55, 1.51, 0.94, 1.49, -1.46)
"""Of the signs of :func:`signs`; fitted by ``python -m bench.segmentation``, which prints them."""

Believe = Callable[[str], Belief | None]

_LEAST = 0.25
"""Trust below which a half is no question: both halves of nearly all double questions are above it."""
_MOST_APART = 0.65
"""Halves of hardly any double question are further apart (see :func:`_apart`)."""
_PROMISING = (1.0, 0.5, _MOST_APART)
"""What is hoped of a half that has not been weighed: its trust, its support, how far apart they are."""


@dataclass(frozen=True, slots=True)
class Halves:
    """What both halves of a cut seem to mean."""

    cut: Cut
    first: Belief
    second: Belief


@dataclass(frozen=True, slots=True)
class Pair:
    """Two questions, in the order of mention."""

    first: Candidate
    second: Candidate
    probability: float


def pair(text: str, whole: Belief, believe: Believe) -> Pair | None:
    """Return the most probable pair of questions in *text*; None when no cut makes sense.

    *believe* is asked only where the answer can still matter.
    """
    support = {candidate.intent: candidate.score for candidate in whole.intents}
    best: Pair | None = None
    for halves in candidates(text, believe, THRESHOLD):
        probability = _probability(signs(halves, support))
        if best is None or probability > best.probability:
            best = Pair(halves.first.intents[0], halves.second.intents[0], probability)
    return best


def candidates(text: str, believe: Believe, worth: float = 0.0) -> Iterator[Halves]:
    """Return the cuts of *text* that give two different questions and may still be *worth* so much."""
    for cut in cuts(text):
        if _probability(_signs(cut, 1.0, *_PROMISING)) < worth:
            continue
        first = believe(cut.before)
        if not first or first.trust < _LEAST or _probability(_signs(cut, first.trust, *_PROMISING)) < worth:
            continue
        second = believe(cut.after)
        if second and second.trust >= _LEAST and second.intents[0].intent != first.intents[0].intent:
            yield Halves(cut, first, second)


def signs(halves: Halves, support: dict[str, float]) -> tuple[float, ...]:
    """Return what speaks for two questions, in the order of :data:`WEIGHTS`.

    *support* is how far the whole utterance supports each intent.
    """
    first, second = halves.first, halves.second
    lesser = min(support.get(half.intents[0].intent, 0.0) for half in (first, second))
    return _signs(halves.cut, first.trust, second.trust, lesser, _apart(first, second))


def _apart(first: Belief, second: Belief) -> float:
    """How much more of each half its own intent accounts for than the other's: little in one question."""
    mine, yours = first.intents[0].intent, second.intents[0].intent
    return min(
        first.covered.get(mine, 0.0) - first.covered.get(yours, 0.0),
        second.covered.get(yours, 0.0) - second.covered.get(mine, 0.0),
    )


def _signs(cut: Cut, first: float, second: float, lesser: float, apart: float) -> tuple[float, ...]:
    return (
        1.0,
        _log_odds(first),
        _log_odds(second),
        math.log(max(lesser, 0.01)),
        apart,
        math.log1p(min(len(cut.before.split()), len(cut.after.split()))),
        cut.joint is Joint.STRONG,
        cut.joint is Joint.AND,
        cut.asks,
        cut.sets,
    )


def _probability(found: tuple[float, ...]) -> float:
    return 1 / (1 + math.exp(-sum(weight * sign for weight, sign in zip(WEIGHTS, found, strict=True))))


def _log_odds(probability: float) -> float:
    kept = min(max(probability, 0.01), 0.99)
    return math.log(kept / (1 - kept))
