"""Takes that should be made again are found, others are left alone."""

import io

import numpy as np
import pytest
import soundfile

from ivr.errors import EngineError
from ivr.speech.synthesis.takes import Fault, fault_of

pytestmark = pytest.mark.unit

RATE = 48_000


def speech(seconds: float = 1.0, peak: float = 0.5) -> np.ndarray:
    """Noise with the ups and downs of syllables."""
    noise = np.random.default_rng(3).normal(0, 1, int(RATE * seconds))
    time = np.arange(noise.size) / RATE
    made = noise * (1 + np.sin(2 * np.pi * 4 * time)) ** 2
    return np.asarray(peak * made / np.abs(made).max())


def take(samples: np.ndarray) -> bytes:
    """As a microphone's WAV file, with a second of silence around."""
    file = io.BytesIO()
    quiet = np.zeros(RATE // 2)
    soundfile.write(file, np.concatenate([quiet, np.clip(samples, -1, 1), quiet]), RATE, format="WAV")
    return file.getvalue()


@pytest.mark.parametrize(
    ("samples", "fault"),
    [
        (speech(), None),
        (speech(peak=1.0), None),
        (speech(peak=0.15), None),
        (speech(0.1), Fault.SHORT),
        (speech(peak=0.005), Fault.SOFT),
        (speech(peak=6.0), Fault.CLIPPED),
    ],
    ids=["good", "loud", "softer", "a click", "far away", "distorted"],
)
def test_a_take_is_judged(samples: np.ndarray, fault: Fault | None) -> None:
    """Ordinary levels pass, a single peak at full scale too; silence around the words counts for nothing."""
    assert fault_of(take(samples)) is fault


def test_what_is_no_sound_is_an_error() -> None:
    """The file's name proves nothing."""
    with pytest.raises(EngineError):
        fault_of(b"RIFF but not a sound")
