"""A whole database in one file, and back: SQLite's own copy, or PostgreSQL's pg_dump and pg_restore.

Safe beside running servers. Blocks: for command lines, never in the event loop.
"""

import os
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path

import sqlalchemy as sa

from ivr.errors import IvrError
from ivr.store.database import Database, without_password

LIBPQ_VARIABLES = {
    "host": "PGHOST", "port": "PGPORT", "sslmode": "PGSSLMODE", "sslrootcert": "PGSSLROOTCERT",
    "sslcert": "PGSSLCERT", "sslkey": "PGSSLKEY", "passfile": "PGPASSFILE", "service": "PGSERVICE",
    "application_name": "PGAPPNAME", "connect_timeout": "PGCONNECT_TIMEOUT", "options": "PGOPTIONS",
}  # fmt: skip
"""Parameter of an address → variable of libpq's programs (PostgreSQL documentation, chapter 34.15)."""


def dump(database: Database, file: Path) -> None:
    """Write all of *database* into *file*, which appears only once it is whole. Raises IvrError."""
    if file.exists():
        raise IvrError(f"{file}: exists already; choose another name")
    partial = file.with_name(f".{file.name}.partial")
    try:
        if database.dialect == "sqlite":
            _copy(_sqlite_file(database.url), partial)
        else:
            _run("pg_dump", "--format=custom", "--no-owner", f"--file={partial}", url=database.url)
        partial.chmod(0o600)
        partial.rename(file)
    except (OSError, sqlite3.Error) as error:
        raise IvrError(f"{file}: {error}") from None
    finally:
        partial.unlink(missing_ok=True)


def restore(database: Database, file: Path) -> None:
    """Fill *database*, which must have no tables yet, from what ``dump`` wrote. Raises IvrError."""
    if not file.is_file():
        raise IvrError(f"{file}: no such file")
    if database.dialect == "postgresql":
        _run(
            "pg_restore", "--exit-on-error", "--no-owner", "--single-transaction", str(file), url=database.url
        )
        return
    target = _sqlite_file(database.url)
    if target.exists() and target.stat().st_size:
        raise IvrError(f"{target}: exists already; stop the server and move it away, with its -wal and -shm")
    try:
        _copy(file, target)
    except (OSError, sqlite3.Error) as error:
        raise IvrError(f"{file}: {error}") from None


def _sqlite_file(url: sa.URL) -> Path:
    return Path(url.database or "")


def _copy(source: Path, target: Path) -> None:
    if not source.is_file():
        raise FileNotFoundError(f"{source}: no such database")
    target.parent.mkdir(parents=True, exist_ok=True)
    target.touch(mode=0o600)
    with closing(sqlite3.connect(source)) as reading, closing(sqlite3.connect(target)) as writing:
        reading.backup(writing)


def _run(program: str, *arguments: str, url: sa.URL) -> None:
    """Run one of PostgreSQL's programs; its environment hides the password from other users."""
    target = [f"--dbname={url.database}"]
    try:
        done = subprocess.run(
            [program, *arguments, *target],
            env=os.environ | _environment(url),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
        )
    except FileNotFoundError:
        raise IvrError(f"{program} is not installed: apt-get install postgresql-client") from None
    if done.returncode:
        lines = done.stderr.strip().splitlines() or [f"status {done.returncode}"]
        raise IvrError(f"{program}: {without_password(lines[0])}")


def _environment(url: sa.URL) -> dict[str, str]:
    told = {"host": url.host, "port": url.port, **url.query}
    named = {
        LIBPQ_VARIABLES[key]: str(value) for key, value in told.items() if value and key in LIBPQ_VARIABLES
    }
    if url.username:
        named["PGUSER"] = url.username
    if url.password:
        named["PGPASSWORD"] = str(url.password)
    return named
