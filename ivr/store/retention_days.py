"""How many days personal data is kept, and whether the clock can be believed when it says that they are over.

The days are those of ``[store]`` in ``ivr.toml``, unless an administrator set others. A clock that is years
ahead makes everything recorded too old to be kept. Deleting is ``retention``'s, at its next purge.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta

import sqlalchemy as sa

from ivr.config import StoreSettings
from ivr.store.database import Database, upsert
from ivr.store.schema import calls, purges
from ivr.store.schema import settings as table

NAME = "retention"
BOUNDS = {"transcript_days": 365, "audio_days": 180, "number_days": 365, "call_days": 3650}
"""At least one day, and at most so many."""
LONGEST_PAUSE = timedelta(days=30)
"""The server purges every day: whoever was away for longer than this is asked before anything is deleted."""
BEHIND = timedelta(hours=1)


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


async def last_moment(database: Database) -> datetime | None:
    """Return when something was last known to happen: the last purge; before the first, the newest call."""
    purged = sa.select(sa.func.max(purges.c.at)).where(purges.c.what != "erasure")
    begun = sa.select(sa.func.max(calls.c.started_at))
    async with database.reading() as connection:
        found: datetime | None = await connection.scalar(purged) or await connection.scalar(begun)
        return found


def why_ahead(now: datetime, last: datetime | None) -> str:
    """Return why nothing should be deleted because of its age *now*; empty when *now* may be believed."""
    if last is None or now - last <= LONGEST_PAUSE:
        return ""
    return (
        f"the clock says {now:%Y-%m-%d}, {(now - last).days} days after the last purge or call "
        f"({last:%Y-%m-%d}): correct it; if it is right, run `ivr db purge --clock-is-right` once; "
        "until then nothing is purged"
    )


def why_doubted(now: datetime, last: datetime | None) -> str:
    """Return why *now* may be wrong, either way."""
    if last is not None and last - now > BEHIND:
        return f"the clock says {now:%Y-%m-%d %H:%M} UTC, the last purge or call was at {last:%Y-%m-%d %H:%M}"
    return why_ahead(now, last)
