"""« À apprendre »: what callers said that the line did not know, and what a supervisor decided about it.

Groups what was said in the same words; changes no prompt and no phrasing.
"""

from collections.abc import Sequence
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
    sound: str | None
    """File with what was said last; None when its sound is not kept."""
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
    conditions = _conditions(period, lesson)
    grouped = _grouped(conditions)
    known = lessons.c.text_key
    query: sa.Select[*tuple[Any, ...]] = (
        sa.select(grouped, lessons.c.state, lessons.c.by, lessons.c.intent, sa.func.count().over())
        .select_from(grouped.outerjoin(lessons, known == grouped.c.text_key))
        .where(known.is_not(None) if decided else known.is_(None))
        .order_by(grouped.c.count.desc(), grouped.c.last_at.desc(), grouped.c.text_key)
    )
    async with database.reading() as connection:
        found = (await connection.execute(query.limit(page.size).offset(page.start))).all()
        keys = [row[0] for row in found]
        last_said = await connection.execute(_latest(conditions, keys))
        latest = {row[0]: tuple(row[1:]) for row in last_said}
    rows = tuple(_unmatched(group, latest[group[0]]) for group in found)
    return UnmatchedPage(rows, found[0][-1] if found else 0)


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


def _unmatched(group: Sequence[Any], last: Sequence[Any]) -> Unmatched:
    key, count, _, decision, by, learned_as, _ = group
    text, lesson, at, call, turn, confidence, n_best, intents, sound = last
    found = (confidence, n_best, intents, sound, decision, by, learned_as)
    return Unmatched(key, text, count, lesson, at, call, turn, *found)


def _conditions(period: Period | None, lesson: str) -> list[sa.ColumnElement[bool]]:
    why = turns.c.lesson == lesson if lesson else turns.c.lesson.is_not(None)
    return [turns.c.text_key.is_not(None), why, *([period.contains(turns.c.started_at)] if period else [])]


def _grouped(conditions: list[sa.ColumnElement[bool]]) -> sa.Subquery:
    """How often the same words were said, and when last."""
    key = turns.c.text_key
    count, last_at = sa.func.count().label("count"), sa.func.max(turns.c.started_at).label("last_at")
    return sa.select(key, count, last_at).where(*conditions).group_by(key).subquery()


def _latest(conditions: list[sa.ColumnElement[bool]], keys: list[str]) -> sa.Select[*tuple[Any, ...]]:
    """The last turn with each of these words, as ``Unmatched`` tells it."""
    c = turns.c
    newest = (c.started_at.desc(), c.call, c.number)
    place = sa.func.row_number().over(partition_by=c.text_key, order_by=newest).label("place")
    ranked = sa.select(c.call, c.number, place).where(*conditions, c.text_key.in_(keys)).subquery()
    here = sa.and_(c.call == ranked.c.call, c.number == ranked.c.number, ranked.c.place == 1)
    told = (c.text, c.lesson, c.started_at, c.call, c.number, c.confidence, c.n_best, c.intents, c.sound)
    return sa.select(c.text_key, *told).select_from(turns.join(ranked, here))
