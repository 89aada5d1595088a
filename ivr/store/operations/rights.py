"""A caller's rights: all that is kept about him, and its erasure, that of a call still going on included.

What is deleted is overwritten, and leaves a line of proof. Counts without persons stay.
"""

import dataclasses
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from ivr.store.database import Database, upsert
from ivr.store.queries import CallFilter, Page, find_calls, read_call
from ivr.store.retention import Proof, compact, count, prove, remove_sound
from ivr.store.schema import callbacks, calls, erasures, lessons, turns
from ivr.store.turns import WORDS
from ivr.store.writing import SPOKEN

EXPORTED = 10_000
"""Calls of one caller."""


@dataclass(frozen=True, slots=True)
class Person:
    """Who asks."""

    pseudonym: str
    number: str = ""
    """As it is dialled: others may have dictated it."""

    @property
    def promised(self) -> sa.ColumnElement[bool]:
        """The condition on ``callbacks``: booked by him, or to his number."""
        his = callbacks.c.caller == self.pseudonym
        return his | (callbacks.c.number == self.number) if self.number else his


async def export(database: Database, person: Person) -> dict[str, Any]:
    """Return all that is kept about *person*, ready for JSON; sound as names of files."""
    found = await find_calls(database, CallFilter(caller=person.pseudonym), Page(0, EXPORTED))
    details = [await read_call(database, row.id) for row in found.rows]
    keys = {turn.text_key for detail in details if detail for turn in detail.turns if turn.text_key}
    async with database.reading() as connection:
        promised = await connection.execute(sa.select(callbacks).where(person.promised))
        learned = await connection.execute(sa.select(lessons).where(lessons.c.text_key.in_(keys)))
        found_ = {
            "calls": [dataclasses.asdict(detail) for detail in details if detail],
            "callbacks": [dict(row) for row in promised.mappings()],
            "lessons": [dict(row) for row in learned.mappings()],
        }
    plain: dict[str, Any] = _plain(found_)
    return plain


async def erase(
    database: Database, person: Person, by: str, folder: Path, now: datetime | None = None
) -> int:
    """Delete what ties anything to *person*, and all his words; return how many rows changed.

    The calls stay in the statistics, as nobody's. A mark stays as long as words may: what a call that goes on
    brings later, on any server, is erased as it is written (``writing``). His voice is deleted in *folder*;
    other servers delete what they have of it at their next purge.
    """
    now = now or datetime.now(UTC)
    his = sa.select(calls.c.id).where(calls.c.caller == person.pseudonym)
    await remove_sound(database, folder, turns.c.call.in_(his))
    async with database.writing() as connection:
        await upsert(connection, erasures, [{"caller": person.pseudonym, "at": now}])
        keys = (await connection.execute(_keys_of(his))).scalars().all()
        words = sa.update(turns).where(turns.c.call.in_(his), SPOKEN).values(**WORDS, masked="erased")
        rows = await count(connection, words)
        rows += await _forget_lessons(connection, keys)
        rows += await count(connection, sa.delete(callbacks).where(person.promised))
        nobodys = sa.update(calls).where(calls.c.caller == person.pseudonym)
        rows += await count(connection, nobodys.values(caller=None, erased=True))
        await prove(connection, [Proof("erasure", None, rows)], now, by)
    await compact(database)
    return rows


def _keys_of(his: sa.Select[tuple[str]]) -> sa.Select[tuple[str | None]]:
    key = turns.c.text_key
    return sa.select(key).where(turns.c.call.in_(his), key.is_not(None)).distinct()


async def _forget_lessons(connection: AsyncConnection, keys: Any) -> int:
    """Delete what was decided about words that nobody else said."""
    others = sa.select(turns.c.text_key).where(turns.c.text_key == lessons.c.text_key).exists()
    return await count(connection, sa.delete(lessons).where(lessons.c.text_key.in_(keys), ~others))


def _plain(value: Any) -> Any:
    match value:
        case datetime():
            return value.isoformat()
        case dict():
            return {key: _plain(item) for key, item in value.items()}
        case list() | tuple():
            return [_plain(item) for item in value]
    return value
