"""Two questions in one utterance, or one question with a story around it?

Weighs the meaning of both halves of each cut that :mod:`ivr.french.clauses` proposes; changes no text.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass

from ivr.dialogue.understanding import Candidate
from ivr.french.clauses import Cut, Joint, cuts
from ivr.knowledge.matching.decision import Belief

THRESHOLD = 0.38
"""Probability from which an utterance is answered as two questions."""

_LEAST = 0.25
_INTERCEPT = -8.31
_FIRST, _SECOND, _WHOLE = 0.95, 0.89, 0.44
"""Weights of the log-odds of either half, and of the log of how much the whole supports the lesser one."""
_JOINTS = {Joint.STRONG: 2.35, Joint.AND: 2.05, Joint.PAUSE: 0.0}
_ASKS, _SETS = 1.35, -1.74
# Logistic regression on the cuts of prompts/phrasings (several.yaml against all single questions, each judged
# by a model that had not seen it); docs/why.md, « Understanding », says how to fit it again.


@dataclass(frozen=True, slots=True)
class Pair:
    """Two questions, in the order of mention."""

    first: Candidate
    second: Candidate
    probability: float


def pair(text: str, whole: Belief, believe: Callable[[str], Belief | None]) -> Pair | None:
    """Return the most probable pair of questions in *text*; None when no cut makes sense.

    *believe* is asked only where the answer can still matter.
    """
    support = {candidate.intent: candidate.score for candidate in whole.intents}
    best: Pair | None = None
    for cut in cuts(text):
        judged = _judge(cut, support, believe)
        if judged and (best is None or judged.probability > best.probability):
            best = judged
    return best


def _judge(cut: Cut, support: dict[str, float], believe: Callable[[str], Belief | None]) -> Pair | None:
    if _probability(cut, 1.0, 1.0, 0.5) < THRESHOLD:
        return None
    first = believe(cut.before)
    if not first or first.best < _LEAST or _probability(cut, first.best, 1.0, 0.5) < THRESHOLD:
        return None
    second = believe(cut.after)
    if not second or second.best < _LEAST or second.intents[0].intent == first.intents[0].intent:
        return None
    one, two = first.intents[0], second.intents[0]
    lesser = min(support.get(one.intent, 0.0), support.get(two.intent, 0.0))
    return Pair(one, two, _probability(cut, one.score, two.score, lesser))


def _probability(cut: Cut, first: float, second: float, lesser: float) -> float:
    """Two questions, given how sure either half is and how much the whole supports the *lesser* one."""
    score = (
        _INTERCEPT
        + _FIRST * _log_odds(first)
        + _SECOND * _log_odds(second)
        + _WHOLE * math.log(max(lesser, 0.01))
        + _JOINTS[cut.joint]
        + (_ASKS if cut.asks else 0.0)
        + (_SETS if cut.sets else 0.0)
    )
    return 1 / (1 + math.exp(-score))


def _log_odds(probability: float) -> float:
    kept = min(max(probability, 0.01), 0.99)
    return math.log(kept / (1 - kept))
