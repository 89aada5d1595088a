"""Learning from similarities."""

import numpy as np
import pytest

from ivr.knowledge.matching.classifier import softmax, train
from ivr.knowledge.matching.features import Floats, Ints, Row
from ivr.knowledge.matching.similarity import Index

pytestmark = pytest.mark.unit


def clusters(count: int) -> tuple[Floats, Ints]:
    """Points around three directions: their cosine similarities and classes."""
    rng = np.random.default_rng(3)
    classes = np.arange(count, dtype=np.int32) % 3
    points = np.abs(np.eye(3)[classes] + rng.normal(0, 0.1, (count, 3)))
    points /= np.linalg.norm(points, axis=1, keepdims=True)
    return (points @ points.T).astype(np.float32), classes


def test_clusters_are_learned() -> None:
    """Each class is recovered, and left-out examples too."""
    similarity, classes = clusters(60)
    learned, left_out = train(similarity, classes, 3)
    assert (learned.probabilities(similarity).argmax(axis=1) == classes).all()
    assert (left_out.argmax(axis=1) == classes).mean() >= 0.95


def test_leave_one_out_is_exact() -> None:
    """The closed form gives what training without the example gives."""
    similarity, classes = clusters(21)
    with_all, left_out = train(similarity, classes, 3)
    without, _ = train(similarity[1:, 1:], classes[1:], 3)
    expected = np.log(left_out[0]) / with_all.temperature
    found = np.log(without.probabilities(similarity[0, 1:])) / without.temperature
    assert found - found.mean() == pytest.approx(expected - expected.mean(), abs=1e-3)


def test_probabilities_sum_to_one() -> None:
    """Softmax is a distribution, even for huge scores."""
    assert softmax(np.array([1e4, 0.0, -1e4], np.float32)).sum() == pytest.approx(1.0)


def test_the_index_multiplies_rows() -> None:
    """Similarity is the dot product with each row; no feature, no similarity."""
    rows = [
        Row(np.array([0, 2], np.int32), np.array([0.6, 0.8], np.float32)),
        Row(np.array([1], np.int32), np.array([1.0], np.float32)),
    ]
    index = Index.of(rows, 3)
    assert index.similarity(rows[0]).tolist() == pytest.approx([1.0, 0.0])
    assert index.similarity(Row(np.array([], np.int32), np.array([], np.float32))).tolist() == [0.0, 0.0]
