"""How the line does: calls, containment, transfers, top questions, no-match rate, latency, abandonment.

SQL counts, once over the calls and twice over the turns; here counts are only added. An hour, a day and a
week are those of the desk's clock, as written with each call.
"""

import enum
from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import accumulate
from typing import Any

import sqlalchemy as sa

from ivr.store.database import Database
from ivr.store.outcomes import CONTAINED, CallOutcome
from ivr.store.queries import Period
from ivr.store.schema import calls, turns


class Step(enum.StrEnum):
    """How fine the course of a period is shown."""

    HOUR = "hour"
    """``2026-11-22T17``"""
    DAY = "day"
    """``2026-11-22``"""
    WEEK = "week"
    """``2026-W47`` (ISO 8601)"""


@dataclass(frozen=True, slots=True)
class Counts:
    """What happened in one step, or in the whole period. Calls in progress are not in the outcomes."""

    step: str
    calls: int
    ended: int
    contained: int
    """Ended after an answer, without a person."""
    resolved: int
    """Contained, and the caller took leave of us."""
    transferred: int
    messages: int
    callbacks: int
    abandoned: int
    """Hung up before any answer."""
    turns: int
    no_matches: int
    silences: int
    barge_ins: int
    seconds: float
    """Sum of the calls' lengths."""

    @property
    def containment(self) -> float | None:
        """Share of ended calls that needed nobody; None without calls."""
        return self.contained / self.ended if self.ended else None

    @property
    def abandonment(self) -> float | None:
        """Share of ended calls that were given up before any answer; None without calls."""
        return self.abandoned / self.ended if self.ended else None

    @property
    def no_match_rate(self) -> float | None:
        """Share of turns that were not understood; None without turns."""
        return self.no_matches / self.turns if self.turns else None


@dataclass(frozen=True, slots=True)
class Share:
    """One reason or one question, and how often."""

    name: str
    count: int


@dataclass(frozen=True, slots=True)
class Latency:
    """Milliseconds from the end of an utterance to the order of our next word; None without turns."""

    measured: int
    p50: float | None
    p90: float | None
    p99: float | None


@dataclass(frozen=True, slots=True)
class Statistics:
    """One period."""

    total: Counts
    course: tuple[Counts, ...]
    """In the order of time; a step without calls is not there."""
    transfers: tuple[Share, ...]
    """By reason, most frequent first."""
    outcomes: tuple[Share, ...]
    questions: tuple[Share, ...]
    """Intents answered, most frequent first."""
    latency: Latency


@dataclass(frozen=True, slots=True)
class Funnel:
    """How far calls came; each number is part of the one before."""

    calls: int
    spoke: int
    """The caller said or pressed something."""
    answered: int
    contained: int


async def total(database: Database, period: Period) -> Counts:
    """Return the counts of the whole *period*."""
    async with database.reading() as connection:
        return _counts("", [_Group(*row) for row in await connection.execute(_grouped(period, Step.WEEK))])


async def funnel(database: Database, period: Period) -> Funnel:
    """Return how far the calls of *period* came."""
    c = calls.c
    # The first turn is the greeting: whoever says nothing to it leaves, or is silent in a turn.
    reached = (c.turns - c.silences > 1, c.answers > 0, sa.and_(c.answers > 0, c.outcome.in_(CONTAINED)))
    sums = [sa.func.coalesce(sa.func.sum(sa.case((each, 1), else_=0)), 0) for each in reached]
    async with database.reading() as connection:
        row = await connection.execute(sa.select(sa.func.count(), *sums).where(period.contains(c.started_at)))
        return Funnel(*row.one())


async def busy_hours(database: Database, period: Period) -> dict[tuple[int, int], int]:
    """Return how many calls began by day of the week (Monday is 0) and hour, where there were any."""
    query = sa.select(calls.c.hour, sa.func.count()).where(period.contains(calls.c.started_at))
    counted: Counter[tuple[int, int]] = Counter()
    async with database.reading() as connection:
        for hour, number in await connection.execute(query.group_by(calls.c.hour)):
            counted[date.fromisoformat(hour[:10]).weekday(), int(hour[11:])] += number
    return dict(counted)


