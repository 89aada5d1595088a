"""``ivr db``, as an operator runs it, on both databases."""

import asyncio
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa
from click.testing import CliRunner, Result

from ivr.cli.db import command
from ivr.errors import ConfigurationError, IvrError
from ivr.store.assembly import CallFacts
from ivr.store.audio import name_of
from ivr.store.database import UNAVAILABLE, Database
from ivr.store.privacy import Pseudonyms
from ivr.store.schema import turns
from ivr.store.writing import write
from tests import own_postgresql
from tests.contract.test_store import answered
from tests.sample_calls import records_of

pytestmark = pytest.mark.contract

KEY = "a key long enough for a test"


@pytest.fixture
def config(url: str, tmp_path: Path) -> Path:
    path = tmp_path / "ivr.toml"
    path.write_text(f'[store]\nurl = "{url}"\nkey = "{KEY}"\naudio_folder = "{tmp_path}/audio"\n')
    return path


async def run(config: Path, *arguments: str) -> Result:
    """Run in a thread: the command has an event loop of its own."""
    return await asyncio.to_thread(CliRunner().invoke, command, ["--config", str(config), *arguments])


async def keep(url: str, number: str, days_ago: int) -> None:
    async with Database(url) as database:
        await database.upgrade()
        facts = CallFacts(f"c{days_ago}", "here", Pseudonyms(KEY.encode()).of(number))
        began = datetime.now(UTC) - timedelta(days=days_ago)
        await write(database, records_of(facts, answered(), began, ZoneInfo("Europe/Paris")))


async def speak(url: str, folder: Path, call: str, number: int) -> str:
    """Let a turn have sound."""
    name = name_of("2026-11-22", call, number)
    (folder / name).parent.mkdir(parents=True, exist_ok=True)
    (folder / name).write_bytes(b"RIFF")
    async with Database(url) as database, database.writing() as connection:
        turn = (turns.c.call == call) & (turns.c.number == number)
        await connection.execute(sa.update(turns).where(turn).values(sound=name))
    return name


async def test_upgrade_says_where_it_is(config: Path) -> None:
    """The first command on an empty database makes the tables, and may be repeated."""
    for _ in range(2):
        result = await run(config, "upgrade")
        assert result.exit_code == 0
        assert result.output.strip().endswith(": at 0003")


async def test_a_callers_rights(config: Path, url: str) -> None:
    """What is kept about a number is printed, however it is written; once erased, nothing is."""
    await keep(url, "0612345678", 1)
    exported = json.loads((await run(config, "export", "+33 6 12 34 56 78")).output)
    assert [turn["text"] for turn in exported["calls"][0]["turns"]] == ["où est l'adresse MAC", "non", None]
    refused = await run(config, "erase", "0612345678")
    assert refused.exit_code == 1
    erased = await run(config, "erase", "--yes", "0612345678")
    assert "rows erased" in erased.output
    left = json.loads((await run(config, "export", "0612345678")).output)
    assert left == {"calls": [], "callbacks": [], "lessons": []}


async def test_purge_prints_its_proof(config: Path, url: str) -> None:
    """One line for each kind of data."""
    await keep(url, "0612345678", 100)
    await keep(url, "0612345678", 1)  # a line that nobody has called for months has a doubtful clock
    lines = (await run(config, "purge")).output.splitlines()
    kinds = ["audio", "orphans", "transcripts", "numbers", "calls", "accesses"]
    assert [line.split(":")[0] for line in lines] == kinds
    assert lines[1] == "orphans: 0 files"
    assert lines[2].startswith("transcripts: 2 rows from before")


