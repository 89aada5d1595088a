"""Two workers behind the shipped HAProxy configuration and a real Asterisk: restarted, frozen, killed."""

import asyncio
import os
import re
import shutil
import signal
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

import httpx
import pytest

from ivr.simulator.own_asterisk import LabPorts, OwnAsterisk, free_ports
from ivr.simulator.phone import Phone
from tests import own_postgresql
from tests.asterisk.sounds import AGENT, CALLER, hears, tone

pytestmark = pytest.mark.fleet

ROOT = Path(__file__).parents[2]
ASTERISK = Path(os.environ.get("IVR_ASTERISK_ROOT", ROOT / ".asterisk"))
STARTING = 300.0
PATIENCE = 60.0
"""Seconds; both only matter when something is broken."""


@dataclass
class Worker:
    """One ``ivr serve`` in a folder of its own."""

    name: str
    home: Path
    settings: dict[str, str]
    ports: LabPorts = field(default_factory=free_ports)
    door: int = field(default_factory=lambda: free_ports().media)
    process: asyncio.subprocess.Process | None = None

    @property
    def log(self) -> str:
        """What it has written since it last began."""
        return (self.home / f"{self.name}.log").read_text(errors="replace")

    @property
    def calls(self) -> int:
        """Calls it has taken since it last began."""
        return self.log.count("call.started")

    async def start(self) -> None:
        """Begin, and return once it is ready."""
        environment = {
            **os.environ,
            "PYTHONPATH": str(ROOT),
            **self.settings,
            "IVR_STORE__SERVER": self.name,
            "IVR_STORE__SPOOL": str(self.home / f"{self.name}-spool"),
            "IVR_CONSOLE__ENABLED": "false",
            "IVR_AGI__PORT": str(self.ports.agi),
            "IVR_MEDIA__PORT": str(self.ports.media),
            "IVR_MEDIA__ADVERTISE": f"127.0.0.1:{self.door}",
            "IVR_MONITORING__PORT": str(self.ports.ami),
            "IVR_CALL__DRAIN": "120",
        }
        with (self.home / f"{self.name}.log").open("wb") as log:  # not what an earlier one wrote
            self.process = await asyncio.create_subprocess_exec(
                sys.executable, "-m", "ivr", "serve", cwd=self.home, env=environment,
                stdin=asyncio.subprocess.DEVNULL, stdout=log, stderr=asyncio.subprocess.STDOUT,
            )  # fmt: skip
        async with asyncio.timeout(STARTING):
            while "server.ready" not in self.log:
                assert self.process.returncode is None, self.log
                await asyncio.sleep(0.1)

    def send(self, number: signal.Signals) -> None:
        """Send a signal."""
        assert self.process is not None
        self.process.send_signal(number)

    async def end(self) -> int:
        """Stop, whatever state it is in; return the status."""
        assert self.process is not None
        if self.process.returncode is None:
            self.send(signal.SIGCONT)
            self.send(signal.SIGKILL)
        return await self.process.wait()


def configuration(workers: list[Worker], front: int) -> str:
    """The shipped file with the addresses of this test: what an operator changes, and nothing else."""
    text = (ROOT / "contrib" / "haproxy" / "ivr.cfg").read_text(encoding="utf-8")
    text = text.replace("bind 127.0.0.1:4573", f"bind 127.0.0.1:{front}")
    text = re.sub(r"frontend prometheus.*", "", text, flags=re.DOTALL)
    for index, worker in enumerate(workers, 1):
        address, monitored = f"192.0.2.2{index}", f"port {worker.ports.ami}"
        text = text.replace(f"bind 127.0.0.1:910{index}", f"bind 127.0.0.1:{worker.door}")
        text = text.replace(f"{address}:4573", f"127.0.0.1:{worker.ports.agi} {monitored}")
        text = text.replace(f"{address}:9092", f"127.0.0.1:{worker.ports.media} {monitored}")
    assert "192.0.2" not in text
    return text


@asynccontextmanager
async def haproxy(text: str, home: Path) -> AsyncIterator[None]:
    (home / "haproxy.cfg").write_text(text)
    program = shutil.which("haproxy") or "/usr/sbin/haproxy"
    with (home / "haproxy.log").open("wb") as log:
        process = await asyncio.create_subprocess_exec(
            program, "-db", "-f", str(home / "haproxy.cfg"), stdout=log, stderr=log
        )
    try:
        await asyncio.sleep(1.5)  # two checks of each worker
        assert process.returncode is None, (home / "haproxy.log").read_text()
        yield
    finally:
        process.terminate()
        await process.wait()


@pytest.fixture(scope="module")
def postgresql() -> Iterator[str]:
    with own_postgresql.running() as socket:
        yield socket