async def compute(database: Database, period: Period, step: Step = Step.DAY, top: int = 20) -> Statistics:
    """Return the statistics of *period*, its course by *step*, and the *top* questions."""
    said = period.contains(turns.c.started_at)
    async with database.reading() as connection:
        groups = [_Group(*row) for row in await connection.execute(_grouped(period, step))]
        questions = await connection.execute(_shares(turns.c.answered, said, top))
        latency = _latency([tuple(row) for row in await connection.execute(_milliseconds(said))])
        return Statistics(
            _counts("", groups),
            tuple(_counts(name, each) for name, each in _by_step(groups)),
            _ranked((each for each in groups if each.outcome == CallOutcome.TRANSFERRED), _reason, top),
            _ranked(groups, _outcome, top),
            tuple(Share(*row) for row in questions),
            latency,
        )


@dataclass(frozen=True, slots=True)
class _Group:
    """The calls of one step that ended alike."""

    step: str
    outcome: str | None
    reason: str | None
    calls: int
    turns: int
    no_matches: int
    silences: int
    barge_ins: int
    seconds: float


def _grouped(period: Period, step: Step) -> sa.Select[*tuple[Any, ...]]:
    c = calls.c
    alike = (c[step.value], c.outcome, c.reason)
    sums = (c.turns, c.no_matches, c.silences, c.barge_ins, c.seconds)
    totals = [sa.func.coalesce(sa.func.sum(column), 0) for column in sums]
    return sa.select(*alike, sa.func.count(), *totals).where(period.contains(c.started_at)).group_by(*alike)


def _by_step(groups: Iterable[_Group]) -> list[tuple[str, list[_Group]]]:
    steps: dict[str, list[_Group]] = {}
    for each in groups:
        steps.setdefault(each.step, []).append(each)
    return sorted(steps.items())


def _counts(step: str, groups: Sequence[_Group]) -> Counts:
    def ended(*outcomes: CallOutcome) -> int:
        return sum(each.calls for each in groups if each.outcome in outcomes)

    return Counts(
        step,
        calls=sum(each.calls for each in groups),
        ended=sum(each.calls for each in groups if each.outcome is not None),
        contained=ended(*CONTAINED),
        resolved=ended(CallOutcome.RESOLVED),
        transferred=ended(CallOutcome.TRANSFERRED),
        messages=ended(CallOutcome.MESSAGE),
        callbacks=ended(CallOutcome.CALLBACK),
        abandoned=ended(CallOutcome.ABANDONED),
        turns=sum(each.turns for each in groups),
        no_matches=sum(each.no_matches for each in groups),
        silences=sum(each.silences for each in groups),
        barge_ins=sum(each.barge_ins for each in groups),
        seconds=sum(each.seconds for each in groups),
    )


def _ranked(groups: Iterable[_Group], name: Callable[[_Group], str | None], top: int) -> tuple[Share, ...]:
    """Most frequent first, equals by name; calls without one are left out."""
    counted: Counter[str] = Counter()
    for each in groups:
        if (named := name(each)) is not None:
            counted[named] += each.calls
    return tuple(Share(*pair) for pair in sorted(counted.items(), key=lambda pair: (-pair[1], pair[0]))[:top])


def _outcome(group: _Group) -> str | None:
    return group.outcome


def _reason(group: _Group) -> str | None:
    return group.reason


def _shares(
    column: sa.Column[Any], condition: sa.ColumnElement[bool], top: int
) -> sa.Select[*tuple[Any, ...]]:
    number = sa.func.count()
    return (
        sa.select(column, number)
        .where(condition, column.is_not(None))
        .group_by(column)
        .order_by(number.desc(), column)
        .limit(top)
    )


def _milliseconds(condition: sa.ColumnElement[bool]) -> sa.Select[*tuple[Any, ...]]:
    """Latencies to the millisecond, and how many turns had each."""
    whole = sa.func.round(turns.c.respond_ms)
    return sa.select(whole, sa.func.count()).where(condition, turns.c.respond_ms.is_not(None)).group_by(whole)


def _latency(counted: Sequence[tuple[float, int]]) -> Latency:
    """The smallest latency that 50, 90, 99 % of the turns keep."""
    ranked = sorted(counted)
    until_here = list(accumulate(count for _, count in ranked))
    measured = until_here[-1] if until_here else 0

    def smallest(share: float) -> float | None:
        return ranked[bisect_left(until_here, share * measured)][0] if ranked else None

    return Latency(measured, smallest(0.5), smallest(0.9), smallest(0.99))
