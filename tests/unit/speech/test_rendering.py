"""The chain from studio sound to telephone sound, measured."""

import io

import numpy as np
import pytest
import soundfile
from hypothesis import given, settings
from hypothesis import strategies as st

from ivr.audio.frame import FRAME_BYTES, RATE, level, to_floats
from ivr.audio.loudness import loudness
from ivr.errors import EngineError
from ivr.speech.synthesis.rendering import LEAD, PEAK, TAIL, Chain, band_limit, limit, trim

pytestmark = pytest.mark.unit


def tone(frequency: float, seconds: float = 1.0, rate: int = RATE, amplitude: float = 0.2) -> np.ndarray:
    time = np.arange(int(rate * seconds)) / rate
    return (amplitude * np.sin(2 * np.pi * frequency * time)).astype(np.float32)


def syllables(rate: int = RATE, seconds: float = 3.0) -> np.ndarray:
    """Noise with the ups and downs and the sharp peaks of speech."""
    noise = np.random.default_rng(7).normal(0, 0.1, int(rate * seconds))
    time = np.arange(noise.size) / rate
    return (noise * (1 + np.sin(2 * np.pi * 4 * time)) ** 3).astype(np.float32)


def audio_file(samples: np.ndarray, rate: int, kind: str = "WAV") -> bytes:
    file = io.BytesIO()
    soundfile.write(file, samples, rate, format=kind)
    return file.getvalue()


@pytest.mark.parametrize("rate", [8000, 11025, 16000, 22050, 44100, 48000])
@pytest.mark.parametrize("gain", [0.05, 1.0, 3.0])
def test_every_prompt_is_as_loud(rate: int, gain: float) -> None:
    """Whatever comes in, −20 LUFS ±0.5 and no peak above −3 dBFS come out, in whole frames."""
    slin = Chain().render(audio_file(np.clip(gain * syllables(rate), -1, 1), rate))
    assert loudness(to_floats(slin)) == pytest.approx(-20.0, abs=0.5)
    assert np.abs(to_floats(slin)).max() <= PEAK + 1e-4
    assert len(slin) % FRAME_BYTES == 0


@pytest.mark.parametrize("kind", ["WAV", "FLAC", "OGG"])
def test_stereo_files_of_several_kinds(kind: str) -> None:
    """A stereo upload is mixed down, whatever its container."""
    stereo = np.stack([syllables(44100), syllables(44100)], axis=1)
    assert loudness(to_floats(Chain(-23.0).render(audio_file(stereo, 44100, kind)))) == pytest.approx(
        -23.0, abs=0.5
    )


@pytest.mark.parametrize("frequency", [60, 120, 3950])
def test_what_a_telephone_cannot_carry_is_gone(frequency: float) -> None:
    """Hum and the last octave's edge are at least 20 dB down."""
    assert level(band_limit(tone(frequency))[1000:-1000]) < level(tone(frequency)) - 20


@pytest.mark.parametrize("frequency", [350, 1000, 3000, 3300])
def test_the_speech_band_is_untouched(frequency: float) -> None:
    """Inside the band nothing changes by more than a decibel."""
    assert level(band_limit(tone(frequency))[1000:-1000]) == pytest.approx(level(tone(frequency)), abs=1.0)


@pytest.mark.parametrize("frequency", [4500, 5200, 7300, 8700])
def test_nothing_folds_back_when_resampling(frequency: float) -> None:
    """A tone above 4 kHz does not come back as a lower one: 60 dB below the speech beside it."""
    loud = tone(1000, 2.0, 22050) + tone(frequency, 2.0, 22050)
    spectrum = np.abs(
        np.fft.rfft(to_floats(Chain().render(audio_file(loud, 22050)))[RATE // 2 : RATE // 2 * 3])
    )
    folded = 8000 - frequency if frequency < 8000 else frequency - 8000
    assert spectrum[folded] < spectrum[1000] / 1000


def test_trimming_leaves_the_same_silence_everywhere() -> None:
    """Long silence is cut and missing silence is added: 30 ms before, 150 ms after."""
    sound = tone(1000, 0.5)
    for before, after in ((0, 0), (8000, 8000), (80, 400)):
        padded = np.concatenate((np.zeros(before, np.float32), sound, np.zeros(after, np.float32)))
        assert trim(padded).size == pytest.approx(LEAD + sound.size + TAIL, abs=80)
        assert np.all(trim(padded)[: LEAD - 80] == 0)


@settings(max_examples=50, deadline=None)
@given(st.integers(0, 2**32), st.floats(0.1, 30), st.integers(1, 3000))
def test_the_limiter_never_lets_a_peak_through(seed: int, gain: float, size: int) -> None:
    """No sample passes the ceiling, and none changes its sign."""
    samples = (gain * np.random.default_rng(seed).normal(0, 0.3, size)).astype(np.float32)
    limited = limit(samples)
    assert np.abs(limited).max() <= PEAK + 1e-6
    assert np.all(limited * samples >= 0)


def test_the_limiter_leaves_quiet_sound_alone() -> None:
    """Below the ceiling not a bit changes."""
    assert limit(tone(500)) is not None
    assert np.array_equal(limit(tone(500)), tone(500))


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"RIFF",
        b"not a sound at all" * 10,
        audio_file(np.zeros(0), 8000),
        audio_file(np.zeros(8000), 8000),
    ],
    ids=["empty", "stub", "text", "no samples", "silence"],
)
def test_bad_sounds_are_engine_errors(content: bytes) -> None:
    """Rubbish is reported, never played."""
    with pytest.raises(EngineError):
        Chain().render(content)


def test_not_a_number_is_not_played() -> None:
    """A float file with NaN in it does no harm."""
    samples = syllables()
    samples[100:200] = np.nan
    file = io.BytesIO()
    soundfile.write(file, samples, RATE, format="WAV", subtype="FLOAT")
    assert loudness(to_floats(Chain().render(file.getvalue()))) == pytest.approx(-20.0, abs=0.5)
