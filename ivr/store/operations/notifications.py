"""Telling the servers of one PostgreSQL at once that something is new (LISTEN and NOTIFY).

A hint, never the only way: who listens also looks from time to time. SQLite has no other servers to tell.
"""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from ivr.store.database import UNAVAILABLE, Database

PUBLICATIONS = "ivr_publications"
"""Channel: something was published, or a publication planned."""
RETRY_SECONDS = 2.0
PROBE_SECONDS = 10.0
"""So often a quiet connection is asked whether it is still there."""


async def announce(connection: AsyncConnection, channel: str) -> None:
    """Tell everybody who listens, once the transaction of *connection* is committed."""
    if connection.dialect.name == "postgresql":
        await connection.execute(sa.select(sa.func.pg_notify(channel, "")))


async def listen(database: Database, channel: str, heard: Callable[[], None]) -> None:
    """Call *heard* at every announcement, and whenever some may have been missed, until cancelled."""
    while database.dialect == "postgresql":
        with suppress(*UNAVAILABLE):
            await _listen_while_connected(database, channel, heard)
        await asyncio.sleep(RETRY_SECONDS)


async def _listen_while_connected(database: Database, channel: str, heard: Callable[[], None]) -> None:
    async with database.engine.connect() as connection:
        raw: Any = (await connection.get_raw_connection()).driver_connection

        def told(*_: object) -> None:
            heard()

        await raw.add_listener(channel, told)
        heard()  # what was announced while nobody listened
        try:
            while True:
                await asyncio.sleep(PROBE_SECONDS)
                await raw.fetchval("SELECT 1")
        finally:
            await connection.invalidate()  # never back into the pool: it listens
