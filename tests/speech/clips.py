"""What tests and benches on real speech share: the model, and French telephone speech by espeak-ng and A-law.

Judges nothing.
"""

import functools
import subprocess
import tempfile
from pathlib import Path

import numpy as np
import numpy.typing as npt
import soundfile
import soxr

RATE = 8000
Samples = npt.NDArray[np.float32]
ROOT = Path(__file__).parents[2]


def model_path() -> Path:
    """Return the model to measure: ours."""
    return ROOT / "models" / "fr-support"


@functools.cache
def say(text: str, *, voice: str = "fr", words_per_minute: int = 150, level: float = -23.0) -> Samples:
    """Return *text* spoken over a telephone line, in full scale 1, its loud parts at *level* dBFS."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "clip.wav"
        subprocess.run(["espeak-ng", "-v", voice, "-s", str(words_per_minute), "-w", file, text], check=True)
        samples, rate = soundfile.read(file, dtype="float32")
    line = soxr.resample(samples, rate, RATE).astype(np.float32)
    audible = np.flatnonzero(np.abs(line) > 0.01)
    line = line[audible[0] : audible[-1] + 1]
    loud = line[np.abs(line) > 0.02]
    return line * np.float32(10 ** (level / 20) / np.sqrt(np.mean(loud**2)))


def silence(seconds: float) -> Samples:
    """Return digital silence."""
    return np.zeros(round(seconds * RATE), np.float32)


def noise(seconds: float, level: float, *, seed: int = 0) -> Samples:
    """Return pink-ish line noise at *level* dBFS."""
    count = round(seconds * RATE)
    spectrum = np.fft.rfft(np.random.default_rng(seed).standard_normal(count))
    spectrum /= np.sqrt(np.maximum(np.arange(len(spectrum)), 1))
    line = np.fft.irfft(spectrum, count)
    return (line / np.sqrt(np.mean(line**2)) * 10 ** (level / 20)).astype(np.float32)


def mix(*parts: Samples) -> Samples:
    """Add signals that begin together; the longest decides the length."""
    total = np.zeros(max(map(len, parts)), np.float32)
    for part in parts:
        total[: len(part)] += part
    return total


def join(*parts: Samples) -> Samples:
    """Put signals one after the other."""
    return np.concatenate(parts)


def slin(samples: Samples) -> bytes:
    """Return 16-bit audio as it leaves an A-law line."""
    size = np.abs(np.clip(samples, -1, 1)) * 87.6
    log = 1 + np.log(87.6)
    code = np.where(size < 1, size / log, (1 + np.log(np.maximum(size, 1))) / log)
    code = np.round(code * 127) / 127 * log
    size = np.where(code < 1, code, np.exp(code - 1)) / 87.6
    return (np.sign(samples) * size * 32767).astype("<i2").tobytes()


def frames(audio: bytes) -> list[bytes]:
    """Cut into 20 ms frames, the last one filled up with silence."""
    return [audio[i : i + 320].ljust(320, b"\0") for i in range(0, len(audio), 320)]
