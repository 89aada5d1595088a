"""One server among those that share a database: a name of its own, and the key of all.

A database that is away refuses nobody: what could not be asked at the start is asked again.
"""

import asyncio
import hmac
from datetime import UTC, datetime

import sqlalchemy as sa
import structlog
from sqlalchemy.ext.asyncio import AsyncConnection

from ivr.errors import ConfigurationError
from ivr.store.database import UNAVAILABLE, Database, insert_new
from ivr.store.schema import settings as table

log = structlog.get_logger()

KEY_CHECK = "pseudonym-key"
"""Row of the settings that holds the check value."""
LOCK_CLASS = 0x697672
"""First half of the advisory locks on names ("ivr"); the second is the name's hash."""
TAKEN_SECONDS = 20.0
"""So long a name may still be held by the same server's last connection, lost with its power."""
RETRY_SECONDS = 1.0
PROBE_SECONDS = 5.0
KEEPALIVE = ("SET tcp_keepalives_idle = 5", "SET tcp_keepalives_interval = 2", "SET tcp_keepalives_count = 3")
"""PostgreSQL lets go of a dead peer's lock within 11 s instead of two hours."""


class NameTaken(ConfigurationError):
    """Another running server has this name."""


class Membership:
    """Holds the name of one server; PostgreSQL frees it when the connection ends, however it ends."""

    def __init__(self, database: Database, server: str, check: str) -> None:
        """*check* is ``Pseudonyms.check``, of the key of the pseudonyms."""
        self._database, self._server, self._check = database, server, check
        self._held: AsyncConnection | None = None
        self.problem = ""
        """What is wrong, when it was found out only after the start; empty while nothing is."""

    async def join(self) -> None:
        """Take the name and compare the key. Nothing is refused while the database is away.

        Raises:
            ConfigurationError: the key is another one than that of the servers before.
            NameTaken: another server has the name.
        """
        try:
            await self._compare()
            await self._claim(TAKEN_SECONDS)
        except UNAVAILABLE as error:
            log.warning("membership.unknown", problem=type(error).__name__)

    async def keep(self) -> None:
        """Keep the name until cancelled, and take it again after the database was away."""
        while True:
            try:
                if self._held is None:
                    await self._compare()
                    await self._claim(0)
                elif self._database.dialect == "postgresql":
                    await self._held.execute(sa.text("SELECT 1"))
                self.problem = ""
            except ConfigurationError as error:
                if self.problem != str(error):
                    log.error("membership.refused", reason=str(error))
                self.problem = str(error)
            except UNAVAILABLE:
                await self._let_go()
            await asyncio.sleep(PROBE_SECONDS)

    async def leave(self) -> None:
        """Give the name back."""
        await self._let_go()

    async def _compare(self) -> None:
        row = {"name": KEY_CHECK, "value": self._check, "by": "system", "at": datetime.now(UTC)}
        async with self._database.writing() as connection:
            await insert_new(connection, table, [row])
            kept = await connection.scalar(sa.select(table.c.value).where(table.c.name == KEY_CHECK))
        if not hmac.compare_digest(str(kept), self._check):
            raise ConfigurationError(
                "[store] key (or key_file) is not the one this database was begun with: one caller would "
                "have two pseudonyms. Give every server the same IVR_STORE__KEY"
            )

    async def _claim(self, patience: float) -> None:
        if self._database.dialect != "postgresql":
            return
        connection = await self._database.engine.connect()
        try:
            await connection.execution_options(isolation_level="AUTOCOMMIT")
            for statement in KEEPALIVE:
                await connection.execute(sa.text(statement))
            await self._lock(connection, patience)
        except BaseException:
            await connection.invalidate()
            await connection.close()
            raise
        self._held = connection

    async def _lock(self, connection: AsyncConnection, patience: float) -> None:
        name = sa.func.hashtext(self._server)
        deadline = asyncio.get_running_loop().time() + patience
        while not await connection.scalar(sa.select(sa.func.pg_try_advisory_lock(LOCK_CLASS, name))):
            if asyncio.get_running_loop().time() >= deadline:
                raise NameTaken(
                    f"another server called {self._server!r} uses this database: "
                    "give each its own [store] server (IVR_STORE__SERVER)"
                )
            await asyncio.sleep(RETRY_SECONDS)

    async def _let_go(self) -> None:
        held, self._held = self._held, None
        if held is not None:
            await held.invalidate()  # ends the session, and with it the lock
            await held.close()
