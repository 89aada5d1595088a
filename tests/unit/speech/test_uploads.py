"""Recordings are judged by what they are, within bounds of memory."""

import io
from pathlib import Path

import numpy as np
import pytest
import soundfile

from ivr.console.preview import check_recording
from ivr.errors import ConfigurationError
from ivr.speech.synthesis.recordings import open_recording

pytestmark = pytest.mark.unit

RATE = 48_000
SPEECH = (0.3 * np.sin(np.arange(RATE * 2) * 2 * np.pi * 440 / RATE)).astype(np.float32)


def a_file(samples: np.ndarray, rate: int = RATE, **kind: str) -> bytes:
    """An audio file."""
    file = io.BytesIO()
    soundfile.write(file, samples, rate, **kind)
    return file.getvalue()


@pytest.mark.parametrize(
    ("kind", "suffix"),
    [
        ({"format": "OGG", "subtype": "OPUS"}, ".ogg"),  # what WhatsApp calls « .opus »
        ({"format": "FLAC"}, ".flac"),
        ({"format": "WAV", "subtype": "PCM_16"}, ".wav"),
        ({"format": "WAVEX", "subtype": "PCM_16"}, ".wav"),
    ],
)
def test_a_sound_is_what_it_is_whatever_its_name(kind: dict[str, str], suffix: str) -> None:
    """It is kept under the suffix of its format."""
    assert check_recording(a_file(SPEECH, **kind)) == suffix


@pytest.mark.parametrize("content", [b"", b"RIFF", b"no sound at all" * 100])
def test_what_is_no_sound_is_refused(content: bytes) -> None:
    """In words."""
    with pytest.raises(ConfigurationError, match="pas un son"):
        check_recording(content)


def test_a_small_file_with_much_in_it_is_refused_before_it_is_read(tmp_path: Path) -> None:
    """Silence of eight channels packs a gigabyte into little: frames, channels and rate are bounded."""
    path = tmp_path / "a.flac"
    path.write_bytes(a_file(np.zeros((40 * 96_000, 8), np.int16), 96_000, format="FLAC"))
    assert path.stat().st_size < 2_000_000
    with pytest.raises(ConfigurationError, match="too many samples"):
        open_recording(path)


def test_a_sample_that_is_no_number_is_refused(tmp_path: Path) -> None:
    """An infinite one would be played as a bang, or fail later."""
    broken = SPEECH.copy()
    broken[100] = np.inf
    path = tmp_path / "a.wav"
    path.write_bytes(a_file(broken, format="WAV", subtype="FLOAT"))
    with pytest.raises(ConfigurationError, match="no number"):
        open_recording(path)
