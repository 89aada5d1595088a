"""How many days personal data is kept: ``[store]`` of ``ivr.toml``, unless an administrator set others.

Reads and writes one row; deleting is ``retention``'s, at its next purge.
"""

from collections.abc import Mapping
from datetime import datetime

import sqlalchemy as sa

from ivr.config import StoreSettings
from ivr.store.database import Database, upsert
from ivr.store.schema import settings as table

NAME = "retention"
BOUNDS = {"transcript_days": 365, "audio_days": 180, "number_days": 365, "call_days": 3650}
"""At least one day, and at most so many."""


async def kept_for(database: Database, settings: StoreSettings) -> StoreSettings:
    """Return *settings* with the days that hold."""
    days = await set_days(database)
    return settings.model_copy(update={name: days[name] for name in BOUNDS.keys() & days.keys()})


async def set_days(database: Database) -> Mapping[str, int]:
    """Return what an administrator set; empty when the settings hold."""
    async with database.reading() as connection:
        return await connection.scalar(sa.select(table.c.value).where(table.c.name == NAME)) or {}


async def set_retention(database: Database, days: Mapping[str, int], by: str, now: datetime) -> None:
    """Keep data for so many *days* from the next purge on; nothing: as the settings say.

    Raises:
        ValueError: a number out of bounds.
    """
    if wrong := [name for name, count in days.items() if not 1 <= count <= BOUNDS[name]]:
        raise ValueError(f"out of bounds: {', '.join(wrong)}")
    async with database.writing() as connection:
        await upsert(connection, table, [{"name": NAME, "value": dict(days), "by": by, "at": now}])
