"""Servers that share a PostgreSQL: one name each, one key for all, and news at once."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager

import pytest

from ivr.errors import ConfigurationError
from ivr.store.database import Database
from ivr.store.operations import membership
from ivr.store.operations.membership import Membership, NameTaken
from ivr.store.operations.notifications import PUBLICATIONS, announce, listen
from ivr.store.privacy import Pseudonyms
from tests import own_postgresql

pytestmark = [pytest.mark.contract, pytest.mark.postgres]

KEY = Pseudonyms(b"one key for all servers of this test").check
OTHER = Pseudonyms(b"another key, of somebody's mistake").check
PATIENCE = 20.0


@pytest.fixture(scope="module")
def postgresql() -> Iterator[str]:
    with own_postgresql.running() as socket:
        yield socket


@pytest.fixture
async def url(postgresql: str, request: pytest.FixtureRequest) -> str:
    found = await own_postgresql.create_database(postgresql, request.node.name)
    async with Database(found) as database:
        await database.upgrade()
    return found


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(membership, "TAKEN_SECONDS", 0.3)
    monkeypatch.setattr(membership, "RETRY_SECONDS", 0.05)
    monkeypatch.setattr(membership, "PROBE_SECONDS", 0.05)


@asynccontextmanager
async def joined(url: str, name: str, check: str = KEY) -> AsyncIterator[Membership]:
    async with Database(url) as database:
        member = Membership(database, name, check)
        await member.join()
        try:
            yield member
        finally:
            await member.leave()


async def until(condition: object) -> None:
    assert callable(condition)
    async with asyncio.timeout(PATIENCE):
        while not condition():
            await asyncio.sleep(0.02)


async def test_two_servers_of_one_name(url: str) -> None:
    """The second is refused with the remedy; it may start once the first has left."""
    async with joined(url, "ivr-1"), joined(url, "ivr-2"):
        with pytest.raises(NameTaken, match="IVR_STORE__SERVER"):
            async with joined(url, "ivr-1"):
                pass
    async with joined(url, "ivr-1"):
        pass


async def test_another_key(url: str) -> None:
    """The same caller would have two pseudonyms: refused, and what is kept does not give the key away."""
    async with joined(url, "ivr-1"):
        with pytest.raises(ConfigurationError, match="IVR_STORE__KEY"):
            async with joined(url, "ivr-2", OTHER):
                pass
    assert "one key" not in KEY


async def test_a_database_that_is_away_refuses_nobody(tmp_path: object) -> None:
    """Calls go on without it; what could not be asked is asked again."""
    async with joined("postgresql://ivr@127.0.0.1:9/nobody", "ivr-1") as member:
        assert member.problem == ""


async def test_the_name_is_taken_again_after_the_connection_was_lost(url: str) -> None:
    """PostgreSQL restarted: both are told apart as before."""
    async with joined(url, "ivr-1") as member:
        keeping = asyncio.create_task(member.keep())
        assert member._held is not None
        raw = (await member._held.get_raw_connection()).driver_connection
        assert raw is not None
        first = member._held
        raw.terminate()
        await until(lambda: member._held not in (None, first))
        with pytest.raises(NameTaken):
            async with joined(url, "ivr-1"):
                pass
        keeping.cancel()
        await asyncio.gather(keeping, return_exceptions=True)


async def test_a_name_lost_to_another_server_is_told(url: str) -> None:
    """Only found out after the start: calls go on, and ``/ready`` names it."""
    async with joined(url, "ivr-1"), Database(url) as database:
        late = Membership(database, "ivr-1", KEY)
        keeping = asyncio.create_task(late.keep())
        await until(lambda: late.problem)
        assert "another server called 'ivr-1'" in late.problem
        keeping.cancel()
        await asyncio.gather(keeping, return_exceptions=True)
        await late.leave()


async def test_what_is_announced_is_heard_at_once(url: str) -> None:
    """After the commit, by everybody who listens; a lost connection is made again."""
    heard: list[float] = []
    async with Database(url) as database, Database(url) as other:
        listening = asyncio.create_task(
            listen(database, PUBLICATIONS, lambda: heard.append(asyncio.get_running_loop().time()))
        )
        await until(lambda: len(heard) == 1)
        async with other.writing() as connection:
            await announce(connection, PUBLICATIONS)
            await asyncio.sleep(0.2)
            assert len(heard) == 1
        await until(lambda: len(heard) == 2)
        listening.cancel()
        await asyncio.gather(listening, return_exceptions=True)


async def test_sqlite_has_nobody_to_tell() -> None:
    """Announcing is harmless, listening ends at once."""
    async with Database("sqlite://") as database:
        async with database.writing() as connection:
            await announce(connection, PUBLICATIONS)
        await listen(database, PUBLICATIONS, lambda: pytest.fail("heard"))
