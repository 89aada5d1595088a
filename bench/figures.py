"""The arithmetic of the call bench: how late frames are, how long a turn took, which level to try next.

Pure: lists of times in, figures out; no clock, no socket.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

INTERVAL = 0.02
"""Seconds from one frame to the next."""
BREATH = 0.5
"""A prompt may be silent for this long between two sentences."""
UNCUT = 0.1
"""A prompt still heard this shortly before the caller's last word has not been interrupted."""


def excess(arrivals: Sequence[float], interval: float = INTERVAL) -> list[float]:
    """Return how much later than *interval* after the one before each frame came, in seconds, never below 0.

    It is never more than the frame's lateness on its sender's clock, and knows nothing of that clock.
    """
    return [max(0.0, later - earlier - interval) for earlier, later in pairwise(arrivals)]


@dataclass(frozen=True, slots=True)
class Question:
    """What one caller said once, in seconds of the common clock."""

    clip: int
    """Which question."""
    began: float
    """When the first loud frame was sent."""
    ended: float
    """When the last one was sent."""


@dataclass(frozen=True, slots=True)
class Timed:
    """How the line took one question, as the caller heard it."""

    clip: int
    reply: float | None = None
    """Seconds from the end of the question to the first sound of the answer; None: none came in time."""
    silence: float | None = None
    """Seconds from the first loud frame until the prompt was silent; None: no prompt to interrupt."""
    ignored: bool = False
    """The prompt went on."""


def time_question(question: Question, sounds: Sequence[float], within: float) -> Timed:
    """Judge one question by *sounds*, the sorted times of all loud frames the caller heard.

    An answer counts if it begins *within* so many seconds.
    """
    playing = bisect_left(sounds, question.began - BREATH) < bisect_left(sounds, question.began)
    over = bisect_right(sounds, question.ended)
    last = sounds[over - 1] if over and sounds[over - 1] >= question.began else None
    if playing and last is not None and last > question.ended - UNCUT:
        return Timed(question.clip, ignored=True)
    answered = over < len(sounds) and sounds[over] <= question.ended + within
    return Timed(
        question.clip,
        reply=sounds[over] - question.ended if answered else None,
        silence=last + INTERVAL - question.began if playing and last is not None else None,
    )


class Ramp:
    """Which number of calls to try next: twice as many until it is too many, then between the two."""

    def __init__(self, first: int, most: int, refinements: int = 2) -> None:
        self.highest = 0
        """The highest level that was good."""
        self._first = first
        self._most = most
        self._refinements = refinements
        self._too_many: int | None = None

    def next(self) -> int | None:
        """Return the level to try; None when the answer is known well enough."""
        if self._too_many is None:
            wanted = min(self._most, 2 * self.highest or self._first)
        elif self._refinements:
            self._refinements -= 1
            wanted = (self.highest + self._too_many) // 2
        else:
            return None
        return wanted if wanted > self.highest else None

    def judge(self, level: int, good: bool) -> None:
        """Take the result of a level."""
        if good:
            self.highest = level
        else:
            self._too_many = level
