"""From a synthesiser's or a recording's sound to telephone audio: filter, loudness, resampling.

Works on whole prompts, in a thread: one takes some 10 ms of processor time.
"""

import io
from dataclasses import dataclass

import numpy as np
import soundfile
import soxr

from ivr.audio.frame import RATE, Floats, level, to_slin, transform_size, whole_frames
from ivr.audio.loudness import loudness
from ivr.errors import EngineError

VERSION = "1"
"""Part of the cache key: change it when the chain changes what callers hear."""

LOW, HIGH = 250.0, 3500.0
"""Hertz; outside, a telephone carries hum and hiss only. Half-power points of the band."""
ORDER = 8
PEAK = 10.0 ** (-3.0 / 20.0)
LOOK_AHEAD = int(0.005 * RATE)
TRIM_BELOW = -45.0
"""Decibels under the loudest 10 ms: silence at either end."""
TRIM_BLOCK = int(0.010 * RATE)
LEAD = int(0.030 * RATE)
TAIL = int(0.150 * RATE)
"""Silence kept before the first sound, which is reply latency, and after the last."""
TOLERANCE = 0.1
"""Loudness units; the limiter takes some away, so gain and limiter are applied until it fits."""


@dataclass(frozen=True, slots=True)
class Chain:
    """How prompts are made; ``version`` is part of their cache key."""

    target: float = -20.0
    """LUFS."""

    @property
    def version(self) -> str:
        return f"chain {VERSION} {self.target:g} LUFS"

    def render(self, sound: bytes) -> bytes:
        """Return ``slin`` in whole frames from an audio file's bytes, any rate and channel count.

        Raises:
            EngineError: unreadable, or nothing but silence.
        """
        samples = band_limit(telephone_rate(*decoded(sound)))
        samples = trim(samples)
        if level(samples) < -70.0:
            raise EngineError("the audio is silent")
        return whole_frames(to_slin(normalise(samples, self.target)))


def band_limit(samples: Floats) -> Floats:
    """Return the speech band alone, without phase shift and without the mean."""
    size = transform_size(samples.size + RATE // 4)
    frequency = np.maximum(np.fft.rfftfreq(size, 1 / RATE), 1e-3)
    gain = 1 / (1 + (LOW / frequency) ** ORDER) / (1 + (frequency / HIGH) ** (8 * ORDER))
    gain[0] = 0.0
    return np.fft.irfft(np.fft.rfft(samples, size) * gain, size)[: samples.size].astype(np.float32)


def trim(samples: Floats, rate: int = RATE) -> Floats:
    """Return the sound with ``LEAD`` before it and ``TAIL`` after it, whatever silence was there."""
    block, lead, tail = (count * rate // RATE for count in (TRIM_BLOCK, LEAD, TAIL))
    blocks = samples[: samples.size // block * block].reshape(-1, block)
    power = np.mean(np.square(blocks), axis=1)
    if power.size == 0 or power.max() == 0:
        return np.zeros(0, np.float32)
    loud = np.flatnonzero(power > power.max() * 10.0 ** (TRIM_BELOW / 10.0))
    first, last = int(loud[0]) * block, (int(loud[-1]) + 1) * block
    kept = samples[max(0, first - lead) : last + tail]
    return np.pad(kept, (max(0, lead - first), max(0, last + tail - samples.size)))


def normalise(samples: Floats, target: float) -> Floats:
    """Return *samples* at *target* LUFS with no peak above −3 dBFS."""
    for _ in range(4):
        missing = target - loudness(samples)
        if abs(missing) < TOLERANCE:
            break
        samples = limit(samples * np.float32(10.0 ** (missing / 20.0)))
    return limit(samples)


def limit(samples: Floats, peak: float = PEAK) -> Floats:
    """Return *samples* turned down smoothly around whatever exceeds *peak*, beginning 5 ms before it."""
    magnitude = np.abs(samples)
    if magnitude.size == 0 or magnitude.max() <= peak:
        return samples
    wanted = np.minimum(1.0, peak / np.maximum(magnitude, 1e-9))
    around = np.lib.stride_tricks.sliding_window_view(
        np.pad(wanted, LOOK_AHEAD, mode="edge"), 2 * LOOK_AHEAD + 1
    )
    lowest = np.pad(around.min(axis=1), LOOK_AHEAD, mode="edge")
    # The mean over the same window of these minima is never above what the window's centre wants.
    total = np.concatenate(([0.0], np.cumsum(lowest, dtype=np.float64)))
    gain = (total[2 * LOOK_AHEAD + 1 :] - total[: -2 * LOOK_AHEAD - 1]) / (2 * LOOK_AHEAD + 1)
    return np.clip(samples * gain, -peak, peak).astype(np.float32)


def decoded(sound: bytes) -> tuple[Floats, int]:
    """Return an audio file's samples, mixed down, and their rate. Raises EngineError."""
    try:
        samples, rate = soundfile.read(io.BytesIO(sound), dtype="float32", always_2d=True)
    except soundfile.LibsndfileError as error:
        raise EngineError(f"unreadable audio: {error}") from None
    heard = np.nan_to_num(samples, nan=0.0, posinf=0.0, neginf=0.0)
    mono: Floats = heard.mean(axis=1, dtype=np.float32)
    return mono, int(rate)


def telephone_rate(samples: Floats, rate: int) -> Floats:
    """Return *samples* at 8 kHz."""
    # HQ: the quicker qualities of soxr alias, or lose 8 dB at 3.4 kHz.
    if rate == RATE or samples.size == 0:
        return samples
    resampled: Floats = soxr.resample(samples, rate, RATE, quality="HQ")
    return resampled
