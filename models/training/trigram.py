"""How likely each phone is after two others, in what training says.

Pure arithmetic on phone ids.
"""

from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

BOUNDARY = 0
"""Before the first phone and after the last: the place of the blank, which is no phone."""
_TRUST = 5.0
"""Occurrences of a history that weigh as much as what is known of the shorter one."""


def estimate(strings: Iterable[tuple[Sequence[int], float]], phones: int) -> NDArray[np.float32]:
    """P[a, b, c] of phone c after a and b, from weighted strings; smoothed by the bigram and the unigram."""
    counts = np.zeros((phones, phones, phones))
    for string, weight in strings:
        framed = np.array([BOUNDARY, BOUNDARY, *string, BOUNDARY])
        np.add.at(counts, (framed[:-2], framed[1:-1], framed[2:]), weight)
    single = counts.sum((0, 1)) + 1e-3
    double = _smoothed(counts.sum(0), single / single.sum())
    return _smoothed(counts, double).astype(np.float32)


def _smoothed(counts: NDArray[np.float64], shorter: NDArray[np.float64]) -> NDArray[np.float64]:
    return (counts + _TRUST * shorter) / (counts.sum(-1, keepdims=True) + _TRUST)
