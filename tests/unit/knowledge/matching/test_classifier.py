"""Learning from similarities."""

import numpy as np
import pytest

from ivr.knowledge.matching.classifier import Classifier, softmax, train
from ivr.knowledge.matching.features import Floats, Ints, Row
from ivr.knowledge.matching.similarity import similarities

pytestmark = pytest.mark.unit


def clusters(count: int) -> tuple[list[Row], Ints]:
    """Unit vectors around three directions, and their classes."""
    rng = np.random.default_rng(3)
    classes = np.arange(count, dtype=np.int32) % 3
    points = np.abs(np.eye(3)[classes] + rng.normal(0, 0.1, (count, 3)))
    points /= np.linalg.norm(points, axis=1, keepdims=True)
    return [Row(np.arange(3, dtype=np.int32), point.astype(np.float32)) for point in points], classes


def fit(rows: list[Row], classes: Ints) -> tuple[Classifier, Floats]:
    return train(rows, similarities(rows, 3), classes, (3, 3))


def test_clusters_are_learned() -> None:
    """Each class is recovered, and left-out examples too."""
    rows, classes = clusters(60)
    learned, left_out = fit(rows, classes)
    assert [learned.probabilities(row).argmax() for row in rows] == classes.tolist()
    assert (left_out.argmax(axis=1) == classes).mean() >= 0.95


def test_leave_one_out_is_exact() -> None:
    """The closed form gives what training without the example gives."""
    rows, classes = clusters(21)
    with_all, left_out = fit(rows, classes)
    without, _ = fit(rows[1:], classes[1:])
    expected = np.log(left_out[0]) / with_all.temperature
    found = np.log(without.probabilities(rows[0])) / without.temperature
    assert found - found.mean() == pytest.approx(expected - expected.mean(), abs=1e-3)


def test_probabilities_sum_to_one() -> None:
    """Softmax is a distribution, even for huge scores."""
    assert softmax(np.array([1e4, 0.0, -1e4], np.float32)).sum() == pytest.approx(1.0)


def test_similarity_is_the_product_of_rows() -> None:
    """Rows that share no feature are not alike; one without features is like nothing."""
    rows = [
        Row(np.array([0, 2], np.int32), np.array([0.6, 0.8], np.float32)),
        Row(np.array([1], np.int32), np.array([1.0], np.float32)),
        Row(np.array([], np.int32), np.array([], np.float32)),
    ]
    assert similarities(rows, 3) == pytest.approx(np.diag([1.0, 1.0, 0.0]), abs=1e-6)
