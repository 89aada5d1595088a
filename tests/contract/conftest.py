"""The databases that every store test runs on: SQLite, and PostgreSQL where its programs are installed."""

import itertools
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from ivr.store.database import Database
from tests import own_postgresql

HERE = ["sqlite"]
if own_postgresql.programs():
    HERE.append(pytest.param("postgresql", marks=pytest.mark.postgres))  # type: ignore[arg-type]
numbers = itertools.count(1)


@pytest.fixture(scope="session")
def postgresql() -> Iterator[str]:
    with own_postgresql.running() as socket:
        yield socket


@pytest.fixture(params=HERE)
async def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Where an empty database is."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/ivr.db"
    socket: str = request.getfixturevalue("postgresql")
    return await own_postgresql.create_database(socket, f"test{next(numbers)}")


@pytest.fixture
async def database(url: str) -> AsyncIterator[Database]:
    """A migrated database."""
    async with Database(url) as opened:
        await opened.upgrade()
        yield opened
