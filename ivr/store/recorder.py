"""Keeps the record of every call: told by observers, at once; written by a task, when the database can.

No call ever waits for it, and nothing it fails at reaches a call. Order of safety: memory for milliseconds,
the spool for as long as the database is away, then the tables.
"""

import asyncio
import socket
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from types import TracebackType
from zoneinfo import ZoneInfo

import sqlalchemy as sa
import structlog

from ivr.background import Background
from ivr.config import StoreSettings
from ivr.dialogue.ports import Caller
from ivr.store.assembly import CallAssembly, CallFacts, Content, Observed
from ivr.store.audio import AudioArchive
from ivr.store.database import UNAVAILABLE, Database, reason_of
from ivr.store.live import LiveBoard
from ivr.store.outcomes import CallOutcome, Message
from ivr.store.privacy import Pseudonyms, load_pseudonyms
from ivr.store.records import Kind, Record
from ivr.store.schema import calls, turns
from ivr.store.spool import Batch, Spool
from ivr.store.writing import write

log = structlog.get_logger()

GATHER_SECONDS = 2.0
"""Records that come within this time are written in one transaction; what is live is shown from memory."""
LOOK_SECONDS = 0.05
RETRY_SECONDS = (0.5, 1, 2, 5, 10, 30)
WRITE_SECONDS = 30.0
FORGET_SECONDS = 5.0
KEEP_SECONDS = 5.0
CLOSE_SECONDS = 5.0
"""What is not in the database by then waits in the spool for the next start."""

Observer = Callable[[float, Observed], None]


