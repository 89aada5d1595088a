"""Levels of the ramp: what so many calls at once cost one server, whether it held them, and the comparison.

Pure: figures in, rows out.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from bench.report import percentile

LATENESS_LIMIT = 10.0
"""Milliseconds that 99 % of the frames may be late."""
IVR, FLOOR, PER_FRAME = "ivr", "echo (floor)", "vosk per frame"
Row = dict[str, object]


@dataclass(frozen=True, slots=True)
class Level:
    """One server under so many calls."""

    server: str
    calls: int
    connected: int
    redialled: int
    cpu: float
    """Percent of one core per call."""
    memory: float
    """Megabytes per call, beyond the idle server."""
    late_at_caller: float | None
    late_at_server: float | None = None
    """p99 in ms; None where it cannot be measured."""
    answers: int | None = None
    processing: float | None = None
    """p95 in ms, of the answers heard."""
    decoding_late: int | None = None
    """Turns given up, or frames decoded, more than two seconds late; None without recognition."""
    load: float = 0.0

    @property
    def held(self) -> bool:
        """Whether everybody was connected, sent frames in time and understood in time."""
        late = (self.late_at_caller, self.late_at_server or 0.0)
        in_time = all(each is not None and each <= LATENESS_LIMIT for each in late)
        return in_time and self.connected == self.calls and not self.decoding_late

    def row(self) -> Row:
        """Return the level as a line of a table."""
        return {
            "server": self.server, "calls": self.calls, "connected": self.connected,
            "redialled": self.redialled, "late at caller p99 ms": self.late_at_caller,
            "late at server p99 ms": self.late_at_server, "answers": self.answers,
            "processing p95 ms": self.processing, "decoding late": self.decoding_late,
            "CPU %/call": self.cpu, "MB/call": self.memory, "load": self.load, "held": self.held,
        }  # fmt: skip


def summary(levels: Sequence[Level]) -> list[Row]:
    """Return per server the most calls held, and the costs at the highest level that all have seen."""
    ways = list(dict.fromkeys(level.server for level in levels))
    by_way = {way: {level.calls: level for level in levels if level.server == way} for way in ways}
    common = max(set.intersection(*(set(tried) for tried in by_way.values())))
    ours, floor = by_way[IVR][common], by_way[FLOOR][common]
    return [
        {
            "server": way,
            "calls held": max((calls for calls, level in tried.items() if level.held), default=0),
            "tried up to": max(tried),
            "compared at": common,
            "CPU %/call": tried[common].cpu,
            "CPU × floor": ratio(tried[common].cpu, floor.cpu),
            "CPU × ivr": ratio(tried[common].cpu, ours.cpu),
            "MB/call at the most": tried[max(tried)].memory,
            "late at caller p99 ms": tried[common].late_at_caller,
        }
        for way, tried in by_way.items()
    ]


def quantiles(what: str, values: Sequence[float], goal: float | None = None, at: int = 95) -> Row:
    """Return a row of p50, p95 and p99, and whether the percentile *at* reaches the goal."""
    row: Row = {f"p{share}": quantile(values, share) for share in (50, 95, 99)}
    reached = quantile(values, at)
    verdict = None if goal is None or reached is None else "met" if reached <= goal else "missed"
    aim = f"p{at} ≤ {goal:g}" if goal is not None else None
    return {"ms": what, "n": len(values), **row, "goal": aim, "verdict": verdict}


def quantile(values: Sequence[float], share: float) -> float | None:
    """Return a rounded percentile; None of nothing."""
    return round(percentile(values, share), 2) if values else None


def ratio(one: float, other: float) -> float | None:
    """Return how many times *other* it is; None if that is nothing."""
    return round(one / other, 2) if other else None
