"""How the line does: calls, containment, transfers, top questions, no-match rate, latency, abandonment.

Counts in SQL. An hour, a day and a week are those of the desk's clock, as written with each call.
"""

import enum
from dataclasses import dataclass
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


async def compute(database: Database, period: Period, step: Step = Step.DAY, top: int = 20) -> Statistics:
    """Return the statistics of *period*, its course by *step*, and the *top* questions."""
    inside = period.contains(calls.c.started_at)
    by = calls.c[step.value]
    said = period.contains(turns.c.started_at)
    async with database.reading() as connection:
        total = (await connection.execute(sa.select(sa.literal(""), *_sums()).where(inside))).one()
        course = await connection.execute(sa.select(by, *_sums()).where(inside).group_by(by).order_by(by))
        transfers = await connection.execute(
            _shares(calls.c.reason, inside & (calls.c.outcome == CallOutcome.TRANSFERRED), top)
        )
        outcomes = await connection.execute(_shares(calls.c.outcome, inside, top))
        questions = await connection.execute(_shares(turns.c.answered, said, top))
        latency = (await connection.execute(_percentiles(said))).one()
        return Statistics(
            Counts(*total),
            tuple(Counts(*row) for row in course),
            tuple(Share(*row) for row in transfers),
            tuple(Share(*row) for row in outcomes),
            tuple(Share(*row) for row in questions),
            Latency(*latency),
        )


def _sums() -> list[sa.ColumnElement[Any]]:
    def count(condition: sa.ColumnElement[bool]) -> sa.ColumnElement[int]:
        return sa.func.coalesce(sa.func.sum(sa.case((condition, 1), else_=0)), 0)

    def total(column: sa.Column[Any]) -> sa.ColumnElement[Any]:
        return sa.func.coalesce(sa.func.sum(column), 0)

    outcome = calls.c.outcome
    return [
        sa.func.count(),
        count(outcome.is_not(None)),
        count(outcome.in_(CONTAINED)),
        count(outcome == CallOutcome.RESOLVED),
        count(outcome == CallOutcome.TRANSFERRED),
        count(outcome == CallOutcome.MESSAGE),
        count(outcome == CallOutcome.CALLBACK),
        count(outcome == CallOutcome.ABANDONED),
        total(calls.c.turns),
        total(calls.c.no_matches),
        total(calls.c.silences),
        total(calls.c.barge_ins),
        total(calls.c.seconds),
    ]


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


def _percentiles(condition: sa.ColumnElement[bool]) -> sa.Select[*tuple[Any, ...]]:
    """The smallest latency, to the millisecond, that 50, 90, 99 % of the turns keep."""
    whole = sa.func.round(turns.c.respond_ms).label("ms")
    counted = (
        sa.select(whole, sa.func.count().label("turns"))
        .where(condition, turns.c.respond_ms.is_not(None))
        .group_by(whole)
        .subquery()
    )
    until_here = sa.func.sum(counted.c.turns).over(order_by=counted.c.ms)
    share = (until_here * 1.0 / sa.func.sum(counted.c.turns).over()).label("share")
    ranked = sa.select(counted, share).subquery()

    def smallest(share: float) -> sa.ColumnElement[float]:
        return sa.func.min(sa.case((ranked.c.share >= share, ranked.c.ms)))

    measured = sa.func.coalesce(sa.func.sum(ranked.c.turns), 0)
    return sa.select(measured, smallest(0.5), smallest(0.9), smallest(0.99)).select_from(ranked)
