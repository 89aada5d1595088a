"""Speech made slower: as long as asked, at the same pitch."""

import numpy as np
import pytest

from ivr.audio.frame import RATE, Floats
from ivr.speech.synthesis.stretching import stretched

pytestmark = pytest.mark.unit


def voice(pitch: float, seconds: float) -> Floats:
    """A buzz with the harmonics of a voice, swelling and falling as syllables do."""
    time = np.arange(int(RATE * seconds)) / RATE
    tones = sum(np.sin(2 * np.pi * pitch * n * time) / n for n in range(1, 9))
    return (0.1 * tones * (1 + 0.5 * np.sin(2 * np.pi * 4 * time))).astype(np.float32)


def pitch_of(samples: Floats) -> float:
    middle = samples[samples.size // 4 : samples.size // 4 + 4096].astype(np.float64)
    likeness = np.correlate(middle, middle, "full")[middle.size :]
    shortest = RATE // 400
    return RATE / (shortest + 1 + int(np.argmax(likeness[shortest : RATE // 70])))


@pytest.mark.parametrize("percent", [75, 85, 120])
@pytest.mark.parametrize("pitch", [110.0, 200.0])
def test_the_length_changes_and_the_pitch_does_not(pitch: float, percent: int) -> None:
    """A man's and a woman's voice keep their pitch and their level."""
    samples = voice(pitch, 2.0)
    slower = stretched(samples, percent)
    assert slower.size == samples.size * 100 // percent
    assert pitch_of(slower) == pytest.approx(pitch, rel=0.03)
    assert np.std(slower) == pytest.approx(np.std(samples), rel=0.1)


def test_nothing_to_do() -> None:
    """The normal speed and an empty sound come back as they are."""
    samples = voice(200.0, 0.1)
    assert stretched(samples, 100) is samples
    assert stretched(samples[:0], 75).size == 0


def test_a_very_short_sound() -> None:
    """One shorter than a window is stretched too."""
    assert stretched(voice(200.0, 0.01), 75).size == 106
