"""How far the best answer may be trusted."""

import numpy as np
import pytest

from ivr.knowledge.matching import gate
from ivr.knowledge.matching.features import Row

pytestmark = pytest.mark.unit

INTENTS, REFUSED = 2, 2
"""Classes 0 and 1 are intents, class 2 a refusal."""


def row(*features: int) -> Row:
    share = 1 / max(len(features), 1) ** 0.5
    return Row(np.array(features, np.int32), np.full(len(features), share, np.float32))


def learned(copies: int) -> gate.Gate:
    """Lines of intents are made of features of their own; refusals share one, and the votes are taken in."""
    rows = [*[row(0, 1), row(2, 3)] * copies, *[row(0, 4), row(2, 5)] * copies]
    classes = np.array([0, 1] * copies + [2, 2] * copies, np.int32)
    left_out = np.tile(np.array([[0.8, 0.1, 0.1], [0.1, 0.8, 0.1]], np.float32), (2 * copies, 1))
    return gate.fit(rows, [3] * len(rows), classes, left_out, (6, INTENTS, REFUSED))


def test_what_is_not_covered_is_not_trusted() -> None:
    """Equal votes, but half of one utterance appears in no phrasing of the answer."""
    fitted = learned(20)
    whole, half = fitted.covered(row(0, 1))[0], fitted.covered(row(0, 4))[0]
    assert (whole, half) == (pytest.approx(1.0), pytest.approx(0.5))
    assert fitted.trust(0.8, half, 3) < 0.5 < fitted.trust(0.8, whole, 3)


def test_few_examples_leave_the_votes_alone() -> None:
    """Without evidence the trust is the probability of the votes."""
    empty = np.zeros((0, 3), np.float32)
    fitted = gate.fit([], [], np.array([], np.int32), empty, (6, INTENTS, REFUSED))
    assert fitted.trust(0.8, 0.2, 3) == pytest.approx(0.8)


@pytest.mark.parametrize("probability", [0.0, 1.0])
def test_certainty_is_a_probability_too(probability: float) -> None:
    """No votes are so sure that the arithmetic fails."""
    assert 0 < learned(2).trust(probability, 1.0, 40) < 1
