"""How loud a frame is, and what is merely the line's background.

Pure: frames in, decibels out.
"""

from collections import deque

import numpy as np

SILENCE = -96.0
"""dBFS of digital silence."""


def level(frame: bytes | None) -> float:
    """Return the RMS level of 16-bit audio in dBFS; ``SILENCE`` for nothing at all."""
    if not frame:
        return SILENCE
    samples = np.frombuffer(frame, dtype="<i2").astype(np.float32)
    power = float(samples @ samples) / (len(samples) * 32768.0**2)
    return max(SILENCE, 10.0 * float(np.log10(power))) if power else SILENCE


class NoiseFloor:
    """The background's level: the quietest moment of the last seconds (minimum statistics, Martin 2001)."""

    _BLOCK = 25
    _BLOCKS = 6

    def __init__(self) -> None:
        self.level = SILENCE
        self._minima: deque[float] = deque(maxlen=self._BLOCKS)
        self._current = 0.0
        self._count = 0

    def step(self, level: float) -> None:
        """Take the level of one 20 ms frame."""
        self._current = level if self._count == 0 else min(self._current, level)
        self._count += 1
        if self._count == self._BLOCK:
            self._minima.append(self._current)
            self._count = 0
        self.level = min(self._current, *self._minima) if self._minima else self._current


class Foreground:
    """Tells the caller from voices behind them: they are far softer than the loudest of the utterance."""

    _DEPTH = 16.0
    """Decibels below the peak within which it is the caller; words at the end of a sentence fall by ten."""
    _FALL = 0.04
    """Decibels per step by which the peak is forgotten: one shout does not make the rest background."""

    def __init__(self) -> None:
        self._peak = SILENCE

    def step(self, level: float) -> bool:
        """Take the level of one 20 ms frame of voice; return whether it is the caller's."""
        self._peak = max(level, self._peak - self._FALL)
        return level > self._peak - self._DEPTH
