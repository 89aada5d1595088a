"""Every phrasing votes for its class, in proportion to its likeness; the votes' weights are learned.

Ridge regression in its dual form, in plain numpy: trained in closed form, and so is leave-one-out, which
calibrates the probabilities on phrasings the classifier has not seen. What a class means is not its affair.
Source of the leave-one-out formula: Rifkin & Lippert, Notes on Regularized Least Squares (2007), § 3.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ivr.knowledge.matching.features import Floats, Ints, Row

RIDGE = 0.03
"""How much a vote costs: larger trusts single phrasings less."""
_TEMPERATURES = np.geomspace(2.0, 14.0, 28)


@dataclass(frozen=True, slots=True)
class Classifier:
    """The votes of all phrasings, added up per feature."""

    weights: Floats
    """features × classes"""
    bias: Floats
    temperature: float

    def probabilities(self, row: Row) -> Floats:
        """Return the probability of each class."""
        scores = row.value @ self.weights[row.index] + self.bias
        return softmax(scores * np.float32(self.temperature))


def softmax(scores: Floats) -> Floats:
    """Return probabilities that sum to 1 along the last axis."""
    raised: Floats = np.exp(scores - scores.max(axis=-1, keepdims=True))
    normal: Floats = raised / raised.sum(axis=-1, keepdims=True)
    return normal


def train(
    rows: Sequence[Row], similarity: Floats, classes: Ints, counts: tuple[int, int]
) -> tuple[Classifier, Floats]:
    """Fit on *rows*, given their mutual *similarity*; *counts* = (features, classes).

    Also return each row's leave-one-out probabilities.
    """
    size, kinds = counts
    wanted = np.eye(kinds, dtype=np.float32)[classes]
    matrix = similarity + np.float32(1.0)  # the intercept
    matrix[np.diag_indices_from(matrix)] += np.float32(RIDGE)
    inverse = np.linalg.inv(matrix)
    votes = (inverse @ wanted).astype(np.float32)
    left_out = (wanted - votes / np.diag(inverse)[:, None]).astype(np.float32)
    temperature = _calibrate(left_out, classes)
    learned = Classifier(_added_up(rows, votes, size), votes.sum(axis=0), temperature)
    return learned, softmax(left_out * np.float32(temperature))


def _added_up(rows: Sequence[Row], votes: Floats, size: int) -> Floats:
    weights = np.zeros((size, votes.shape[1]), np.float32)
    for row, vote in zip(rows, votes, strict=True):
        weights[row.index] += row.value[:, None] * vote  # no feature twice in a row, so += is safe
    return weights


def _calibrate(left_out: Floats, classes: Ints) -> float:
    """Return the temperature under which the leave-one-out probabilities are most honest (log loss)."""
    truth: NDArray[np.intp] = np.arange(len(classes))
    losses = [-np.log(softmax(left_out * np.float32(t))[truth, classes] + 1e-9).mean() for t in _TEMPERATURES]
    return float(_TEMPERATURES[int(np.argmin(losses))])
