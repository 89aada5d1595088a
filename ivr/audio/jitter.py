"""The jitter buffer of one caller: audio of any length in, one frame per tick out.

Knows no clock: a tick is a call of ``take``.
"""

from collections import deque

from ivr.audio.frame import FRAME_BYTES

JITTER_FRAMES = 3
"""Waiting frames that are natural; beyond them (a stall, a fast clock) the ear is fed faster."""
BACKLOG_FRAMES = 100
"""Two seconds, as long as the ear may be late, survive a stall of ours: older frames are dropped."""
CATCH_UP_FRAMES = 4
"""At most this many extra frames come out in one tick."""
SETTLE_TICKS = 50
"""A frame that waited through all of these ticks was never needed: it only made us slow to answer."""


class JitterQueue:
    """The received audio of one call."""

    def __init__(self) -> None:
        self._pending = bytearray()
        self._frames: deque[bytes] = deque(maxlen=BACKLOG_FRAMES)
        self._ticks = self._spare = 0

    def put(self, samples: bytes) -> None:
        """Take audio of any length."""
        pending = self._pending
        pending += samples
        whole = len(pending) - len(pending) % FRAME_BYTES
        self._frames.extend(bytes(pending[at : at + FRAME_BYTES]) for at in range(0, whole, FRAME_BYTES))
        del pending[:whole]

    def take(self) -> tuple[bytes | None, list[bytes]]:
        """Return this tick's frame, None if none came, and those that have waited too long."""
        frame = self._frames.popleft() if self._frames else None
        return frame, [self._frames.popleft() for _ in range(self._too_many())]

    def _too_many(self) -> int:
        waiting = len(self._frames)
        self._ticks += 1
        self._spare = min(self._spare, waiting)
        extra = min(CATCH_UP_FRAMES, max(0, waiting - JITTER_FRAMES))
        if self._ticks % SETTLE_TICKS == 0:
            extra = max(extra, min(1, self._spare))
            self._spare = waiting - extra
        return extra
