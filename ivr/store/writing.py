"""Applies records to the database, many in one transaction; any of them may have been applied before.

A record that the database refuses for what it says is left out, and said so: it must not hold up the others.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from itertools import groupby
from typing import Any

import sqlalchemy as sa
import structlog
from sqlalchemy.ext.asyncio import AsyncConnection

from ivr.store.database import Database, blames_values, insert_new, upsert
from ivr.store.records import Kind, Record
from ivr.store.schema import callbacks, calls, editions, erasures, stamps, turns
from ivr.store.turns import WORDS

log = structlog.get_logger()

TABLES = {Kind.CALL: calls, Kind.TURN: turns, Kind.STAMP: stamps}
ORDER = {kind: place for place, kind in enumerate(Kind)}
"""A call before its turns, words before their deletion: the order of ``Kind``."""
SPOKEN = (
    turns.c.text.is_not(None)
    | turns.c.closed_text.is_not(None)
    | turns.c.text_key.is_not(None)
    | turns.c.pressed.is_not(None)
)
"""That a turn has words."""


async def write(database: Database, records: Sequence[Record]) -> int:
    """Apply *records*; return how many were refused. Raises when the database cannot be written."""
    try:
        async with database.writing() as connection:
            await _apply(connection, records)
        return 0
    except Exception as error:  # raised again unless it is about what a record says
        if not blames_values(error):
            raise
        if len(records) == 1:
            return _refuse(records[0], error)
    return sum([await write(database, [record]) for record in records])


def _refuse(record: Record, error: Exception) -> int:
    log.error("record.refused", kind=record.kind, call=record.row.get("call"), problem=type(error).__name__)
    return 1


async def _apply(connection: AsyncConnection, records: Sequence[Record]) -> None:
    for kind, same in groupby(sorted(records, key=lambda r: ORDER[r.kind]), key=lambda r: r.kind):
        rows = [record.row for record in same]
        match kind:
            case Kind.CALL | Kind.TURN | Kind.STAMP:
                table = TABLES[kind]
                await upsert(connection, table, [_timed(table, row) for row in rows])
            case Kind.CALLBACK:
                timed = [_timed(callbacks, row) for row in rows]
                await insert_new(connection, callbacks, timed)
                await _leave_newest(connection, timed)
            case Kind.EDITION:
                await insert_new(connection, editions, [_timed(editions, row) for row in rows])
            case Kind.MESSAGE:
                for row in rows:
                    known = sa.update(calls).where(calls.c.id == row["call"])
                    await connection.execute(known.values(message=row["message"]))
            case Kind.LESSON:
                await _set_lessons(connection, rows)
            case Kind.MASK:
                for row in rows:
                    await _mask(connection, row["call"], row["number"])
            case Kind.FORGET:
                await _forget(connection, [row["call"] for row in rows])
    await _erase_marked(connection, {str(record.call) for record in records if record.call})


async def _erase_marked(connection: AsyncConnection, touched: set[str]) -> None:
    """Leave nothing of a caller who was erased while he called, whatever server this comes from, and when."""
    c, e = calls.c, erasures.c
    marked = sa.select(e.caller).where(e.caller == c.caller, e.at >= c.started_at).exists()
    query = sa.select(c.id).where(c.id.in_(touched), c.erased | marked)
    his = (await connection.execute(query)).scalars().all()
    if not his:
        return
    before = sa.select(e.caller).where(e.caller == callbacks.c.caller, e.at >= callbacks.c.booked_at).exists()
    of_these = callbacks.c.call.in_(his)
    await connection.execute(sa.delete(callbacks).where(of_these, before))
    await connection.execute(sa.update(callbacks).where(of_these).values(caller=None))
    words = sa.update(turns).where(turns.c.call.in_(his), SPOKEN).values(**WORDS, masked="erased")
    await connection.execute(words)
    await connection.execute(sa.update(calls).where(c.id.in_(his)).values(caller=None, erased=True))


async def _leave_newest(connection: AsyncConnection, booked: list[dict[str, Any]]) -> None:
    """One open promise per number: who books again is called once, as he asked last."""
    c = callbacks.c
    for row in booked:
        earlier = (c.number == row["number"]) & (c.state == "pending") & (c.booked_at < row["booked_at"])
        gone = {"state": "cancelled", "finished_at": row["booked_at"], "number": None}
        await connection.execute(sa.update(callbacks).where(earlier, c.id != row["id"]).values(**gone))


async def _set_lessons(connection: AsyncConnection, rows: list[dict[str, Any]]) -> None:
    statement = (
        sa.update(turns)
        .where(turns.c.call == sa.bindparam("of_call"), turns.c.number == sa.bindparam("of_number"))
        .where(turns.c.masked.is_(None))
        .values(lesson=sa.bindparam("new_lesson"))
    )
    values = [{"of_call": r["call"], "of_number": r["number"], "new_lesson": r["lesson"]} for r in rows]
    await connection.execute(statement, values)


async def _mask(connection: AsyncConnection, call: str, number: int) -> None:
    turn = (turns.c.call == call) & (turns.c.number == number)
    await connection.execute(sa.update(turns).where(turn, SPOKEN).values(**WORDS, masked="number"))


async def _forget(connection: AsyncConnection, forgotten: list[str]) -> None:
    words = sa.update(turns).where(turns.c.call.in_(forgotten), SPOKEN).values(**WORDS, masked="refused")
    await connection.execute(words)
    await connection.execute(sa.update(calls).where(calls.c.id.in_(forgotten)).values(recording_refused=True))


def _timed(table: sa.Table, row: Mapping[str, Any]) -> dict[str, Any]:
    """Return *row* with its seconds as times."""
    return {
        name: datetime.fromtimestamp(value, UTC)
        if name in table.c and name.endswith("at") and isinstance(value, int | float)
        else value
        for name, value in row.items()
    }
