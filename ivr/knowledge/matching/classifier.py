"""Every phrasing votes for its class, in proportion to its likeness; the votes' weights are learned.

Kernel ridge regression in plain numpy: trained in closed form, and so is leave-one-out, which calibrates the
probabilities on phrasings the classifier has not seen. What a class means is the matcher's affair.
Source of the leave-one-out formula: Rifkin & Lippert, Notes on Regularized Least Squares (2007), § 3.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ivr.knowledge.matching.features import Floats, Ints

RIDGE = 0.05
"""How much a vote costs: larger trusts single phrasings less."""
SHARPNESS = 1.0
"""Of the kernel exp(SHARPNESS × (similarity − 1)): larger lets only near phrasings vote."""
_TEMPERATURES = np.geomspace(2.0, 30.0, 28)


@dataclass(frozen=True, slots=True)
class Classifier:
    """Learned votes."""

    votes: Floats
    """phrasings × classes"""
    temperature: float

    def probabilities(self, similarity: Floats) -> Floats:
        """Return the probability of each class from the similarities with the phrasings."""
        return softmax((kernel(similarity) @ self.votes) * self.temperature)


def kernel(similarity: Floats) -> Floats:
    """Return what the votes are multiplied by; the constant is the intercept."""
    raised: Floats = np.exp(SHARPNESS * (similarity - np.float32(1.0))) + np.float32(1.0)
    return raised


def softmax(scores: Floats) -> Floats:
    """Return probabilities that sum to 1 along the last axis."""
    raised: Floats = np.exp(scores - scores.max(axis=-1, keepdims=True))
    normal: Floats = raised / raised.sum(axis=-1, keepdims=True)
    return normal


def train(similarity: Floats, classes: Ints, kinds: int) -> tuple[Classifier, Floats]:
    """Fit on the similarities among all phrasings; also return their leave-one-out probabilities."""
    wanted = np.eye(kinds, dtype=np.float32)[classes]
    matrix = kernel(similarity)
    matrix[np.diag_indices_from(matrix)] += np.float32(RIDGE)
    inverse = np.linalg.inv(matrix)
    votes = (inverse @ wanted).astype(np.float32)
    left_out = (wanted - votes / np.diag(inverse)[:, None]).astype(np.float32)
    temperature = _calibrate(left_out, classes)
    return Classifier(votes, temperature), softmax(left_out * np.float32(temperature))


def _calibrate(left_out: Floats, classes: Ints) -> float:
    """Return the temperature under which the leave-one-out probabilities are most honest (log loss)."""
    truth: NDArray[np.intp] = np.arange(len(classes))
    losses = [-np.log(softmax(left_out * np.float32(t))[truth, classes] + 1e-9).mean() for t in _TEMPERATURES]
    return float(_TEMPERATURES[int(np.argmin(losses))])