@asynccontextmanager
async def site(tmp_path: Path, postgresql: str) -> AsyncIterator[tuple[OwnAsterisk, list[Worker]]]:
    """PostgreSQL, one Asterisk, HAProxy beside it, two workers."""
    asterisk = OwnAsterisk(ASTERISK, tmp_path / "asterisk", grace=10, queue_wait=60)
    settings = {
        "IVR_STORE__URL": await own_postgresql.create_database(postgresql, "fleet"),
        "IVR_STORE__KEY": "one key for every worker of this test",
        "IVR_SPEECH__CACHE": str(tmp_path / "cache"),
        "IVR_AMI__PORT": str(asterisk.ports.ami),
        "IVR_AMI__SECRET": asterisk.ami_secret,
    }
    async with AsyncExitStack() as stack:
        await stack.enter_async_context(asterisk)
        workers = [Worker(f"ivr-{number}", tmp_path, settings) for number in (1, 2)]
        for worker in workers:
            await worker.start()
            stack.push_async_callback(worker.end)
        await stack.enter_async_context(haproxy(configuration(workers, asterisk.ports.agi), tmp_path))
        yield asterisk, workers


Greeted = tuple[Phone, Worker, Worker]


@asynccontextmanager
async def greeted(asterisk: OwnAsterisk, workers: list[Worker]) -> AsyncIterator[Greeted]:
    """A caller who hears the greeting, the worker that has his call, and the other one."""
    before = [worker.calls for worker in workers]
    async with Phone() as caller:
        await caller.call("0123456789", asterisk.ports.sip)
        await caller.wait_for_sound(within=PATIENCE)
        (index,) = [i for i, worker in enumerate(workers) if worker.calls > before[i]]
        yield caller, workers[index], workers[1 - index]


async def reaches_a_person(asterisk: OwnAsterisk, caller: Phone) -> None:
    """An agent's phone rings, and each hears the other."""
    async with Phone("agent1", port=asterisk.ports.agent) as agent:
        await agent.answer(within=PATIENCE)
        async with asyncio.TaskGroup() as group:
            group.create_task(agent.say(tone(AGENT)))
            group.create_task(caller.say(tone(CALLER)))
        await asyncio.sleep(0.3)
        assert hears(caller.audio.heard(), AGENT)
        assert hears(agent.audio.heard(), CALLER)
        agent.hang_up()
        await caller.wait_for_end(PATIENCE)


async def readiness(worker: Worker) -> int:
    async with httpx.AsyncClient() as client:
        return (await client.get(f"http://127.0.0.1:{worker.ports.ami}/ready")).status_code


async def test_workers_that_are_restarted_frozen_and_killed(tmp_path: Path, postgresql: str) -> None:
    """A drain cuts nobody; who loses a worker reaches a person; whoever calls then gets the other worker."""
    async with site(tmp_path, postgresql) as (asterisk, workers):
        async with greeted(asterisk, workers) as (caller, draining, staying):
            draining.send(signal.SIGTERM)
            async with asyncio.timeout(PATIENCE):
                while await readiness(draining) != 404:
                    await asyncio.sleep(0.05)
            await asyncio.sleep(2.0)  # several checks: HAProxy must leave the call alone
            async with greeted(asterisk, workers) as (_, taking, _):
                assert taking is staying
            await caller.wait_for_sound(within=PATIENCE)
            caller.hang_up()
            assert draining.process is not None
            async with asyncio.timeout(PATIENCE):
                assert await draining.process.wait() == 0
        await draining.start()
        await asyncio.sleep(2.0)
        async with greeted(asterisk, workers) as (caller, frozen, other):
            frozen.send(signal.SIGSTOP)
            async with asyncio.TaskGroup() as group:
                group.create_task(reaches_a_person(asterisk, caller))
            async with greeted(asterisk, workers) as (_, taking, _):
                assert taking is other
            frozen.send(signal.SIGCONT)
        await asyncio.sleep(2.0)
        async with greeted(asterisk, workers) as (caller, killed, other):
            killed.send(signal.SIGKILL)
            await reaches_a_person(asterisk, caller)
            async with greeted(asterisk, workers) as (_, taking, _):
                assert taking is other


async def test_a_second_server_of_the_same_name_does_not_start(tmp_path: Path, postgresql: str) -> None:
    """One clear line with the remedy, and status 2."""
    url = await own_postgresql.create_database(postgresql, "names")
    settings = {
        "IVR_STORE__URL": url,
        "IVR_STORE__KEY": "one key for every worker of this test",
        "IVR_SPEECH__CACHE": str(tmp_path / "cache"),
        "IVR_AMI__ENABLED": "false",
    }
    first = Worker("ivr-1", tmp_path, settings)
    (tmp_path / "second").mkdir()
    second = replace(first, home=tmp_path / "second", ports=free_ports(), door=free_ports().media)
    try:
        await first.start()
        with pytest.raises(AssertionError, match="another server called 'ivr-1'"):
            await second.start()
        assert second.process is not None
        assert await second.process.wait() == 2
    finally:
        await first.end()