class CallRecorder:
    """Records calls from ``async with`` to its end."""

    def __init__(
        self,
        settings: StoreSettings,
        content: Callable[[], Content],
        zone: str,
        *,
        database: Database | None = None,
        background: Background | None = None,
    ) -> None:
        """*content* is asked at every turn what is published; *zone* is the desk's.

        *background* watches the threads and the task that writes.

        Raises:
            ConfigurationError: the database's URL, the key or the spool's folder is wrong.
        """
        self.database = database or Database(settings.url)
        self.pseudonyms: Pseudonyms = load_pseudonyms(settings.key, settings.key_file)
        self.server = server_name(settings)
        self._background = watched = background or Background()
        limit = settings.spool_megabytes * 2**20
        self.spool = Spool(settings.spool, limit, self._wake, background=watched)
        self.audio = AudioArchive(settings.audio_folder, background=watched) if settings.audio else None
        """Where sound is kept, if it is."""
        self.live = LiveBoard()
        self.problem = ""
        """Why the database cannot be written; empty while it can."""
        self.refused = self.failures = self.damaged = 0
        """Records the database refused, observations that were bugs, lines torn by a power cut."""
        self._content, self._zone = content, ZoneInfo(zone)
        self._open: dict[str, CallAssembly] = {}
        self._news, self._closing = asyncio.Event(), asyncio.Event()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._writer: asyncio.Task[None] | None = None
        self.prepared = asyncio.Event()
        """Set once the tables are up to date and hold what the last process left."""

    async def __aenter__(self) -> "CallRecorder":
        self._loop = asyncio.get_running_loop()
        self._began = datetime.now(UTC)
        self._news.set()
        self._writer = self._background.task("recorder", self._keep_writing)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._loop is not None
        assert self._writer is not None
        for assembly in tuple(self._open.values()):
            self._keep(assembly, assembly.interrupt(self._loop.time()))
        if self.audio is not None:
            await asyncio.to_thread(self.audio.stop)
        await asyncio.to_thread(self.spool.stop)
        self._closing.set()
        self._news.set()
        with suppress(TimeoutError):
            async with asyncio.timeout(CLOSE_SECONDS):
                await self._writer
        self._writer.cancel()
        await asyncio.gather(self._writer, return_exceptions=True)
        await asyncio.to_thread(self.spool.close)
        await self.database.aclose()

    def observer(self, call: str, caller: Caller) -> Observer:
        """Return the observer of the call *call*, which begins now. Neither blocks nor raises, ever."""
        assembly: CallAssembly | None = None

        def observe(now: float, what: Observed) -> None:
            try:
                if assembly is not None:
                    self._keep(assembly, assembly.take(now, what))
            except Exception:  # boundary: a record is worth less than a call
                self._failed(type(what).__name__)

        try:
            assembly = self._begin(call, caller)
        except Exception:  # idem
            self._failed("beginning")
        return observe

    async def forget_sound(self, call: str) -> None:
        """Return when no sound of *call*, which refuses to be recorded, is left.

        Raises when it cannot be deleted; TimeoutError when the disk does not answer: then it is, later.
        """
        if self.audio is not None:
            await asyncio.wait_for(asyncio.wrap_future(self.audio.forget(call)), FORGET_SECONDS)

    async def keep_durably(self, record: Record) -> None:
        """Return when *record* is safe from a power cut.

        Raises OSError when the disk refuses it, or does not answer (TimeoutError is one).
        """
        await asyncio.wait_for(asyncio.wrap_future(self.spool.put_durably(record)), KEEP_SECONDS)

    def message(self, call: str, became: Message) -> None:
        """Note what became of the message of a call that Asterisk's mailbox had. Never blocks nor raises."""
        self.spool.put(Record(Kind.MESSAGE, {"call": call, "message": became}))

    async def settled(self) -> None:
        """Return when all that was observed until now is in the database, or is not getting there."""
        while (self.spool.waiting or self.spool.backlog) and not self.problem:
            await asyncio.sleep(LOOK_SECONDS)

    def _begin(self, call: str, caller: Caller) -> CallAssembly:
        assert self._loop is not None
        number = self.pseudonyms.of(caller.number)
        with_sound = self.audio is not None
        facts = CallFacts(call, self.server, number, caller.returned_from, caller.recorded, with_sound)
        assembly = CallAssembly(facts, self._content, self._loop.time(), time.time(), self._zone)
        self._open[call] = assembly
        self._keep(assembly, assembly.begin())
        return assembly

    def _failed(self, observed: str) -> None:
        self.failures += 1
        log.exception("recorder.failed", observed=observed)

    def _keep(self, assembly: CallAssembly, records: Sequence[Record]) -> None:
        for record in records:
            if (
                record.sound
                and self.audio is not None
                and not self.audio.put(record.row["sound"], record.sound)
            ):
                record.row["sound"] = None
            if record.kind is Kind.MASK and self.audio is not None:
                self.audio.forget(record.row["call"], record.row["number"])
            self.spool.put(Record(record.kind, record.row))
        self.live.changed(assembly)
        if assembly.ended:
            self._open.pop(assembly.facts.call, None)

    def _wake(self) -> None:
        """Tell the writer; called in the spool's thread."""
        if self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._news.set)

    # The writer.

    async def _keep_writing(self) -> None:
        tries = 0
        while True:
            try:
                await self._write_all()
                tries, self.problem = 0, ""
                if self._closing.is_set():
                    return
                await self._news.wait()
                await self._pause(GATHER_SECONDS)
                self._news.clear()
            except UNAVAILABLE as error:
                self._report(error)
                await self._pause(RETRY_SECONDS[min(tries, len(RETRY_SECONDS) - 1)])
                tries += 1
                if self._closing.is_set():
                    return

    async def _write_all(self) -> None:
        async with asyncio.timeout(WRITE_SECONDS):
            await self._prepare()
        while batch := await asyncio.to_thread(self.spool.take):
            async with asyncio.timeout(WRITE_SECONDS):
                await self._store(batch)

    async def _store(self, batch: Batch) -> None:
        self.refused += await write(self.database, batch.records)
        self.damaged += batch.damaged
        await asyncio.to_thread(self.spool.stored, batch)

    async def _prepare(self) -> None:
        """Migrate, store what the last process left, and end the calls that died with it."""
        if self.prepared.is_set():
            return
        await self.database.upgrade()
        while batch := await asyncio.to_thread(self.spool.take):
            await self._store(batch)
        await end_interrupted(self.database, self.server, self._began)
        self.prepared.set()

    async def _pause(self, seconds: float) -> None:
        with suppress(TimeoutError):
            await asyncio.wait_for(self._closing.wait(), seconds)

    def _report(self, error: Exception) -> None:
        problem = reason_of(error)
        if problem != self.problem:
            log.error("recorder.database_away", problem=problem, consequence="records wait in the spool")
        self.problem = problem


def server_name(settings: StoreSettings) -> str:
    """Return the name of this server in a database that several share."""
    return settings.server or socket.gethostname()


async def end_interrupted(database: Database, server: str | None, before: datetime) -> int:
    """End the calls of *server* that began *before* and never ended: their process died. Return how many.

    None: those of any server.
    """
    said_last = sa.select(sa.func.max(turns.c.ended_at)).where(turns.c.call == calls.c.id).scalar_subquery()
    died = sa.and_(calls.c.ended_at.is_(None), calls.c.started_at < before)
    if server is not None:
        died &= calls.c.server == server
    counted = sa.select(sa.func.count()).where(turns.c.call == calls.c.id).scalar_subquery()
    async with database.writing() as connection:
        result = await connection.execute(
            sa.update(calls)
            .where(died)
            .values(
                ended_at=sa.func.coalesce(said_last, calls.c.started_at),
                outcome=CallOutcome.INTERRUPTED,
                turns=counted,
            )
        )
        return result.rowcount
