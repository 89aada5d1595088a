"""How far the best answer may be trusted: the votes know likeness, not what the likeness leaves unexplained.

A logistic regression on three signs, learned from the phrasings left out one at a time; takes no decision.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ivr.knowledge.matching.features import Floats, Ints, Row

_FREE = (0.0, 1.0, 0.0, 0.0)
"""The votes' own probability, which few examples leave as it is."""
_PULL = 2.0
"""How many surprises a weight is worth that differs from it by one."""
_STEPS = 12
"""Of Newton's method; it converges in six."""
_EDGE = 1e-4


@dataclass(frozen=True, slots=True)
class Gate:
    """Corrects the probability of the best intent."""

    weights: tuple[float, ...]
    """Of 1, the log-odds of the votes, the share that is covered, and the log of the number of words."""
    known: NDArray[np.bool_]
    """Feature × intent: whether a phrasing of the intent has the feature."""

    def covered(self, row: Row) -> Floats:
        """Return, for each intent, the share (0 to 1) of an utterance that its phrasings account for."""
        shares: Floats = (row.value * row.value) @ self.known[row.index]
        return shares

    def trust(self, probability: float, covered: float, words: float) -> float:
        """Return the probability that an intent is right, given that of the votes."""
        return 1 / (1 + math.exp(-float(np.dot(self.weights, _signs(probability, covered, words)))))


def fit(
    rows: Sequence[Row], words: Sequence[int], classes: Ints, left_out: Floats, shape: tuple[int, int, int]
) -> Gate:
    """Learn from lines and their *left_out* probabilities; *shape* = (features, intents, first refusal).

    A line of an intent should be trusted when that intent is the likeliest, a refusal's line never.
    """
    features, intents, refusal = shape
    counts = np.zeros((features, intents), np.uint16)
    for row, label in zip(rows, classes.tolist(), strict=True):
        if label < intents:
            counts[row.index, label] += 1
    signs, right = [], []
    for place, label in enumerate(classes.tolist()):
        if label < intents or label >= refusal:
            best = int(left_out[place, :intents].argmax())
            others = counts[rows[place].index, best] > (label == best)
            covered = float(np.square(rows[place].value) @ others)
            signs.append(_signs(float(left_out[place, best]), covered, words[place]))
            right.append(label == best)
    return Gate(_logistic(np.array(signs, float).reshape(-1, len(_FREE)), np.array(right, bool)), counts > 0)


def _signs(probability: float, covered: float, words: float) -> tuple[float, float, float, float]:
    kept = min(max(probability, _EDGE), 1 - _EDGE)
    return 1.0, math.log(kept / (1 - kept)), covered, math.log1p(words)


def _logistic(signs: NDArray[np.float64], right: NDArray[np.bool_]) -> tuple[float, ...]:
    """Return the weights of the likeliest gate that does not stray from none without evidence."""
    free = np.array(_FREE)
    weights = free.copy()
    for _ in range(_STEPS):
        chance = 1 / (1 + np.exp(-signs @ weights))
        slope = signs.T @ (chance - right) + _PULL * (weights - free)
        bend = (signs.T * (chance * (1 - chance))) @ signs + _PULL * np.eye(len(free))
        weights -= np.linalg.solve(bend, slope)
    return tuple(weights.tolist())
