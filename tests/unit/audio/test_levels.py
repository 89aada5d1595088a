"""Levels in dBFS."""

import numpy as np
import pytest

from ivr.audio.levels import SILENCE, Foreground, NoiseFloor, level

pytestmark = pytest.mark.unit


def tone(amplitude: float) -> bytes:
    return (amplitude * 32767 * np.sin(2 * np.pi * 400 * np.arange(160) / 8000)).astype("<i2").tobytes()


def test_level_is_the_rms_in_dbfs() -> None:
    """A full-scale sine is 3 dB below full scale; a tenth of it 20 dB less."""
    assert level(tone(1.0)) == pytest.approx(-3.0, abs=0.05)
    assert level(tone(0.1)) == pytest.approx(-23.0, abs=0.05)


def test_nothing_is_silence() -> None:
    """No frame, an empty one and a silent one are all the same."""
    assert level(None) == level(b"") == level(bytes(320)) == SILENCE


def test_the_floor_is_the_quietest_recent_moment() -> None:
    """Speech over a background leaves the floor at the background; a louder background raises it later."""
    floor = NoiseFloor()
    for i in range(200):
        floor.step(-20.0 if i % 10 else -45.0)
    assert floor.level == -45.0
    for _ in range(200):
        floor.step(-35.0)
    assert floor.level == -35.0


def test_voices_behind_the_caller_are_background() -> None:
    """Far softer than the loudest of the utterance is not the caller, until a long while after a shout."""
    foreground = Foreground()
    assert foreground.step(-20.0)
    assert foreground.step(-32.0)
    assert not foreground.step(-40.0)
    for _ in range(200):
        foreground.step(-32.0)
    assert foreground.step(-42.0)
