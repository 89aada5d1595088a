"""How far the best class may be trusted: the votes know likeness, not what the likeness leaves unexplained.

A logistic regression on five signs, learned from the phrasings left out one at a time; takes no decision.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ivr.knowledge.matching.features import WORD_SHARE, Floats, Ints, Row

_FREE = (0.0, 1.0, 0.0, 0.0, 0.0)
"""The votes' own probability, which few examples leave as it is."""
_PULL = 2.0
"""How many surprises a weight is worth that differs from it by one."""
_STEPS = 12
"""Of Newton's method; it converges in six."""
_EDGE = 1e-4


@dataclass(frozen=True, slots=True)
class Gate:
    """Corrects the probability of the best of some classes: of the intents, or of the commands."""

    weights: tuple[float, ...]
    """Of 1, the log-odds of the votes, the share that is covered, the log of the number of words, and the
    share of the words, by weight, that no phrasing of the class has (« Teams » in « mes comptes Teams »)."""
    known: NDArray[np.bool_]
    """Feature × class: whether a phrasing of the class has the feature."""

    def covered(self, row: Row) -> Floats:
        """Return, for each class, the share (0 to 1) of an utterance that its phrasings account for."""
        shares: Floats = (row.value * row.value) @ self.known[row.index]
        return shares

    def strange(self, row: Row, place: int) -> float:
        """Return the share of the words of an utterance that no phrasing of the class at *place* has."""
        return _strange(row, self.known[row.index[: row.words], place])

    def trust(self, probability: float, covered: float, words: float, strange: float) -> float:
        """Return the probability that a class is right, given that of the votes."""
        return 1 / (1 + math.exp(-float(np.dot(self.weights, _signs(probability, covered, words, strange)))))


@dataclass(frozen=True, slots=True)
class Lines:
    """What gates are learned from: phrasings, and what the votes make of each when it is left out."""

    rows: Sequence[Row]
    words: Sequence[int]
    classes: Ints
    left_out: Floats
    features: int

    def fit(self, span: range, against: range) -> Gate:
        """Return the gate of the classes in *span*: trusted when right, never in a line of *against*."""
        counts = np.zeros((self.features, len(span)), np.uint16)
        for row, label in zip(self.rows, self.classes.tolist(), strict=True):
            if label in span:
                counts[row.index, label - span.start] += 1
        signs, right = [], []
        for place, label in enumerate(self.classes.tolist()):
            if label in span or label in against:
                best = int(self.left_out[place, span.start : span.stop].argmax())
                right.append(label - span.start == best)
                signs.append(self._signs(place, span.start + best, counts[:, best], right[-1]))
        return Gate(
            _logistic(np.array(signs, float).reshape(-1, len(_FREE)), np.array(right, bool)), counts > 0
        )

    def _signs(self, place: int, label: int, counts: NDArray[np.uint16], own: bool) -> tuple[float, ...]:
        row = self.rows[place]
        others = counts[row.index] > own
        covered = float(np.square(row.value) @ others)
        probability = float(self.left_out[place, label])
        return _signs(probability, covered, self.words[place], _strange(row, others[: row.words]))


def _strange(row: Row, known: NDArray[np.bool_]) -> float:
    return 1 - float(np.square(row.value[: row.words]) @ known) / WORD_SHARE


def _signs(probability: float, covered: float, words: float, strange: float) -> tuple[float, ...]:
    kept = min(max(probability, _EDGE), 1 - _EDGE)
    return 1.0, math.log(kept / (1 - kept)), covered, math.log1p(words), strange


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
