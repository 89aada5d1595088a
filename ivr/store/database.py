"""One database: SQLite (WAL) by default, PostgreSQL when its URL says so.

Connects, migrates and smooths the differences; knows no table by name.
"""

import asyncio
from collections.abc import Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from functools import lru_cache
from pathlib import Path
from types import TracebackType
from typing import Any

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import ArgumentError, DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine
from sqlalchemy.pool import AsyncAdaptedQueuePool

from ivr.errors import ConfigurationError

MIGRATIONS = Path(__file__).parent / "migrations"
DRIVERS = {"sqlite": "sqlite+aiosqlite", "postgresql": "postgresql+asyncpg", "postgres": "postgresql+asyncpg"}
BUSY_SECONDS = 10.0
"""How long a write waits for another program's write."""

Row = Mapping[str, Any]


class Database:
    """A pool of connections; nothing is opened before it is used."""

    def __init__(self, url: str) -> None:
        """Raises ConfigurationError when *url* is neither SQLite nor PostgreSQL."""
        self.url = _async_url(url)
        self.engine = _engine(self.url)

    @property
    def dialect(self) -> str:
        """``sqlite`` or ``postgresql``."""
        return self.url.get_backend_name()

    def reading(self) -> AbstractAsyncContextManager[AsyncConnection]:
        """A connection for queries."""
        return self.engine.connect()

    def writing(self) -> AbstractAsyncContextManager[AsyncConnection]:
        """A connection with a transaction, committed at the end of the block."""
        return self.engine.begin()

    async def upgrade(self) -> None:
        """Bring the tables up to date, wholly or not at all; harmless when they are.

        Never twice at once: Alembic is global.
        """
        if self.url.database and self.dialect == "sqlite":
            await asyncio.to_thread(_make_private, Path(self.url.database))
        async with self.writing() as connection:
            if self.dialect == "sqlite":  # its driver would commit each table as it is made
                await connection.exec_driver_sql("BEGIN IMMEDIATE")
            await connection.run_sync(_migrate)

    async def revision(self) -> str | None:
        """Return the migration the database is at. Raises when it cannot be reached."""
        async with self.reading() as connection:
            if not await connection.run_sync(lambda sync: sa.inspect(sync).has_table("alembic_version")):
                return None
            found = await connection.scalar(sa.text("SELECT version_num FROM alembic_version"))
            return str(found) if found else None

    async def aclose(self) -> None:
        """Close every connection."""
        await self.engine.dispose()

    async def __aenter__(self) -> "Database":
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.aclose()


def reason_of(error: Exception) -> str:
    """Return in one line why the database could not be used."""
    cause = error.orig if isinstance(error, DBAPIError) and error.orig else error
    return (str(cause) or type(cause).__name__).splitlines()[0]


async def upsert(connection: AsyncConnection, table: sa.Table, rows: Sequence[Row]) -> None:
    """Write *rows*, all with the same keys; those that exist are replaced, so that a replay does no harm."""
    if rows:
        await connection.execute(_upserting(connection.dialect.name, table, tuple(rows[0])), list(rows))


async def insert_new(connection: AsyncConnection, table: sa.Table, rows: Sequence[Row]) -> None:
    """Write those of *rows* that do not exist."""
    if rows:
        statement = _insert(connection.dialect.name, table).on_conflict_do_nothing()
        await connection.execute(statement, list(rows))


@lru_cache(maxsize=64)
def _upserting(dialect: str, table: sa.Table, names: tuple[str, ...]) -> Any:
    statement = _insert(dialect, table)
    keys = [column.name for column in table.primary_key]
    changed = {name: statement.excluded[name] for name in names if name not in keys}
    return statement.on_conflict_do_update(index_elements=keys, set_=changed)


def _insert(dialect: str, table: sa.Table) -> Any:
    """An insert that knows ``ON CONFLICT``, which each dialect has and the common one has not."""
    insert: Any = sqlite.insert if dialect == "sqlite" else postgresql.insert
    return insert(table)


def _make_private(path: Path) -> None:
    """Make the file readable by us alone before anything is written; SQLite gives its log the same rights."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch(mode=0o600)


def _migrate(connection: sa.Connection) -> None:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


def _async_url(url: str) -> sa.URL:
    try:
        parsed = sa.make_url(url)
        driver = DRIVERS[parsed.drivername.partition("+")[0]]
    except (ArgumentError, KeyError):
        raise ConfigurationError(
            f"[store] url = {url!r}: write sqlite:///var/ivr.db or postgresql://user@host/database"
        ) from None
    return parsed.set(drivername=driver)


def _engine(url: sa.URL) -> AsyncEngine:
    if url.get_backend_name() != "sqlite":
        return create_async_engine(url, pool_pre_ping=True, pool_size=5, max_overflow=5)
    engine = create_async_engine(
        url, connect_args={"timeout": BUSY_SECONDS}, poolclass=AsyncAdaptedQueuePool, pool_size=4
    )
    sa.event.listen(engine.sync_engine, "connect", _prepare_sqlite)
    return engine


def _prepare_sqlite(connection: Any, record: Any) -> None:
    """Readers never wait for the writer, what is deleted is overwritten, references hold."""
    cursor = connection.cursor()
    for pragma in (
        "journal_mode = WAL",
        "synchronous = NORMAL",  # the spool keeps what a power cut could take
        "foreign_keys = ON",
        "secure_delete = ON",
        "cache_size = -16000",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()
