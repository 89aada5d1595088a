"""One database: SQLite (WAL) by default, PostgreSQL when its URL says so.

Connects, migrates and smooths the differences; knows no table by name.
"""

import asyncio
import re
from collections.abc import Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from functools import lru_cache
from pathlib import Path
from types import TracebackType
from typing import Any
from urllib.parse import urlencode

import asyncpg
import sqlalchemy as sa
import structlog
from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import (
    ArgumentError,
    CompileError,
    DataError,
    DBAPIError,
    IntegrityError,
    SQLAlchemyError,
    StatementError,
)
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine
from sqlalchemy.pool import AsyncAdaptedQueuePool

from ivr.errors import ConfigurationError

log = structlog.get_logger()

MIGRATIONS = Path(__file__).parent / "migrations"
DRIVERS = {"sqlite": "sqlite+aiosqlite", "postgresql": "postgresql+asyncpg", "postgres": "postgresql+asyncpg"}
BUSY_SECONDS = 10.0
"""How long a write waits for another program's write."""
DRIVERS_OWN = frozenset({"host", "port", "user", "password", "database", "dbname"})
"""Parameters of an address that say where and who, as SQLAlchemy passes them on."""
LIBPQ = frozenset(
    {
        "application_name", "client_encoding", "gsslib", "krbsrvname", "options", "passfile", "service",
        "sslcert", "sslcrl", "sslkey", "sslmode", "sslnegotiation", "sslpassword", "sslrootcert",
        "ssl_max_protocol_version", "ssl_min_protocol_version", "target_session_attrs",
    }
)  # fmt: skip
"""Parameters of libpq that asyncpg understands in an address of its own."""

SSL_MODES = frozenset({"disable", "allow", "prefer", "require", "verify-ca", "verify-full"})
UNAVAILABLE = (SQLAlchemyError, OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError)
"""What is raised by a database that is away, refuses us, or is not what we expect. Worth another try later.

asyncpg's own errors reach us while it connects; SQLAlchemy wraps them only afterwards.
"""

Row = Mapping[str, Any]


class Database:
    """A pool of connections; nothing is opened before it is used."""

    def __init__(self, url: str) -> None:
        """Raises ConfigurationError: *url* is neither SQLite nor PostgreSQL, or has unknown parameters."""
        self.url = _async_url(url)
        self.engine = _engine(self.url)
        self.newer = ""
        """The migration of a database that a newer version has upgraded, once ``upgrade`` has met it."""

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

        A database that a newer version has upgraded is used as it is: migrations only add. Never twice at
        once: Alembic is global.
        """
        if self.url.database and self.dialect == "sqlite":
            await asyncio.to_thread(_make_private, Path(self.url.database))
        async with self.writing() as connection:
            if self.dialect == "sqlite":  # its driver would commit each table as it is made
                await connection.exec_driver_sql("BEGIN IMMEDIATE")
            newer = await connection.run_sync(_migrate)
        if newer and newer != self.newer:
            log.warning("database.newer", revision=newer, remedy="update this server; it records meanwhile")
        self.newer = newer

    async def revision(self) -> str | None:
        """Return the migration the database is at. Raises when it cannot be reached."""
        async with self.reading() as connection:
            return await connection.run_sync(_revision)

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
    """Return in one line, without a password, why the database could not be used."""
    cause = error.orig if isinstance(error, DBAPIError) and error.orig else error
    return without_password((str(cause) or type(cause).__name__).splitlines()[0])


def blames_values(error: Exception) -> bool:
    """Return whether *error* is the fault of the values that were to be written, not of the database."""
    if isinstance(error, asyncpg.InterfaceError):  # a wrong setting, and a ValueError
        return False
    wrong = (IntegrityError, DataError, CompileError, KeyError, ValueError)
    return isinstance(error, wrong) or type(error) is StatementError


def without_password(text: str) -> str:
    """Return *text* with the passwords of the addresses in it hidden.

    >>> without_password("postgre://ivr:s3cr@t@host/ivr?sslpassword=more")
    'postgre://ivr:***@host/ivr?sslpassword=***'
    """
    hidden = re.sub(r"(://[^\s:/@]*):[^\s/]*@", r"\1:***@", text)
    return re.sub(r"(password=)[^&\s'\"]*", r"\1***", hidden)


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


def _migrate(connection: sa.Connection) -> str:
    """Return the revision of a database that is newer than we are, which is left alone; else nothing."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = connection
    current = _revision(connection)
    known = {script.revision for script in ScriptDirectory.from_config(config).walk_revisions()}
    if current is not None and current not in known:
        return current
    command.upgrade(config, "head")
    return ""


def _revision(connection: sa.Connection) -> str | None:
    if not sa.inspect(connection).has_table("alembic_version"):
        return None
    found = connection.scalar(sa.text("SELECT version_num FROM alembic_version"))
    return str(found) if found else None


def _async_url(url: str) -> sa.URL:
    try:
        parsed = sa.make_url(url)
        driver = DRIVERS[parsed.drivername.partition("+")[0]]
    except (ArgumentError, KeyError, ValueError):  # ValueError: a port that is no number
        raise ConfigurationError(
            f"[store] url = {without_password(url)!r}: "
            "write sqlite:///var/ivr.db or postgresql://user@host/database"
        ) from None
    found = parsed.set(drivername=driver)
    known = LIBPQ | DRIVERS_OWN | {"connect_timeout"} if driver != DRIVERS["sqlite"] else frozenset()
    if unknown := sorted(found.query.keys() - known):
        raise ConfigurationError(f"[store] url: the parameter {unknown[0]!r} is not supported; leave it out")
    return found


def _engine(url: sa.URL) -> AsyncEngine:
    if url.get_backend_name() != "sqlite":
        plain, arguments = _libpq(url)
        return create_async_engine(
            plain,
            pool_pre_ping=True,
            pool_size=5,
            max_overflow=5,
            connect_args=arguments,
            hide_parameters=True,
        )
    engine = create_async_engine(
        url,
        connect_args={"timeout": BUSY_SECONDS},
        poolclass=AsyncAdaptedQueuePool,
        pool_size=4,
        hide_parameters=True,
    )
    sa.event.listen(engine.sync_engine, "connect", _prepare_sqlite)
    return engine


def _libpq(url: sa.URL) -> tuple[sa.URL, dict[str, Any]]:
    """Return *url* without the parameters of libpq, and what asyncpg wants to be told instead."""
    told = {name: str(value) for name, value in url.query.items() if name in LIBPQ}
    if (mode := told.get("sslmode")) and mode not in SSL_MODES:
        raise ConfigurationError(f"[store] url: sslmode={mode}: there are {', '.join(sorted(SSL_MODES))}")
    arguments: dict[str, Any] = {"dsn": f"postgresql://?{urlencode(told)}"} if told else {}
    if timeout := url.query.get("connect_timeout"):
        try:
            arguments["timeout"] = max(2.0, float(str(timeout)))  # libpq, too, never waits less than 2 s
        except ValueError:
            raise ConfigurationError(f"[store] url: connect_timeout={timeout}: write seconds") from None
    return url.difference_update_query([*told, "connect_timeout"]), arguments


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
