"""Playback of one prompt: frames, ducking, and the fade-out when it is interrupted.

Knows no clock and no socket: gives one frame each time it is asked.
"""

from bisect import bisect_right
from collections.abc import Sequence
from itertools import accumulate

import numpy as np
from numpy.typing import NDArray

from ivr.audio.frame import FRAME_BYTES

DUCKED = 10 ** (-12 / 20)
"""Gain while the caller may be speaking: 12 dB lower."""
DUCK_FRAMES = 2
RECOVER_FRAMES = 10
"""Down in 40 ms, so that the echo gate hears the caller; up in 200 ms, which nobody notices."""
LOUDER_DB = 4.0
"""By which each step raises a prompt (« parlez plus fort »); what would clip is rounded off."""
FADE_SAMPLES = 80
"""A cut prompt fades within 10 ms: no click."""


class Playout:
    """A prompt being played: the ``slin`` of its lines, one after the other."""

    def __init__(self, turn: int, lines: Sequence[bytes], louder: int = 0) -> None:
        """*louder*: steps by which it is raised."""
        self.turn = turn
        self.cut = False
        """Whether it was stopped before its end."""
        self._audio = b"".join(lines)
        self._ends = list(accumulate(map(len, lines)))
        self._at = 0
        self._gain = 1.0
        self._raise = 10 ** (louder * LOUDER_DB / 20)

    @property
    def done(self) -> bool:
        """Whether nothing is left."""
        return self._at >= len(self._audio)

    def next_frame(self, ducking: bool) -> bytes | None:
        """Return the next 20 ms, None when nothing is left."""
        if self.done:
            return None
        frame = self._audio[self._at : self._at + FRAME_BYTES].ljust(FRAME_BYTES, b"\0")
        self._at = len(self._audio) if self.cut else self._at + FRAME_BYTES
        if self._raise > 1.0:
            frame = _raised(frame, self._raise)
        before, self._gain = self._gain, self._next_gain(ducking)
        if self.cut:
            return _scaled(frame, np.linspace(before, 0.0, FADE_SAMPLES))
        if before == self._gain == 1.0:
            return frame
        return _scaled(frame, np.linspace(before, self._gain, FRAME_BYTES // 2))

    def stop(self) -> int:
        """Let the next frame fade to silence and be the last; say nothing at all if nothing was said yet.

        Returns how many lines were played whole.
        """
        whole = bisect_right(self._ends, self._at)
        self.cut = True
        if self._at == 0:
            self._at = len(self._audio)
        return whole

    def _next_gain(self, ducking: bool) -> float:
        if ducking:
            return max(DUCKED, self._gain - (1.0 - DUCKED) / DUCK_FRAMES)
        return min(1.0, self._gain + (1.0 - DUCKED) / RECOVER_FRAMES)


def _raised(frame: bytes, gain: float) -> bytes:
    """Return *frame* louder by *gain*, its peaks rounded off instead of clipped."""
    samples = np.frombuffer(frame, dtype="<i2") / _FULL_SCALE
    return (np.tanh(samples * gain) * _FULL_SCALE).astype("<i2").tobytes()


_FULL_SCALE = 32767.0


def _scaled(frame: bytes, gains: NDArray[np.float64]) -> bytes:
    """Return *frame* with its first samples multiplied by *gains*, and silence after them."""
    samples = np.zeros(FRAME_BYTES // 2, dtype="<i2")
    heads = np.frombuffer(frame, dtype="<i2")[: len(gains)]
    samples[: len(gains)] = (heads * gains).astype("<i2")
    return samples.tobytes()
