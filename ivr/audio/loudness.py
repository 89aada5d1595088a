"""Loudness as ITU-R BS.1770-4 measures it (gated, K-weighted), at telephone rate.

Pure. Written for 8 kHz mono because the usual library needs SciPy, is a third of a decibel off at this rate,
and switches warnings off process-wide, which is not safe in threads.
"""

import numpy as np
from numpy.typing import NDArray

from ivr.audio.frame import FLOOR_DB, RATE, Floats, level, transform_size

BLOCK = int(0.4 * RATE)
STEP = BLOCK // 4
"""Blocks of 400 ms, overlapping by three quarters."""
OFFSET = -0.691
"""Makes a 997 Hz sine of full scale −3.01 LUFS."""
ABSOLUTE_GATE = -70.0
RELATIVE_GATE = -10.0

SHELF = (1681.97445, 3.99984385, 0.70717524)
"""Frequency, gain in dB and quality of the shelf that stands for the head."""
HIGH_PASS = (38.1354709, 0.50032704)
"""Frequency and quality of the revised low-frequency B-curve."""


def loudness(samples: Floats) -> float:
    """Return the integrated loudness in LUFS; below 400 ms, which has no block, the plain RMS estimate."""
    if samples.size < BLOCK:
        return level(samples) + OFFSET
    squared = np.square(_weighted(samples))
    total = np.concatenate(([0.0], np.cumsum(squared)))
    starts = np.arange(0, samples.size - BLOCK + 1, STEP)
    powers = np.maximum((total[starts + BLOCK] - total[starts]) / BLOCK, 1e-12)
    powers = powers[_lufs(powers) >= ABSOLUTE_GATE]
    if powers.size == 0:
        return FLOOR_DB
    gate = float(_lufs(powers.mean())) + RELATIVE_GATE
    return float(_lufs(powers[_lufs(powers) > gate].mean()))


def _lufs(power: NDArray[np.float64] | np.float64) -> NDArray[np.float64] | np.float64:
    return OFFSET + 10.0 * np.log10(power)


def _weighted(samples: Floats) -> NDArray[np.float64]:
    """Filter in the frequency domain; the second after the sound keeps its end off its beginning."""
    size = transform_size(samples.size + RATE)
    z = np.exp(-2j * np.pi * np.fft.rfftfreq(size))
    response = _response(*_shelf(), z) * _response(*_high_pass(), z)
    return np.fft.irfft(np.fft.rfft(samples, size) * response, size)[: samples.size]


def _response(
    b: tuple[float, float, float], a: tuple[float, float, float], z: NDArray[np.complex128]
) -> NDArray[np.complex128]:
    numerator: NDArray[np.complex128] = b[0] + b[1] * z + b[2] * z * z
    return numerator / (a[0] + a[1] * z + a[2] * z * z)


def _shelf() -> tuple[tuple[float, float, float], tuple[float, float, float]]:
    """Bilinear transform of the analogue shelf, so that it holds at any rate (the standard gives 48 kHz)."""
    frequency, gain, quality = SHELF
    k = float(np.tan(np.pi * frequency / RATE))
    high = 10.0 ** (gain / 20.0)
    band = high**0.499666774155
    b = (high + band * k / quality + k * k, 2 * (k * k - high), high - band * k / quality + k * k)
    return b, (1 + k / quality + k * k, 2 * (k * k - 1), 1 - k / quality + k * k)


def _high_pass() -> tuple[tuple[float, float, float], tuple[float, float, float]]:
    """The numerator is not divided by a0: so it is in the standard, whose 48 kHz figures it reproduces."""
    frequency, quality = HIGH_PASS
    k = float(np.tan(np.pi * frequency / RATE))
    a0 = 1 + k / quality + k * k
    return (a0, -2 * a0, a0), (a0, 2 * (k * k - 1), 1 - k / quality + k * k)
