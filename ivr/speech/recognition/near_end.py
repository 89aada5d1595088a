"""The caller's audio with our echo removed, and whether the residue can still be echo.

Pure: frames in, frames and a verdict out. Uses the canceller's output only where it is measured to cancel.
"""

from collections import deque
from dataclasses import dataclass

import numpy as np

from ivr.speech.recognition.echo_canceller import BLOCK, Block, EchoCanceller
from ivr.speech.recognition.endpointing import steps

_AUDIBLE = 1e-6 * BLOCK
"""Energy of a frame at -60 dBFS: an echo below it needs no cancelling."""
_PLAYING = 3e-5 * BLOCK
"""The same at -45 dBFS: above it our prompt may come back."""


@dataclass(slots=True)
class _Tally:
    """Energies of the last moments, the older the fainter."""

    memory: float
    """Share of a step that is left in the next."""
    received: float = 0.0
    echo: float = 0.0
    agreement: float = 0.0
    """Of the predicted echo with what was received; equal to the echo itself where that is right."""

    def add(self, received: Block, echo: Block) -> None:
        """Take one step."""
        self.received = self.memory * self.received + float(received @ received)
        self.echo = self.memory * self.echo + float(echo @ echo)
        self.agreement = self.memory * self.agreement + float(received @ echo)

    def clear(self) -> None:
        """Forget."""
        self.received = self.echo = self.agreement = 0.0

    @property
    def rest(self) -> float:
        """What is left when the echo is taken out."""
        return self.received - 2 * self.agreement + self.echo


class NearEnd:
    """What one caller says over our prompt.

    What the canceller leaves passes if it is louder than residual echo can be: louder than what it has left
    so far, measured against what we play. After a change of the line (a transfer, a jump of a jitter buffer)
    it foretells an echo that is not there, and its rest is louder than what came: then nothing passes, and
    it learns the line anew.
    """

    _ASSUMED, _LEAST = -12.0, -31.0
    """Residual echo in decibels of what we play: before anything is known, and at best."""
    _RISE, _FALL = 0.4, 0.2
    """Decibels per step by which the measure follows: a third of the steps are above it."""
    _SAFETY = 7.0
    """Decibels from there to what residual echo never reaches."""
    _CALLER = 8.0
    """Decibels that a caller has raised the measure by until he is certain."""
    _HOLD = steps(0.1)
    """The caller's peaks count for this long, so that the dips between syllables do not close the gate."""
    _WINDOW = steps(0.5)
    _PROVEN, _DISPROVEN = 0.2, 0.8
    """Shares of what was received that are left: below the one it cancels, above the other it does not."""

    def __init__(self) -> None:
        self.passes: bool | None = None
        """Whether the last frame was louder than echo can be; None: the canceller does not know."""
        self._canceller = EchoCanceller()
        self._now, self._lately = _Tally(0.85), _Tally(0.97)
        self._played: deque[float] = deque(maxlen=self._WINDOW)
        self._left: deque[float] = deque(maxlen=self._HOLD)
        self._proven = False
        self._residual = self._ASSUMED

    def step(self, received: bytes | None, playing: bytes | None, *, learning: bool = True) -> bytes | None:
        """Take one step (20 ms of ``slin``, None: nothing came); return it without echo where that helps.

        *learning* is False while the caller is known to speak.
        """
        line, ours = _samples(received), _samples(playing)
        echo = self._canceller.step(line, ours)
        self._played.append(0.0 if ours is None else float(ours @ ours))
        self.passes = None
        if line is None or echo is None:
            self._now.clear()
            return received
        rest = line - echo
        self._now.add(line, echo)
        self._left.append(float(rest @ rest))
        if learning:
            self._lately.add(line, echo)
            self._judge()
        self._measure(learning)
        return _slin(rest) if self._now.rest < self._DISPROVEN * self._now.received else received

    def forget(self) -> None:
        """The last moments were the caller, not our echo."""
        self._residual = max(self._LEAST, self._residual - self._CALLER)

    def _judge(self) -> None:
        """Has the canceller shown that it cancels, or that the line is another?"""
        lately = self._lately
        if not self._proven:
            self._proven = lately.echo > 20 * _AUDIBLE and lately.rest < self._PROVEN * lately.received
        elif lately.rest > self._DISPROVEN * lately.received:
            self._proven = False
            if lately.agreement < 0.7 * lately.echo:
                self._canceller.restart()
                self._residual = self._ASSUMED
                self._now.clear()
                lately.clear()

    def _measure(self, learning: bool) -> None:
        loudest = max(self._played)
        if loudest < _PLAYING:
            return
        if learning:
            above = _decibels(self._left[-1] / loudest) > self._residual
            self._residual = max(self._LEAST, self._residual + (self._RISE if above else -self._FALL))
        there = self._now.echo > 6 * _AUDIBLE and self._now.agreement > 0.5 * self._now.echo
        if self._proven and there:
            self.passes = _decibels(max(self._left) / loudest) > self._residual + self._SAFETY


def _decibels(ratio: float) -> float:
    return 10.0 * float(np.log10(ratio + 1e-12))


def _samples(frame: bytes | None) -> Block | None:
    return None if frame is None else np.frombuffer(frame, "<i2").astype(np.float32) / np.float32(32768)


def _slin(samples: Block) -> bytes:
    return np.clip(np.rint(samples * 32768), -32768, 32767).astype("<i2").tobytes()
