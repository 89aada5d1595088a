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
    """Return the most probable pair of questions in *text*; None when no cut makes sense."""
    support = {candidate.intent: candidate.score for candidate in whole.intents}
    found = [
        judged
        for cut in cuts(text)
        if (first := believe(cut.before)) and first.best >= _LEAST and (second := believe(cut.after))
        if (judged := _judge(cut, first, second, support))
    ]
    return max(found, key=lambda judged: judged.probability, default=None)


def _judge(cut: Cut, first: Belief, second: Belief, support: dict[str, float]) -> Pair | None:
    if not first.intents or not second.intents:
        return None
    one, two = first.intents[0], second.intents[0]
    if one.intent == two.intent or min(one.score, two.score) < _LEAST:
        return None
    lesser = max(min(support.get(one.intent, 0.0), support.get(two.intent, 0.0)), 0.01)
    score = (
        _INTERCEPT
        + _FIRST * _log_odds(one.score)
        + _SECOND * _log_odds(two.score)
        + _WHOLE * math.log(lesser)
        + _JOINTS[cut.joint]
        + (_ASKS if cut.asks else 0.0)
        + (_SETS if cut.sets else 0.0)
    )
    return Pair(one, two, 1 / (1 + math.exp(-score)))


def _log_odds(probability: float) -> float:
    kept = min(max(probability, 0.01), 0.99)
    return math.log(kept / (1 - kept))
