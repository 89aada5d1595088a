"""Cheap random changes to features, made anew each time an utterance is drawn.

They stand in for what a waveform simulation would take much longer to do: vocal tract length, speaking
rate, line frequency response, noise, level, and SpecAugment's holes.
"""

import numpy as np
from numpy.typing import NDArray

Features = NDArray[np.float32]


def perturb(features: Features, phones: int, rng: np.random.Generator) -> Features:
    """A varied copy; the number of frames may change but stays enough for `phones` CTC labels."""
    varied = features
    if rng.random() < 0.75:
        varied = warp_spectrum(varied, float(np.exp(rng.uniform(-0.2, 0.2))))
    if rng.random() < 0.6:
        paced = pace(varied, rng)
        if len(paced) / 3 > phones * 1.15 + 3:
            varied = paced
    if rng.random() < 0.6:
        varied = varied + _tilt(varied.shape[1], rng)
    if rng.random() < 0.35:
        varied = add_noise(varied, rng)
    return hide(varied + np.float32(rng.uniform(-1.5, 1.5)), rng)


def warp_spectrum(features: Features, factor: float) -> Features:
    """Vocal tract length change: frequencies times `factor`, with the mel axis taken as it is spaced."""
    bins = features.shape[1]
    low_mel, high_mel = _hertz_to_mel(np.array([40.0, 3800.0])).tolist()
    hertz = _mel_to_hertz(np.linspace(low_mel, high_mel, bins + 2)[1:-1])
    source = np.interp(_hertz_to_mel(hertz / factor), _hertz_to_mel(hertz), np.arange(bins))
    low = np.minimum(source.astype(int), bins - 2)
    share = (source - low).astype(np.float32)
    return np.asarray(features[:, low] * (1 - share) + features[:, low + 1] * share, np.float32)


def pace(features: Features, rng: np.random.Generator) -> Features:
    """Another rate, which also changes from one fifth of a second to the next."""
    knots = len(features) // 20 + 2
    overall = rng.uniform(-0.15, 0.15)
    factors = np.exp(overall + rng.normal(0, rng.uniform(0, 0.3), knots))
    durations = np.interp(np.arange(len(features)), np.linspace(0, len(features) - 1, knots), factors)
    times = np.cumsum(durations) - durations[0]
    position = np.interp(np.arange(max(2, int(times[-1]))), times, np.arange(len(features)))
    low = np.minimum(position.astype(int), len(features) - 2)
    share = (position - low).astype(np.float32)[:, None]
    return np.asarray(features[low] * (1 - share) + features[low + 1] * share, np.float32)


def add_noise(features: Features, rng: np.random.Generator) -> Features:
    """Stationary noise of a random colour, 5 to 30 dB below the loud frames."""
    loud = np.percentile(features, 90)
    floor = loud - np.float32(rng.uniform(5, 30) * 0.2303) + _tilt(features.shape[1], rng)
    flutter = rng.normal(0, 0.35, features.shape).astype(np.float32)
    return np.asarray(np.logaddexp(features, floor + flutter), np.float32)


def hide(features: Features, rng: np.random.Generator) -> Features:
    """SpecAugment: two bands and some short stretches replaced by the mean."""
    hidden = features.copy()
    frames, bins = hidden.shape
    mean = hidden.mean(0)
    for _ in range(2):
        width = int(rng.integers(0, 10))
        start = int(rng.integers(0, bins - width + 1))
        hidden[:, start : start + width] = mean[start : start + width]
    for _ in range(max(1, frames // 100)):
        width = int(rng.integers(0, 18))
        start = int(rng.integers(0, max(1, frames - width)))
        hidden[start : start + width] = mean
    return hidden


def _tilt(bins: int, rng: np.random.Generator) -> Features:
    points = int(rng.integers(2, 6))
    return np.interp(
        np.arange(bins), np.linspace(0, bins - 1, points), rng.uniform(-1.5, 1.5, points)
    ).astype(np.float32)


def _hertz_to_mel(hertz: NDArray[np.float64]) -> NDArray[np.float64]:
    return 1127 * np.log1p(hertz / 700)


def _mel_to_hertz(mel: NDArray[np.float64]) -> NDArray[np.float64]:
    return 700 * np.expm1(mel / 1127)
