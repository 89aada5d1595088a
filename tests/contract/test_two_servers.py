"""Two ``ivr serve`` processes on one PostgreSQL: what one publishes the other says, and one may die."""

import asyncio
import csv
import io
import os
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest

from ivr.audio.frame import wav
from ivr.console.accounts import Accounts, Role
from ivr.simulator.fake_line import FakeLine
from ivr.simulator.own_asterisk import LabPorts, free_ports
from ivr.simulator.peers.ami_peer import AmiPeer
from ivr.store.database import Database
from ivr.store.outcomes import CallOutcome
from ivr.store.queries import CallFilter, CallRow, find_calls
from tests import own_postgresql
from tests.asterisk.sounds import hears, tone
from tests.console_site import PASSWORD, copy_prompts

pytestmark = pytest.mark.postgres

ROOT = Path(__file__).parents[2]
PITCH = 1000
SPOKEN_WITHOUT_VALUES = ("nav.sans-contexte", "ni.1", "ni.2", "ni.3", "nm.3")
"""What a caller who only presses keys may be told."""
STARTING = 300.0
PATIENCE = 120.0
"""Seconds; both only matter when something is broken."""


@dataclass(frozen=True)
class Serving:
    """One server process."""

    process: asyncio.subprocess.Process
    ports: LabPorts

    @property
    def console(self) -> str:
        """Where its console is (on the port of the AMI that it does not use)."""
        return f"http://127.0.0.1:{self.ports.ami}"

    @asynccontextmanager
    async def call(self, number: str) -> AsyncIterator[FakeLine]:
        """A caller whose call it has answered."""
        async with FakeLine(("127.0.0.1", self.ports.agi), AmiPeer(), number) as line:
            await line.dial()
            await until(lambda: any(line.heard()))
            yield line


@asynccontextmanager
async def serving(home: Path, name: str, url: str) -> AsyncIterator[Serving]:
    """``ivr serve`` as the server *name*, with files of its own but a cache of prompts that all share."""
    ports = free_ports()
    place = home / name
    if not place.exists():
        copy_prompts(place / "prompts")
    environment = {
        **os.environ,
        "PYTHONPATH": str(ROOT),
        "IVR_PROMPTS": "prompts",
        "IVR_STORE__URL": url,
        "IVR_STORE__SERVER": name,
        "IVR_STORE__KEY": "one key for every server of this test",
        "IVR_SPEECH__CACHE": str(home / "cache"),
        "IVR_AMI__ENABLED": "false",
        "IVR_MONITORING__ENABLED": "false",
        "IVR_AGI__PORT": str(ports.agi),
        "IVR_MEDIA__PORT": str(ports.media),
        "IVR_CONSOLE__PORT": str(ports.ami),
        "IVR_CALL__DRAIN": "0",
    }
    with (home / f"{name}.log").open("wb") as log:  # not what an earlier one wrote
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "ivr", "serve", cwd=place, env=environment,
            stdin=asyncio.subprocess.DEVNULL, stdout=log, stderr=asyncio.subprocess.STDOUT,
        )  # fmt: skip
    try:
        await until(lambda: ready(home, name) or process.returncode is not None, STARTING)
        assert process.returncode is None, logged(home, name).decode()
        yield Serving(process, ports)
    finally:
        if process.returncode is None:
            process.terminate()
        await process.wait()


def ready(home: Path, name: str) -> bool:
    """Whether it takes calls and has told its console: a link printed later ends those before it."""
    said = logged(home, name)
    return b"server.ready" in said and (b"console.first_sign_up" in said or b"console.ready" in said)


def logged(home: Path, name: str) -> bytes:
    """What a server has written since it last began."""
    return (home / f"{name}.log").read_bytes()


async def until(condition: Callable[[], bool], seconds: float = PATIENCE) -> None:
    """Wait for *condition*."""
    async with asyncio.timeout(seconds):
        while not condition():
            await asyncio.sleep(0.05)


async def until_recorded(calls: Callable[[], Awaitable[list[CallRow]]], count: int) -> list[CallRow]:
    """Wait for *count* such calls to be in the record, and return them."""
    async with asyncio.timeout(PATIENCE):
        while len(found := await calls()) < count:
            await asyncio.sleep(0.1)
    return found


@asynccontextmanager
async def signed_in(server: Serving) -> AsyncIterator[httpx.AsyncClient]:
    """A browser at the server's console, signed in as « camille »."""
    headers = {"Origin": server.console, "Sec-Fetch-Site": "same-origin"}
    async with httpx.AsyncClient(base_url=server.console, headers=headers, timeout=PATIENCE) as browser:
        answer = await browser.post("/connexion", data={"login": "camille", "password": PASSWORD})
        assert answer.status_code == 303, answer.text
        yield browser


async def publish_a_tone(browser: httpx.AsyncClient) -> None:
    """Have some messages said by a person who can only whistle."""
    for prompt in SPOKEN_WITHOUT_VALUES:
        files = {"recording": ("voix.wav", wav(tone(PITCH)), "audio/wav")}
        kept = await browser.post(f"/phrases/{prompt}/enregistrement", files=files)
        assert kept.status_code == 303, kept.text
    published = await browser.post("/brouillon/publier", data={"comment": "Une autre voix", "when": "now"})
    assert published.headers["location"].startswith("/editions/"), published.text


async def counted(browser: httpx.AsyncClient) -> int:
    """The calls of today, as the statistics page of a server counts them."""
    table = (await browser.get("/statistiques.csv?jours=7")).text.lstrip("\ufeff")
    rows = csv.DictReader(io.StringIO(table), delimiter=";")
    return sum(int(row["calls"]) for row in rows)


async def test_two_servers_share_one_database(postgresql: str, tmp_path: Path) -> None:
    """Published on one, heard in a call of the other; one is killed, and its call ended when it returns."""
    url = await own_postgresql.create_database(postgresql, "two")
    async with Database(url) as database:

        async def calls(**wanted: object) -> list[CallRow]:
            return list((await find_calls(database, CallFilter(**wanted))).rows)  # type: ignore[arg-type]

        async with serving(tmp_path, "a", url) as one, serving(tmp_path, "b", url) as other:
            accounts = Accounts(database, lambda: datetime.now(UTC), timedelta(hours=1))
            await accounts.sign_up(await accounts.invite(Role.ADMIN), "camille", "Camille", PASSWORD)
            async with other.call("0612345601") as line, signed_in(one) as browser:
                await line.press("#")
                assert not hears(line.heard(), PITCH)
                await publish_a_tone(browser)
                async with asyncio.timeout(PATIENCE):
                    while not hears(line.heard(), PITCH):
                        await line.press("9")
                        await asyncio.sleep(2)
            async with one.call("0612345602"):
                await until_recorded(calls, 2)
                one.process.kill()
                await one.process.wait()
            async with other.call("0612345603"):
                pass
            await until_recorded(calls, 3)
            async with signed_in(other) as browser:
                assert await counted(browser) == 3
            (lost,) = await until_recorded(lambda: calls(live=True), 1)
            async with serving(tmp_path, "a", url):
                (ended,) = await until_recorded(lambda: calls(outcome=CallOutcome.INTERRUPTED), 1)
            assert ended.id == lost.id
            assert await calls(live=True) == []
