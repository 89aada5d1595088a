"""How far the best answer or command may be trusted."""

import numpy as np
import pytest

from ivr.knowledge.matching.features import WORD_SHARE, Row
from ivr.knowledge.matching.gate import Gate, Lines

pytestmark = pytest.mark.unit

INTENTS, REFUSALS = range(2), range(2, 3)
"""Classes 0 and 1 are intents, class 2 a refusal."""


def row(*features: int) -> Row:
    """An utterance of words only."""
    share = (WORD_SHARE / max(len(features), 1)) ** 0.5
    return Row(np.array(features, np.int32), np.full(len(features), share, np.float32), words=len(features))


def learned(copies: int) -> Gate:
    """Lines of intents are made of features of their own; refusals share one, and the votes are taken in."""
    rows = [*[row(0, 1), row(2, 3)] * copies, *[row(0, 4), row(2, 5)] * copies]
    classes = np.array([0, 1] * copies + [2, 2] * copies, np.int32)
    left_out = np.tile(np.array([[0.8, 0.1, 0.1], [0.1, 0.8, 0.1]], np.float32), (2 * copies, 1))
    return Lines(rows, [3] * len(rows), classes, left_out, 6).fit(INTENTS, REFUSALS)


def trusted(gate: Gate, said: Row) -> float:
    """The trust in the first intent, for the same votes."""
    return gate.trust(0.8, float(gate.covered(said)[0]), 3, gate.strange(said, 0))


def test_what_is_not_accounted_for_is_not_trusted() -> None:
    """Equal votes, but half of one utterance appears in no phrasing of the answer."""
    fitted = learned(20)
    whole, half = row(0, 1), row(0, 4)
    assert fitted.strange(whole, 0) == pytest.approx(0.0, abs=1e-6)
    assert fitted.strange(half, 0) == pytest.approx(0.5)
    assert trusted(fitted, half) < 0.5 < trusted(fitted, whole)


def test_an_utterance_without_a_known_word_is_all_strange() -> None:
    """Its likeness is of letters and sounds only."""
    only_sounds = Row(np.array([0], np.int32), np.array([0.5], np.float32), words=0)
    assert learned(2).strange(only_sounds, 0) == pytest.approx(1.0)


def test_few_examples_leave_the_votes_alone() -> None:
    """Without evidence the trust is the probability of the votes."""
    fitted = Lines([], [], np.array([], np.int32), np.zeros((0, 3), np.float32), 6).fit(INTENTS, REFUSALS)
    assert fitted.trust(0.8, 0.2, 3, 0.5) == pytest.approx(0.8)


@pytest.mark.parametrize("probability", [0.0, 1.0])
def test_certainty_is_a_probability_too(probability: float) -> None:
    """No votes are so sure that the arithmetic fails."""
    assert 0 < learned(2).trust(probability, 1.0, 40, 0.0) < 1
