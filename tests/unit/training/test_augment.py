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


def test_pace_changes_within_limits() -> None:
    """The rate varies, the order of what is heard does not, and it begins where it began."""
    rising = np.tile(np.arange(200, dtype=np.float32)[:, None], (1, 40))
    paced = [augment.pace(rising, np.random.default_rng(seed)) for seed in range(20)]
    assert len({len(one) for one in paced}) > 10
    assert all(100 < len(one) < 400 and (np.diff(one[:, 0]) >= 0).all() and one[0, 0] == 0 for one in paced)


def test_noise_only_raises(features: np.ndarray) -> None:
    """Added noise never makes a band quieter."""
    assert (augment.add_noise(features, np.random.default_rng(1)) >= features - 1e-4).all()
