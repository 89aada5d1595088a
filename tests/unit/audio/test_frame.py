"""Frames, levels and WAV bytes."""

import wave

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.audio import frame

pytestmark = pytest.mark.unit

SAMPLES = st.binary(max_size=2000).map(lambda content: content[: len(content) // 2 * 2])


@given(SAMPLES)
def test_floats_keep_every_sample(slin: bytes) -> None:
    """Sixteen bits survive the way to floats and back."""
    assert frame.to_slin(frame.to_floats(slin)) == slin


def test_loud_samples_are_clipped_not_wrapped() -> None:
    """What is too loud becomes full scale, never its opposite."""
    assert frame.to_slin(np.array([2.0, -2.0], np.float32)) == b"\xff\x7f\x00\x80"


@pytest.mark.parametrize(
    ("samples", "expected"),
    [([1.0, -1.0], 0.0), ([0.1, -0.1], -20.0), ([0.0], frame.FLOOR_DB), ([], frame.FLOOR_DB)],
)
def test_level_is_relative_to_full_scale(samples: list[float], expected: float) -> None:
    """A full-scale square wave is 0 dBFS; silence has a finite level."""
    assert frame.level(np.array(samples, np.float32)) == pytest.approx(expected, abs=1e-3)


def test_silence_is_whole_frames() -> None:
    """Pauses are counted in frames of 20 ms."""
    assert frame.silence(0.4) == bytes(20 * frame.FRAME_BYTES)
    assert frame.silence(0.0) == b""


@given(SAMPLES)
def test_whole_frames_only_adds_silence(slin: bytes) -> None:
    """Padding reaches the next frame and no further."""
    framed = frame.whole_frames(slin)
    assert len(framed) % frame.FRAME_BYTES == 0
    assert framed[: len(slin)] == slin
    assert not any(framed[len(slin) :])
    assert len(framed) - len(slin) < frame.FRAME_BYTES


def test_duration_in_seconds() -> None:
    """Fifty frames are a second."""
    assert frame.duration(bytes(50 * frame.FRAME_BYTES)) == 1.0


def test_wav_has_the_header_players_expect() -> None:
    """8 kHz, mono, 16 bits; byte for byte (Microsoft's RIFF note of 1991)."""
    assert frame.wav(b"\x01\x02") == (
        b"RIFF\x26\x00\x00\x00WAVEfmt \x10\x00\x00\x00\x01\x00\x01\x00"
        b"\x40\x1f\x00\x00\x80\x3e\x00\x00\x02\x00\x10\x00data\x02\x00\x00\x00\x01\x02"
    )
    assert frame.slin_of(frame.wav(b"\x01\x02")) == b"\x01\x02"


def test_joined_plays_one_file_after_the_other() -> None:
    """The rate of the parts is the rate of the whole."""
    assert frame.joined([frame.wav(b"\x01\x02", 16000), frame.wav(b"\x03\x04", 16000)]) == frame.wav(
        b"\x01\x02\x03\x04", 16000
    )


@pytest.mark.parametrize(
    "files",
    [
        [],
        [b""],
        [b"RIFFnothing"],
        [frame.wav(b"")],
        [frame.wav(bytes(400))[:-2]],
        [frame.wav(b"ab"), frame.wav(b"ab", 16000)],
    ],
)
def test_joined_refuses_damaged_files(files: list[bytes]) -> None:
    """A file that is empty, cut short, or of another rate is noticed."""
    with pytest.raises((wave.Error, EOFError)):
        frame.joined(files)
