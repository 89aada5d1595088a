"""BS.1770 at 8 kHz."""

import numpy as np
import pytest

from ivr.audio.frame import FLOOR_DB, RATE
from ivr.audio.loudness import loudness

pytestmark = pytest.mark.unit


def sine(frequency: float, amplitude: float, seconds: float) -> np.ndarray:
    time = np.arange(int(RATE * seconds)) / RATE
    return (amplitude * np.sin(2 * np.pi * frequency * time)).astype(np.float32)


def test_reference_tone() -> None:
    """A full-scale sine of 997 Hz is −3.01 LUFS: the standard's own calibration."""
    assert loudness(sine(997, 1.0, 5)) == pytest.approx(-3.01, abs=0.03)


@pytest.mark.parametrize("decibels", [-6.0, -20.0, -40.0])
def test_loudness_follows_the_gain(decibels: float) -> None:
    """So many decibels softer is so many units less."""
    softer = sine(997, 10 ** (decibels / 20), 3)
    assert loudness(softer) == pytest.approx(-3.01 + decibels, abs=0.03)


def test_high_frequencies_count_more() -> None:
    """The shelf lifts 3 kHz by 3 to 4 dB over 300 Hz, and the high-pass hardly touches 300 Hz."""
    assert 3.0 < loudness(sine(3000, 0.1, 3)) - loudness(sine(300, 0.1, 3)) < 4.2


def test_pauses_do_not_count() -> None:
    """Silence between words is gated out: half the time silent is not half as loud."""
    tone = sine(997, 0.1, 4)
    with_pause = np.concatenate((tone, np.zeros(4 * RATE, np.float32)))
    assert loudness(with_pause) == pytest.approx(loudness(tone), abs=0.3)


def test_short_and_silent_sounds_have_a_loudness() -> None:
    """« Suite ? » is shorter than a block, and silence is no error."""
    assert loudness(sine(997, 1.0, 0.2)) == pytest.approx(-3.7, abs=0.1)
    assert loudness(np.zeros(RATE, np.float32)) == FLOOR_DB
    assert loudness(np.zeros(0, np.float32)) < -90
