"""How long personal data is kept, and how it goes: purged by age (on request: ``operations.rights``).

What is deleted is overwritten, and every deletion leaves a line of proof. Counts without persons stay.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import sqlalchemy as sa
import structlog
from sqlalchemy.ext.asyncio import AsyncConnection

from ivr.background import Background
from ivr.config import StoreSettings
from ivr.store import promises
from ivr.store.audio import remove
from ivr.store.database import UNAVAILABLE, Database
from ivr.store.orphans import sweep
from ivr.store.recorder import end_interrupted
from ivr.store.retention_days import kept_for, last_moment, why_ahead
from ivr.store.schema import audit, callbacks, calls, erasures, lessons, purges, sessions, sign_ins, turns
from ivr.store.turns import WORDS
from ivr.store.writing import SPOKEN

log = structlog.get_logger()

EVERY_SECONDS = 24 * 3600.0
AGAIN_SECONDS = 600.0
"""When the database was away."""
LONGEST_CALL = timedelta(days=1)
"""Whatever began before that and has not ended never will: its server died, and has not come back."""
SIGN_IN_DAYS = 30


@dataclass(frozen=True, slots=True)
class Proof:
    """One line of the purge log."""

    what: str
    """``audio``, ``orphans`` (sound without its turn), ``transcripts``, ``numbers``, ``calls``, ``accesses``;
    ``erasure`` on a caller's request."""
    before: datetime | None
    rows: int


async def purge(database: Database, settings: StoreSettings, now: datetime, by: str) -> list[Proof]:
    """Delete what is older than is allowed; return, and write down, what was deleted."""
    settings = await kept_for(database, settings)
    heard = now - timedelta(days=min(settings.audio_days, settings.transcript_days, settings.call_days))
    said = now - timedelta(days=settings.transcript_days)
    who = now - timedelta(days=settings.number_days)
    all_of_it = now - timedelta(days=settings.call_days)
    folder = settings.audio_folder
    await remove_sound(database, folder, turns.c.started_at < heard)
    orphans = await sweep(database, folder)
    async with database.writing() as connection:
        proofs = [
            Proof("audio", heard, await _purge_sound(connection, heard)),
            Proof("orphans", None, orphans),
            Proof("transcripts", said, await _purge_words(connection, said)),
            Proof("numbers", who, await _purge_numbers(connection, who, now)),
            Proof("calls", all_of_it, await _purge_calls(connection, all_of_it)),
            Proof("accesses", all_of_it, await _purge_accesses(connection, all_of_it, now)),
        ]
        await prove(connection, proofs, now, by)
    await compact(database)
    return proofs


async def proofs(database: Database, limit: int = 100) -> list[tuple[datetime, Proof, str]]:
    """Return the purge log, the latest first: when, what, by whom."""
    c = purges.c
    query = sa.select(c.at, c.what, c.before, c.rows, c.by).order_by(c.id.desc()).limit(limit)
    async with database.reading() as connection:
        return [
            (at, Proof(what, before, rows), by)
            for at, what, before, rows, by in await connection.execute(query)
        ]


