"""Tones that tell who is heard, and the ear that tells them apart."""

import numpy as np

RATE = 8000
CALLER, AGENT = 700, 1000
"""Pitch of each person in hertz."""


def tone(pitch: int, seconds: float = 1.0) -> bytes:
    """A steady tone, 8 kHz 16-bit."""
    t = np.arange(int(RATE * seconds)) / RATE
    return (6000 * np.sin(2 * np.pi * pitch * t)).astype("<i2").tobytes()


def hears(audio: bytes, pitch: int, seconds: float = 0.2) -> bool:
    """Whether *pitch* dominates somewhere in *audio* for at least *seconds*."""
    samples = np.frombuffer(audio, "<i2").astype(np.float64)
    width = RATE // 20
    run = best = 0
    for start in range(0, len(samples) - width, width):
        window = samples[start : start + width] * np.hanning(width)
        loud = np.sqrt(np.mean(window**2)) > 300
        peak = int(np.abs(np.fft.rfft(window)).argmax()) * 20
        run = run + 1 if loud and abs(peak - pitch) <= 20 else 0
        best = max(best, run)
    return best * 0.05 >= seconds