async def test_a_callers_voice_is_his_too(config: Path, url: str, tmp_path: Path) -> None:
    """It is exported with his words, checked against the record, and erased with him."""
    folder = tmp_path / "audio"
    await keep(url, "0612345678", 1)
    name = await speak(url, folder, "c1", 1)
    exported = await run(config, "export", "0612345678", "--audio", str(tmp_path / "his"))
    assert "1 of 1 utterances copied" in exported.stderr
    assert (tmp_path / "his" / name).read_bytes() == (folder / name).read_bytes()
    checked = await run(config, "check")
    assert (checked.exit_code, checked.output) == (0, f"{folder}: 1 files, 0 more not here\n")
    (folder / name).rename(folder / name.replace("c1-1", "c1-2"))
    checked = await run(config.parent / "ivr.toml", "check")
    assert "no turn names 2026-11-22/c1-2.wav" in checked.output
    assert "1 more not here" in checked.output
    await run(config, "erase", "--yes", "0612345678")
    assert "orphans: 1 files" in (await run(config, "purge")).output
    assert not list(folder.glob("*/*.wav"))


async def test_statistics_are_printed(config: Path, url: str) -> None:
    """Calls, containment and questions of the last days."""
    await keep(url, "0612345678", 1)
    output = (await run(config, "stats", "--days", "7")).output
    assert "100.0%" in output
    assert "adresse-mac" in output


async def test_mistakes_are_one_line(tmp_path: Path) -> None:
    """No number, no database: what is wrong, without a traceback."""
    config = tmp_path / "ivr.toml"
    config.write_text(
        '[store]\nurl = "postgresql://ivr@127.0.0.1:1/none"\nkey = "a key long enough for a test"\n'
    )
    result = await run(config, "upgrade")
    assert isinstance(result.exception, IvrError)
    config.write_text(f'[store]\nurl = "sqlite:///{tmp_path}/x.db"\nkey = "{KEY}"\n')
    result = await run(config, "export", "marie")
    assert "'marie' is no telephone number" in str(result.exception)


async def test_a_newer_database_is_said_in_one_line(config: Path, url: str) -> None:
    """The way back after an upgrade: what to do, and that nothing is lost meanwhile."""
    async with Database(url) as database:
        await database.upgrade()
        async with database.writing() as connection:
            await connection.execute(sa.text("UPDATE alembic_version SET version_num = '9999'"))
    result = await run(config, "upgrade")
    assert isinstance(result.exception, IvrError)
    assert "at 9999, of a newer version of ivr: update this one" in str(result.exception)
    assert (await run(config, "stats")).exit_code == 0


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("postgre://ivr:s3cret@host/ivr", "postgre://ivr:***@host/ivr"),
        ("postgresql://ivr:s3c@ret@host:port/ivr", "ivr:***@host:port"),
        ("postgresql://ivr@host/ivr?keepalives=1", "the parameter 'keepalives' is not supported"),
        ("postgresql://ivr@host/ivr?sslmode=please", "sslmode=please: there are allow, disable, prefer"),
        ("postgresql://ivr@host/ivr?connect_timeout=soon", "connect_timeout=soon: write seconds"),
        ("sqlite:///ivr.db?mode=ro", "the parameter 'mode' is not supported"),
    ],
)
def test_a_wrong_address_is_refused_without_its_password(url: str, said: str) -> None:
    """Which parameter, what there is instead, and nothing secret."""
    with pytest.raises(ConfigurationError) as refused:
        Database(url)
    assert said in str(refused.value)
    assert "s3c" not in str(refused.value)


@pytest.mark.postgres
async def test_parameters_of_libpq_are_understood(postgresql: str) -> None:
    """As in every other program that connects to PostgreSQL; what it refuses can be waited for."""
    url = await own_postgresql.create_database(postgresql, "parameters")
    plus = f"{url}&sslmode=disable&application_name=ivr-test&connect_timeout=5&options=-c%20work_mem%3D5MB"
    async with Database(plus) as database, database.reading() as connection:
        assert await connection.scalar(sa.text("SHOW application_name")) == "ivr-test"
        assert await connection.scalar(sa.text("SHOW work_mem")) == "5MB"
    async with Database(url.replace("ivr@", "stranger@")) as database:
        with pytest.raises(UNAVAILABLE, match='"stranger" does not exist'):
            await database.upgrade()