class Keeper:
    """Purges at the start and every day; ends what servers that are gone left in progress."""

    def __init__(
        self,
        database: Database,
        settings: StoreSettings,
        ready: Callable[[], Awaitable[object]],
        background: Background | None = None,
    ) -> None:
        """*ready* returns once the tables are up to date; *background* watches the task."""
        self._database, self._settings, self._ready = database, settings, ready
        self._background = background or Background()
        self.problem = ""
        """Why nothing is purged; empty while it is."""
        self._task: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Begin."""
        self._task = self._background.task("retention", self._run)

    async def aclose(self) -> None:
        """Stop."""
        if self._task is not None:
            self._task.cancel()
            with suppress(asyncio.CancelledError):
                await self._task

    async def _run(self) -> None:
        while True:
            try:
                await self._ready()
                await self._purge(datetime.now(UTC))
                await asyncio.sleep(EVERY_SECONDS if not self.problem else AGAIN_SECONDS)
            except UNAVAILABLE as error:
                log.warning("retention.database_away", problem=type(error).__name__)
                await asyncio.sleep(AGAIN_SECONDS)

    async def _purge(self, now: datetime) -> None:
        """Purge, unless the clock cannot be believed: what is deleted does not come back."""
        before, self.problem = self.problem, why_ahead(now, await last_moment(self._database))
        if self.problem:
            if self.problem != before:
                log.error("retention.clock_doubted", problem=self.problem)
            return
        done = await purge(self._database, self._settings, now, "server")
        log.info("retention.purged", **{proof.what: proof.rows for proof in done})
        await end_interrupted(self._database, None, now - LONGEST_CALL)


async def remove_sound(database: Database, folder: Path, which: sa.ColumnElement[bool]) -> None:
    """Delete the files before the rows that name them: an error leaves both."""
    query = sa.select(turns.c.sound).where(turns.c.sound.is_not(None), which)
    async with database.reading() as connection:
        names = (await connection.execute(query)).scalars().all()
    await asyncio.to_thread(remove, folder, names)


async def _purge_sound(connection: AsyncConnection, before: datetime) -> int:
    old = sa.update(turns).where(turns.c.started_at < before, turns.c.sound.is_not(None)).values(sound=None)
    return await count(connection, old)


async def _purge_words(connection: AsyncConnection, before: datetime) -> int:
    old = sa.update(turns).where(turns.c.started_at < before, SPOKEN).values(**WORDS, masked="purged")
    rows = await count(connection, old)
    await connection.execute(sa.delete(erasures).where(erasures.c.at < before))
    still_said = sa.select(turns.c.text_key).where(turns.c.text_key == lessons.c.text_key).exists()
    return rows + await count(connection, sa.delete(lessons).where(lessons.c.at < before, ~still_said))


async def _purge_numbers(connection: AsyncConnection, before: datetime, now: datetime) -> int:
    who = sa.update(calls).where(calls.c.started_at < before, calls.c.caller.is_not(None)).values(caller=None)
    rows = await count(connection, who)
    known = callbacks.c.number.is_not(None) | callbacks.c.caller.is_not(None)
    waiting = callbacks.c.state.in_((promises.PENDING, promises.CALLING))
    too_late = (
        sa.update(callbacks)
        .where(callbacks.c.booked_at < before, known)
        .values(
            number=None,
            caller=None,
            finished_at=sa.func.coalesce(
                callbacks.c.finished_at, sa.bindparam("now", now, callbacks.c.due_at.type)
            ),
            state=sa.case((waiting, promises.FAILED), else_=callbacks.c.state),
        )
    )
    return rows + await count(connection, too_late)


async def _purge_calls(connection: AsyncConnection, before: datetime) -> int:
    rows = await count(connection, sa.delete(calls).where(calls.c.started_at < before))
    return rows + await count(connection, sa.delete(callbacks).where(callbacks.c.booked_at < before))


async def _purge_accesses(connection: AsyncConnection, before: datetime, now: datetime) -> int:
    signed = sa.delete(sign_ins).where(sign_ins.c.at < now - timedelta(days=SIGN_IN_DAYS))
    rows = await count(connection, signed)
    rows += await count(connection, sa.delete(sessions).where(sessions.c.expires_at < now))
    return rows + await count(connection, sa.delete(audit).where(audit.c.at < before))


async def prove(connection: AsyncConnection, done: Sequence[Proof], now: datetime, by: str) -> None:
    """Write down what was deleted."""
    rows = [{"at": now, "what": p.what, "before": p.before, "rows": p.rows, "by": by} for p in done]
    await connection.execute(sa.insert(purges), rows)


async def count(connection: AsyncConnection, statement: sa.Update | sa.Delete) -> int:
    """Execute *statement*; return how many rows it changed."""
    return (await connection.execute(statement)).rowcount


async def compact(database: Database) -> None:
    """Leave nothing of what was deleted in SQLite's log (its pages are overwritten by ``secure_delete``).

    And count again what its planner should know, as PostgreSQL does by itself.
    """
    if database.dialect == "sqlite":
        async with database.reading() as connection:
            await connection.execute(sa.text("PRAGMA optimize"))
            await connection.execute(sa.text("PRAGMA wal_checkpoint(TRUNCATE)"))
