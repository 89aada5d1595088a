"""« À apprendre »: what callers said that the line did not know, and what a supervisor decided about it.

Groups what was said in the same words; changes no prompt and no phrasing.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa

from ivr.french.phrases import fold
from ivr.store.database import Database, upsert
from ivr.store.outcomes import Decision
from ivr.store.queries import Page, Period
from ivr.store.schema import lessons, turns

LONGEST_KEY = 200


@dataclass(frozen=True, slots=True)
class Unmatched:
    """The same words, said once or more, and how they were last understood."""

    text_key: str
    text: str
    count: int
    """How often, in the period."""
    lesson: str
    """Why it is here, the last time (``Lesson``)."""
    last_at: datetime
    call: str
    """The call where it was said last, and the turn."""
    turn: int
    confidence: float | None
    n_best: list[dict[str, Any]] | None
    intents: list[dict[str, Any]] | None
    """Nearest questions: ``{"intent": …, "score": …}``."""
    decision: str | None
    """A ``Decision``; None while it waits for one."""
    decided_by: str | None
    learned_as: str | None
    """The intent it was added to."""


@dataclass(frozen=True, slots=True)
class UnmatchedPage:
    """One page of the inbox, most frequent first."""

    rows: tuple[Unmatched, ...]
    total: int


def key_of(text: str) -> str:
    """Return what groups *text* with the same words said otherwise: no case, accents, punctuation."""
    return fold(text)[:LONGEST_KEY]


async def unmatched(
    database: Database,
    period: Period | None = None,
    *,
    lesson: str = "",
    decided: bool = False,
    page: Page | None = None,
) -> UnmatchedPage:
    """Return what waits for a decision (or was *decided*), most frequent first."""
    page = page or Page()
    grouped = _grouped(period, lesson)
    known = lessons.c.text_key
    here = sa.and_(turns.c.call == grouped.c.call, turns.c.number == grouped.c.number)
    query: sa.Select[*tuple[Any, ...]] = (
        sa.select(
            grouped.c.text_key,
            turns.c.text,
            grouped.c.count,
            turns.c.lesson,
            grouped.c.started_at,
            grouped.c.call,
            grouped.c.number,
            turns.c.confidence,
            turns.c.n_best,
            turns.c.intents,
            lessons.c.state,
            lessons.c.by,
            lessons.c.intent,
        )
        .select_from(grouped.join(turns, here).outerjoin(lessons, known == grouped.c.text_key))
        .where(grouped.c.latest == 1, known.is_not(None) if decided else known.is_(None))
    )
    ordered = query.order_by(grouped.c.count.desc(), grouped.c.started_at.desc(), grouped.c.text_key)
    async with database.reading() as connection:
        total = await connection.scalar(sa.select(sa.func.count()).select_from(query.subquery()))
        rows = await connection.execute(ordered.limit(page.size).offset(page.start))
        return UnmatchedPage(tuple(Unmatched(*row) for row in rows), total or 0)


async def decide(
    database: Database, text_key: str, decision: Decision, by: str, intent: str | None = None
) -> None:
    """Take *text_key* out of the inbox; a later decision replaces an earlier one."""
    row = {"text_key": text_key, "state": decision, "intent": intent, "by": by, "at": datetime.now(UTC)}
    async with database.writing() as connection:
        await upsert(connection, lessons, [row])


async def reopen(database: Database, text_key: str) -> None:
    """Put *text_key* back into the inbox."""
    async with database.writing() as connection:
        await connection.execute(lessons.delete().where(lessons.c.text_key == text_key))


def _grouped(period: Period | None, lesson: str) -> sa.Subquery:
    """Every turn worth learning from, with how often its words were said, and how recently."""
    same = turns.c.text_key
    conditions = [turns.c.lesson == lesson if lesson else turns.c.lesson.is_not(None), same.is_not(None)]
    if period is not None:
        conditions.append(period.contains(turns.c.started_at))
    newest = (turns.c.started_at.desc(), turns.c.call, turns.c.number)
    return (
        sa.select(
            turns.c.call,
            turns.c.number,
            same,
            turns.c.started_at,
            sa.func.count().over(partition_by=same).label("count"),
            sa.func.row_number().over(partition_by=same, order_by=newest).label("latest"),
        )
        .where(*conditions)
        .subquery()
    )
