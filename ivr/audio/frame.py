"""Sound as ``slin``: 8 kHz mono 16-bit little-endian linear PCM, in bytes or as floats between −1 and 1.

Pure: arrays and bytes in, arrays and bytes out; no file, no clock, no resampling.
"""

import io
import wave
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

RATE = 8000
FRAME_SECONDS = 0.02
FRAME_SAMPLES = 160
FRAME_BYTES = 2 * FRAME_SAMPLES
"""One frame: 20 ms of Asterisk's ``slin``, in seconds, samples and bytes."""
FLOOR_DB = -100.0
"""The level of digital silence."""

Floats = NDArray[np.float32]


def to_floats(slin: bytes) -> Floats:
    """Return samples between −1 and 1. *slin* holds whole samples."""
    return np.frombuffer(slin, "<i2").astype(np.float32) / 32768.0


def to_slin(samples: Floats) -> bytes:
    """Return ``slin``; what lies outside −1…1 is clipped."""
    return bytes(np.clip(np.rint(samples * 32768.0), -32768, 32767).astype("<i2").tobytes())


def level(samples: Floats) -> float:
    """Return the RMS level in dBFS (a full-scale square wave is 0), ``FLOOR_DB`` for silence."""
    if samples.size == 0:
        return FLOOR_DB
    power = float(np.mean(np.square(samples, dtype=np.float64)))
    return max(FLOOR_DB, 10.0 * float(np.log10(power))) if power > 0 else FLOOR_DB


def transform_size(samples: int) -> int:
    """Return a size of at least *samples* whose Fourier transform is quick: no large prime factor."""
    return -(-samples // 4096) * 4096


def silence(seconds: float) -> bytes:
    """Return silence of *seconds*, rounded to whole frames."""
    return bytes(FRAME_BYTES * round(seconds * RATE / FRAME_SAMPLES))


def whole_frames(slin: bytes) -> bytes:
    """Return *slin* with silence after it up to the next whole frame."""
    return slin + bytes(-len(slin) % FRAME_BYTES)


def duration(slin: bytes) -> float:
    """Return the length of *slin* in seconds."""
    return len(slin) / (2 * RATE)


def wav(slin: bytes, rate: int = RATE) -> bytes:
    """Return a WAV file with the 16-bit mono samples *slin*."""
    file = io.BytesIO()
    with wave.open(file, "wb") as writer:
        writer.setnchannels(1)
        writer.setsampwidth(2)
        writer.setframerate(rate)
        writer.writeframes(slin)
    return file.getvalue()


def slin_of(content: bytes) -> bytes:
    """Return the samples of a WAV file that ``wav`` made."""
    with wave.open(io.BytesIO(content)) as file:
        return bytes(file.readframes(file.getnframes()))


def joined(files: Sequence[bytes]) -> bytes:
    """Return one WAV file from 16-bit mono ones of the same rate, played one after the other.

    Raises:
        wave.Error, EOFError: one of them is not such a file, is empty, or is shorter than its header says.
    """
    rates: set[int] = set()
    samples = b""
    for content in files:
        with wave.open(io.BytesIO(content)) as file:
            rates.add(file.getframerate())
            read = file.readframes(file.getnframes())
            if file.getnchannels() != 1 or not read or len(read) != 2 * file.getnframes():
                raise wave.Error("not whole 16-bit mono samples")
            samples += read
    if len(rates) != 1:
        raise wave.Error("not of one rate")
    return wav(samples, rates.pop())
