"""The clock of all calls: every 20 ms, on an absolute grid, each call sends a frame, then takes one.

Never drifts, never bursts: ticks missed while the loop was busy are skipped, because Asterisk would pass a
burst on to the phone as it is.
"""

import asyncio
from bisect import bisect_left
from typing import Protocol

import structlog

from ivr.audio.frame import FRAME_SECONDS
from ivr.background import Background

log = structlog.get_logger()

LATENESS_BOUNDS = (
    0.0005, 0.001, 0.002, 0.003, 0.005, 0.0075, 0.01, 0.015, 0.02, 0.03, 0.05, 0.1, float("inf"),
)  # fmt: skip
"""Upper bounds of the histogram's buckets, in seconds."""


class Lateness:
    """How late frames were sent, as a histogram in the shape Prometheus wants."""

    def __init__(self) -> None:
        self.counts = [0] * len(LATENESS_BOUNDS)
        self.total = 0.0
        """Sum, in seconds."""
        self.longest = 0.0
        self.skipped = 0
        """Ticks that were not held because the loop was busy."""

    @property
    def frames(self) -> int:
        """Frames measured."""
        return sum(self.counts)

    def observe(self, seconds: float) -> None:
        """Count one frame."""
        self.counts[bisect_left(LATENESS_BOUNDS, seconds)] += 1
        self.total += seconds
        self.longest = max(self.longest, seconds)

    def quantile(self, share: float) -> float:
        """Return the bucket bound below which *share* of the frames were sent (0 without frames)."""
        wanted, seen = share * self.frames, 0
        for bound, count in zip(LATENESS_BOUNDS, self.counts, strict=True):
            seen += count
            if seen and seen >= wanted:
                return min(bound, self.longest)
        return 0.0


class Ticked(Protocol):
    """Who lives by the clock. Both methods return at once."""

    def play(self) -> None:
        """Send this tick's frame."""

    def listen(self) -> None:
        """Take in what has arrived since the last tick."""

    def abort(self) -> None:
        """Remove a call, one of whose methods has raised."""


class Ticker:
    """Calls ``play`` of everybody, then ``listen`` of everybody: no ear can make a frame late."""

    def __init__(self, interval: float = FRAME_SECONDS, background: Background | None = None) -> None:
        """*background* watches the task that ticks."""
        self.lateness = Lateness()
        self._interval = interval
        self._members: dict[Ticked, None] = {}
        self._background = background or Background()
        self._task: asyncio.Task[None] | None = None

    def __len__(self) -> int:
        return len(self._members)

    def add(self, member: Ticked) -> None:
        """Begin to call *member*."""
        self._members[member] = None

    def remove(self, member: Ticked) -> None:
        """Stop calling *member*; harmless if it is unknown."""
        self._members.pop(member, None)

    def start(self) -> None:
        """Begin to tick; call once, inside the event loop."""
        self._task = self._background.task("ticker", self._run)

    async def aclose(self) -> None:
        """Stop."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.wait({self._task})

    async def _run(self) -> None:
        clock = asyncio.get_running_loop().time
        due = clock()
        while True:
            due += self._interval
            missed = int((clock() - due) / self._interval)
            if missed > 0:
                self.lateness.skipped += missed
                due += missed * self._interval
            await asyncio.sleep(max(0.0, due - clock()))
            self._tick(due)

    def _tick(self, due: float) -> None:
        clock = asyncio.get_running_loop().time
        for member in tuple(self._members):
            try:
                member.play()
            except Exception:  # boundary: one broken call must not silence the others
                self._expel(member)
            self.lateness.observe(max(0.0, clock() - due))
        for member in tuple(self._members):
            try:
                member.listen()
            except Exception:  # idem
                self._expel(member)

    def _expel(self, member: Ticked) -> None:
        log.exception("ticker.member_failed")
        self.remove(member)
        member.abort()
