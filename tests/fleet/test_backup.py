"""A backup is whole, leaves the pseudonyms' key out, and comes back as a record that can be read."""

import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from ivr.store.assembly import CallFacts
from ivr.store.database import Database
from ivr.store.queries import read_call
from ivr.store.writing import write
from tests import own_postgresql
from tests.contract.test_store import answered
from tests.sample_calls import records_of

pytestmark = pytest.mark.fleet

SCRIPTS = Path(__file__).parents[2] / "contrib" / "backup"
DATABASES = ("sqlite", "postgresql")


@pytest.fixture(scope="module")
def postgresql() -> Iterator[str]:
    with own_postgresql.running() as socket:
        yield socket


async def empty_database(kind: str, socket: str, name: str, folder: Path) -> str:
    if kind == "sqlite":
        return f"sqlite:///{folder / name}.db"
    return await own_postgresql.create_database(socket, name)


def run(script: str, *arguments: object, folder: Path, url: str) -> subprocess.CompletedProcess[str]:
    program = folder / "ivr-program"
    program.write_text(f'#!/bin/sh\nexec {sys.executable} -m ivr "$@"\n')
    program.chmod(0o755)
    binaries = own_postgresql.programs()
    environment = os.environ | {
        "SERVER_PROGRAM": str(program),
        "IVR_STORE__URL": url,
        "BACKUPS_KEPT": "2",
        "PATH": f"{binaries}:{os.environ['PATH']}",
        "PYTHONPATH": str(SCRIPTS.parents[1]),
    }
    command = [SCRIPTS / script, *map(str, arguments)]
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, timeout=120)


async def record_a_call(url: str) -> None:
    async with Database(url) as database:
        await database.upgrade()
        began = datetime.now(UTC) - timedelta(hours=1)
        await write(
            database, records_of(CallFacts("c1", "here", None), answered(), began, ZoneInfo("Europe/Paris"))
        )


@pytest.mark.parametrize("kind", DATABASES)
async def test_what_is_restored_elsewhere_can_be_read(kind: str, postgresql: str, tmp_path: Path) -> None:
    """The call, the texts and the settings are there; nothing that tells who called is."""
    before = await empty_database(kind, postgresql, "before", tmp_path)
    after = await empty_database(kind, postgresql, "after", tmp_path)
    site = tmp_path / "site"
    (site / "texts").mkdir(parents=True)
    (site / "texts" / "line.yaml").write_text("accueil.1: Bonjour.\n")
    (site / "ivr.toml").write_text('prompts = "texts"\n')
    (site / "var").mkdir()
    (site / "var" / "pseudonyms.key").write_text("secret")
    await record_a_call(before)
    made = run("ivr-backup", tmp_path / "backups", folder=site, url=before)
    assert made.returncode == 0, made.stderr
    backup = Path(made.stdout.strip())
    assert not any(path.name == "pseudonyms.key" for path in backup.rglob("*"))
    restored = run("ivr-restore", backup, tmp_path / "new", folder=site, url=after)
    assert restored.returncode == 0, restored.stderr
    assert (tmp_path / "new" / "texts" / "line.yaml").read_text() == "accueil.1: Bonjour.\n"
    async with Database(after) as database:
        call = await read_call(database, "c1")
    assert call is not None
    assert call.turns


async def test_old_backups_go_and_damaged_ones_are_refused(tmp_path: Path) -> None:
    """The last two are kept, as asked; a backup that lost a byte is not restored."""
    site = tmp_path / "site"
    site.mkdir()
    url = f"sqlite:///{tmp_path}/one.db"
    await record_a_call(url)
    for moment in ("20200101T000000Z", "20200102T000000Z"):
        (tmp_path / "backups" / moment).mkdir(parents=True)
    made = run("ivr-backup", tmp_path / "backups", folder=site, url=url)
    kept = sorted(path.name for path in (tmp_path / "backups").iterdir())
    assert kept == ["20200102T000000Z", Path(made.stdout.strip()).name]
    (Path(made.stdout.strip()) / "record").write_bytes(b"damaged")
    refused = run("ivr-restore", made.stdout.strip(), tmp_path / "new", folder=site, url=f"{url}2")
    assert refused.returncode == 1
    assert "damaged" in refused.stderr
    assert not (tmp_path / "new").exists()
