"""How often a day something may be done that costs money or rings at somebody's: per number, caller and line.

Counts. What was not done is taken back.
"""

from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from time import monotonic

import structlog

from ivr.config import DailyLimit, NumbersSettings
from ivr.errors import IvrError
from ivr.french.number_plan import NumberPlan

log = structlog.get_logger()

DAY_SECONDS = 24 * 3600.0


def plan_of(settings: NumbersSettings) -> NumberPlan:
    """Return which numbers may be called and written to."""
    return NumberPlan(tuple(settings.called), tuple(settings.written))


@dataclass(frozen=True, slots=True)
class _Done:
    at: float
    number: str
    caller: str


class Limiter:
    """What was done in the last 24 hours, at most ``limit.line`` times. Of this server, since its start."""

    def __init__(self, what: str, limit: DailyLimit, now: Callable[[], float] = monotonic) -> None:
        """*what* is done, for the log; *now* in seconds."""
        self._what, self._limit, self._now = what, limit, now
        self._done: deque[_Done] = deque()
        self.refused = 0
        """How often it was once too often."""

    @contextmanager
    def once(self, number: str, caller: str) -> Iterator[None]:
        """Count what the block does to *number* for *caller*, unless it raises.

        Raises IvrError when it may not be done.
        """
        done = _Done(self._now(), number, caller)
        while self._done and done.at - self._done[0].at > DAY_SECONDS:
            self._done.popleft()
        if limit := self._reached(done):
            self.refused += 1
            log.warning("limit.reached", what=self._what, limit=limit, refused=self.refused)
            raise IvrError(f"{self._what}: the day's limit for one {limit} is reached")
        self._done.append(done)  # before it is done: others ask meanwhile
        try:
            yield
        except BaseException:
            if done in self._done:
                self._done.remove(done)
            raise

    def _reached(self, wanted: _Done) -> str:
        """Which limit *wanted* would pass; empty: none."""
        of_number = sum(each.number == wanted.number for each in self._done)
        of_caller = sum(each.caller == wanted.caller for each in self._done)
        if of_number >= self._limit.number:
            return "number"
        if of_caller >= self._limit.caller:
            return "caller"
        return "line" if len(self._done) >= self._limit.line else ""
