"""The random changes to features."""

import numpy as np
import pytest

from models.training import augment

pytestmark = pytest.mark.unit


@pytest.fixture
def features() -> np.ndarray:
    return np.random.default_rng(0).normal(10, 2, (200, 40)).astype(np.float32)


@pytest.mark.parametrize("seed", range(20))
def test_shape_and_room_for_the_labels_are_kept(features: np.ndarray, seed: int) -> None:
    """40 bins stay, numbers stay finite, and CTC still has room for its labels."""
    varied = augment.perturb(features, 55, np.random.default_rng(seed))
    assert varied.shape[1] == 40
    assert varied.dtype == np.float32
    assert np.isfinite(varied).all()
    assert len(varied) / 3 > 55


def test_seeds_decide(features: np.ndarray) -> None:
    """The same seed gives the same copy, another seed another one."""
    one, same, other = (augment.perturb(features, 20, np.random.default_rng(seed)) for seed in (3, 3, 4))
    assert np.array_equal(one, same)
    assert one.shape != other.shape or not np.allclose(one, other)


def test_a_longer_tract_lowers_a_formant() -> None:
    """Warping by less than one moves a peak to a lower bin."""
    peak = np.zeros((1, 40), np.float32)
    peak[0, 25] = 1
    assert augment.warp_spectrum(peak, 0.85).argmax() < 25 < augment.warp_spectrum(peak, 1.18).argmax()


def test_stretch_changes_the_length(features: np.ndarray) -> None:
    """Duration times the factor, first and last frames untouched."""
    longer = augment.stretch(features, 1.2)
    assert len(longer) == 240
    assert np.allclose(longer[[0, -1]], features[[0, -1]], atol=1e-3)


def test_noise_only_raises(features: np.ndarray) -> None:
    """Added noise never makes a band quieter."""
    assert (augment.add_noise(features, np.random.default_rng(1)) >= features - 1e-4).all()
