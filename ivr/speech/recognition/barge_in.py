"""Whether the caller speaks over our prompt, or merely echoes it.

Pure: levels and voiced steps in, a verdict out. Asterisk cancels no echo, so that our own prompt comes back.
"""

import enum
from collections import deque

from ivr.speech.recognition.endpointing import Onset, steps

_PLAYING = -45.0
"""dBFS above which our prompt may come back as an echo."""


class EchoGate:
    """Lets a frame through only if it is louder than our echo can be, until the canceller knows the line.

    The echo is at most the loudest of what we just played less the return loss of the line. The loss is
    unknown at first (*margin* decibels are assumed), then measured: callers mostly listen while we play, so
    nearly all that comes meanwhile is echo. What turned out to be the caller is forgotten, or somebody who
    interrupts often would teach the gate to hold him too.
    """

    LEAST, MOST = 6.0, 24.0
    _HOLD = steps(0.1)
    """The caller's peaks count for this long, so that the dips between syllables do not close the gate."""
    _WINDOW = steps(0.4) + _HOLD
    """Longest way there and back of an echo."""
    _SAFETY = 1.0
    _MEMORY = steps(8)
    _ENOUGH = steps(2)
    _EVERY = steps(0.2)
    _MISTAKEN = steps(1.0)
    """A caller is certain well within this time of his first sound."""

    def __init__(self, margin: float) -> None:
        self.margin = margin
        """Decibels below our own level that a frame must pass."""
        self._assumed = margin
        self._heard: deque[float] = deque(maxlen=self._HOLD)
        self._played: deque[float] = deque(maxlen=self._WINDOW)
        self._returned: deque[float] = deque(maxlen=self._MEMORY)
        self._since = 0

    def step(self, received: float, playing: float, *, learning: bool = True) -> bool:
        """Take the levels of one step in dBFS; return whether what was received cannot be echo.

        *learning* is False while the caller is known to speak.
        """
        self._played.append(playing)
        self._heard.append(received)
        loudest = max(self._played)
        if loudest < _PLAYING:
            return True
        above = max(self._heard) - loudest
        passes = above > -self.margin
        if learning:
            self._learn(above)
        return passes

    def forget(self) -> None:
        """The last second was the caller, not our echo."""
        for _ in range(min(self._MISTAKEN, len(self._returned))):
            self._returned.pop()
        self._measure()

    def _learn(self, returned: float) -> None:
        self._returned.append(returned)
        self._since += 1
        if self._since >= self._EVERY:
            self._since = 0
            self._measure()

    def _measure(self) -> None:
        if len(self._returned) < self._ENOUGH:
            self.margin = self._assumed
            return
        strongest = sorted(self._returned)[int(len(self._returned) * 0.95)]
        self.margin = min(self.MOST, max(self.LEAST, -strongest - self._SAFETY))


class Verdict(enum.Enum):
    """What is going on while we play."""

    NOTHING = enum.auto()
    SUSPICION = enum.auto()
    """Perhaps the caller: duck the prompt and listen closely."""
    CONFIRMED = enum.auto()
    """The caller, for certain."""


class BargeIn:
    """From the first suspicion to certainty, or back."""

    _SUSPECT = (8, 12)
    _CERTAIN = (12, 20)
    _DOUBT = steps(0.7)
    """A suspicion that is not confirmed by then was wrong."""

    def __init__(self) -> None:
        self._suspect = Onset(*self._SUSPECT)
        self._certain = Onset(*self._CERTAIN)
        self._suspected = 0
        self.verdict = Verdict.NOTHING

    def step(self, voiced: bool, words: bool) -> Verdict:
        """Take one step: *voiced* by the VAD and let through by the gate, *words* recognised so far."""
        suspicious, certain = self._suspect.step(voiced), self._certain.step(voiced)
        if self.verdict is Verdict.NOTHING and suspicious:
            self.verdict, self._suspected = Verdict.SUSPICION, 0
        elif self.verdict is Verdict.SUSPICION:
            self._suspected += 1
            if certain or (words and suspicious):
                self.verdict = Verdict.CONFIRMED
            elif self._suspected >= self._DOUBT:
                self.reset()
        return self.verdict

    def reset(self) -> None:
        """Suspect nothing."""
        self._suspect.reset()
        self._certain.reset()
        self.verdict = Verdict.NOTHING
