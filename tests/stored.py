"""What the tests read of a database and the product does not ask for."""

from dataclasses import fields

import sqlalchemy as sa

from ivr.store.database import Database
from ivr.store.queries import CallbackRow
from ivr.store.schema import callbacks


async def find_callbacks(database: Database, *states: str) -> tuple[CallbackRow, ...]:
    """Return the promises in *states* (all when none is named), the next one due first."""
    query = sa.select(*(callbacks.c[field.name] for field in fields(CallbackRow))).order_by(
        callbacks.c.due_at
    )
    if states:
        query = query.where(callbacks.c.state.in_(states))
    async with database.reading() as connection:
        return tuple(CallbackRow(*row) for row in await connection.execute(query))
