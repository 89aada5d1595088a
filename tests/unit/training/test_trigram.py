"""The phone trigram of sequence training."""

import numpy as np
import pytest

from models.training import trigram

pytestmark = pytest.mark.unit


def test_chances_add_up_and_follow_what_was_said() -> None:
    """After every two phones the chances sum to one; what was said often is likelier than what never was."""
    chances = trigram.estimate([([1, 2, 3], 50.0), ([1, 2, 1], 1.0)], 4)
    assert np.allclose(chances.sum(-1), 1, atol=1e-5)
    assert chances[1, 2, 3] > 0.8 > 0.1 > chances[1, 2, 1] > chances[1, 2, 2] > 0
    assert chances[trigram.BOUNDARY, trigram.BOUNDARY].argmax() == 1
