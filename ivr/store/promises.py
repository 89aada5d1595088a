"""Callbacks in the database: pending → calling → done, or failed after three tries.

Keeps their state; who calls, when, and whom, is decided by ``ivr.call.callbacks``.
"""

import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from ivr.store.database import Database
from ivr.store.records import Kind, Record
from ivr.store.schema import callbacks

PENDING, CALLING, DONE, FAILED, CANCELLED = "pending", "calling", "done", "failed", "cancelled"
TRIES = 3


@dataclass(frozen=True, slots=True)
class Promise:
    """A callback that is due."""

    id: str
    number: str
    queue: str
    intent: str
    tries: int
    """How often it was tried, this time included."""


def promise_record(
    number: str,
    *,
    call: str,
    caller: str | None,
    queue: str,
    intent: str,
    slot: str,
    now: datetime,
    due: datetime,
) -> Record:
    """Return the record that keeps a promise."""
    row = {
        "id": secrets.token_hex(8),
        "call": call,
        "number": number,
        "caller": caller,
        "queue": queue,
        "intent": intent,
        "slot": slot,
        "state": PENDING,
        "booked_at": now.timestamp(),
        "due_at": due.timestamp(),
    }
    return Record(Kind.CALLBACK, row)


async def next_due(database: Database, now: datetime, limit: int = 20) -> list[Promise]:
    """Return what is due, the oldest first."""
    c = callbacks.c
    query = (
        sa.select(c.id, c.number, c.queue, c.intent, c.tries)
        .where(c.state == PENDING, c.due_at <= now, c.number.is_not(None))
        .order_by(c.due_at, c.booked_at)
        .limit(limit)
    )
    async with database.reading() as connection:
        return [Promise(*row) for row in await connection.execute(query)]


async def claim(database: Database, promise: Promise, now: datetime) -> bool:
    """Begin to call; return False when another server was faster, or it was cancelled."""
    values = {"state": CALLING, "tries": callbacks.c.tries + 1, "tried_at": now}
    return await _change(database, promise.id, PENDING, values)


async def keep(database: Database, promise: str, now: datetime) -> None:
    """It is done; its number is erased."""
    await _change(
        database, promise, CALLING, {"state": DONE, "finished_at": now, "number": None, "problem": ""}
    )


async def put_off(database: Database, promise: str, until: datetime, problem: str) -> None:
    """Nobody answered: try again later, or give up after ``TRIES``, and leave the number to a person."""
    tried = callbacks.c.tries >= TRIES
    values = {
        "state": sa.case((tried, FAILED), else_=PENDING),
        "finished_at": sa.case((tried, callbacks.c.tried_at)),
        "due_at": until,
        "problem": problem,
    }
    await _change(database, promise, CALLING, values)


async def cancel(database: Database, promise: str, now: datetime) -> bool:
    """Break a promise that nobody is calling about, on a supervisor's word; its number is erased."""
    values = {"state": CANCELLED, "finished_at": now, "number": None}
    return await _change(database, promise, PENDING, values)


async def recover(database: Database, before: datetime) -> int:
    """Take up again what was being called *before* by a process that died. Better twice than never."""
    c = callbacks.c
    statement = sa.update(callbacks).where(c.state == CALLING, c.tried_at < before).values(state=PENDING)
    async with database.writing() as connection:
        return (await connection.execute(statement)).rowcount


async def _change(database: Database, promise: str, state: str, values: dict[str, Any]) -> bool:
    statement = (
        sa.update(callbacks).where(callbacks.c.id == promise, callbacks.c.state == state).values(**values)
    )
    async with database.writing() as connection:
        return (await connection.execute(statement)).rowcount == 1
