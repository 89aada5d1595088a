"""A PostgreSQL of our own: a fresh cluster in a temporary folder, reached by its socket only.

Debian's programs; nothing of an installed cluster is touched.
"""

import getpass
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import asyncpg

USER = "postgres" if os.geteuid() == 0 else getpass.getuser()
"""PostgreSQL refuses to run as root."""


def programs() -> Path | None:
    """Where initdb and postgres are; None when they are not installed."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    elsewhere = shutil.which("initdb")
    return found[-1].parent if found else Path(elsewhere).parent if elsewhere else None


@contextmanager
def running() -> Iterator[str]:
    """Start a cluster; yield the folder of its socket; stop it and remove it."""
    folder = programs()
    assert folder is not None, "install the Debian package postgresql"
    place = Path(tempfile.mkdtemp(prefix="ivr-pg-"))
    if os.geteuid() == 0:
        shutil.chown(place, USER)
    data = place / "data"
    try:
        _run(str(folder / "initdb"), "-D", str(data), "-A", "trust", "-U", "ivr", "-E", "UTF8", "--no-sync")
        options = f"-c listen_addresses= -c unix_socket_directories={place} -c fsync=off"
        control = str(folder / "pg_ctl")
        _run(control, "-D", str(data), "-w", "-o", options, "-l", str(place / "log"), "start")
        try:
            yield str(place)
        finally:
            _run(control, "-D", str(data), "-m", "immediate", "stop")
    finally:
        shutil.rmtree(place, ignore_errors=True)


async def create_database(socket: str, name: str) -> str:
    """Create an empty database; return its URL for ``[store] url``."""
    connection = await asyncpg.connect(host=socket, user="ivr", database="postgres")
    try:
        await connection.execute(f'CREATE DATABASE "{name}"')
    finally:
        await connection.close()
    return f"postgresql://ivr@/{name}?host={socket}"


def _run(*command: str) -> None:
    as_user = ("runuser", "-u", USER, "--") if os.geteuid() == 0 else ()
    result = subprocess.run((*as_user, *command), capture_output=True, text=True, cwd="/", check=False)
    assert result.returncode == 0, f"{command[0]}: {result.stdout}{result.stderr}"
