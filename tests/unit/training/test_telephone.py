"""The simulated call."""

import numpy as np
import pytest

from models.training import telephone

pytestmark = pytest.mark.unit


@pytest.fixture
def tone() -> np.ndarray:
    return (8000 * np.sin(2 * np.pi * 440 * np.arange(8000) / 8000)).astype(np.float32)


@pytest.mark.parametrize("codec", [telephone.alaw, telephone.mulaw])
def test_companding_is_nearly_transparent(tone: np.ndarray, codec: object) -> None:
    """G.711 keeps loud speech within 35 dB."""
    error = codec(tone) - tone  # type: ignore[operator]
    assert 10 * np.log10(np.mean(tone**2) / np.mean(error**2)) > 35


@pytest.mark.parametrize("snr", [5.0, 15.0])
def test_noise_is_at_the_level_asked_for(tone: np.ndarray, snr: float) -> None:
    """Signal-to-noise ratio within half a decibel."""
    noise = telephone.with_noise(tone, snr, np.random.default_rng(0)) - tone
    assert 10 * np.log10(np.mean(tone**2) / np.mean(noise**2)) == pytest.approx(snr, abs=0.5)


@pytest.mark.parametrize("seed", range(12))
def test_a_call_stays_in_range_and_keeps_its_length(tone: np.ndarray, seed: int) -> None:
    """Whatever the room, the line and the codec: 16-bit range, no frame of the call lost but GSM's last."""
    heard = telephone.call(tone, np.random.default_rng(seed))
    assert len(tone) - 160 < len(heard) <= len(tone)
    assert np.abs(heard).max() <= 32768
    assert np.isfinite(heard).all()
