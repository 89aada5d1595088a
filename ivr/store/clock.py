"""Whether the machine's clock can be believed when it says that something is old.

A clock that is years ahead makes everything recorded too old to be kept. Compares; deletes nothing.
"""

from datetime import datetime, timedelta

import sqlalchemy as sa

from ivr.store.database import Database
from ivr.store.schema import calls, purges

LONGEST_PAUSE = timedelta(days=30)
"""The server purges every day: whoever was away for longer than this is asked before anything is deleted."""
BEHIND = timedelta(hours=1)


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
