"""Our server on a real Asterisk when it dies, freezes or fails in mid-call: a person takes over."""

import asyncio
import os
import re
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from ivr.simulator.own_asterisk import OwnAsterisk
from ivr.simulator.phone import Phone
from tests.asterisk.sounds import AGENT, CALLER, hears, tone

pytestmark = pytest.mark.asterisk

ROOT = Path(__file__).parents[2]


@asynccontextmanager
async def serving(
    asterisk: OwnAsterisk, home: Path, **settings: str
) -> AsyncIterator[asyncio.subprocess.Process]:
    """``ivr serve`` as a process of its own, on the ports of *asterisk*."""
    ports = asterisk.ports
    environment = {
        **os.environ,
        "IVR_AGI__PORT": str(ports.agi),
        "IVR_MEDIA__PORT": str(ports.media),
        "IVR_AMI__PORT": str(ports.ami),
        "IVR_AMI__SECRET": asterisk.ami_secret,
        "IVR_CALL__GRACE": "3",
        "IVR_CALL__DRAIN": "0",
        "PYTHONPATH": str(ROOT),
        **settings,
    }
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "ivr", "serve", cwd=home, env=environment,
        stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
    )  # fmt: skip
    assert process.stdout is not None
    lines: list[str] = []
    try:
        async with asyncio.timeout(180):
            while "server.ready" not in (line := (await process.stdout.readline()).decode()):
                assert line, "".join(lines)
                lines.append(line)
        reading = asyncio.create_task(_read(process.stdout, lines))
        yield process
    finally:
        if process.returncode is None:
            os.kill(process.pid, signal.SIGCONT)
            process.terminate()
        await process.wait()
    await reading


async def _read(stream: asyncio.StreamReader, lines: list[str]) -> None:
    while line := await stream.readline():
        lines.append(line.decode())


@asynccontextmanager
async def greeted(asterisk: OwnAsterisk) -> AsyncIterator[tuple[Phone, Phone]]:
    """A caller who hears the greeting of our server, and an agent whose phone is ready."""
    async with Phone() as caller, Phone("agent1", port=asterisk.ports.agent) as agent:
        await caller.call("0123456789", asterisk.ports.sip)
        await caller.wait_for_sound()
        await asyncio.sleep(1.0)
        yield caller, agent


async def talk(caller: Phone, agent: Phone) -> None:
    """The agent answers, and each hears the other."""
    await agent.answer(within=20)
    async with asyncio.TaskGroup() as group:
        group.create_task(agent.say(tone(AGENT)))
        group.create_task(caller.say(tone(CALLER)))
    await asyncio.sleep(0.3)
    assert hears(caller.audio.heard(), AGENT)
    assert hears(agent.audio.heard(), CALLER)
    agent.hang_up()
    await caller.wait_for_end(5)


async def test_the_server_is_killed_in_the_middle_of_a_call(asterisk: OwnAsterisk, tmp_path: Path) -> None:
    """SIGKILL while the prompt plays: the queue, at once."""
    async with serving(asterisk, tmp_path) as server, greeted(asterisk) as (caller, agent):
        server.kill()
        await talk(caller, agent)


async def test_the_server_freezes_in_the_middle_of_a_call(asterisk: OwnAsterisk, tmp_path: Path) -> None:
    """SIGSTOP: the dead-man switch fires within the grace time, then the queue."""
    async with serving(asterisk, tmp_path) as server, greeted(asterisk) as (caller, agent):
        os.kill(server.pid, signal.SIGSTOP)
        await talk(caller, agent)


async def test_the_server_is_stopped_in_the_middle_of_a_call(asterisk: OwnAsterisk, tmp_path: Path) -> None:
    """SIGTERM with calls that do not end in time: they go to a person, none is dropped."""
    async with serving(asterisk, tmp_path) as server, greeted(asterisk) as (caller, agent):
        server.terminate()
        await talk(caller, agent)


async def test_key_zero_reaches_the_agent_whose_phone_shows_why(
    asterisk: OwnAsterisk, tmp_path: Path
) -> None:
    """The hand-off carries its reason to the agent's phone."""
    async with serving(asterisk, tmp_path), greeted(asterisk) as (caller, agent):
        await caller.press("0")
        await talk(caller, agent)
        assert agent.invite is not None
        assert agent.invite.header("X-IVR-Reason") == "requested"


async def test_nobody_answers_and_the_caller_comes_back(asterisk: OwnAsterisk, tmp_path: Path) -> None:
    """After the queue gave up our server speaks again and offers what is left; then voicemail is kept."""
    async with serving(asterisk, tmp_path), greeted(asterisk) as (caller, agent):
        await caller.press("0")
        async with asyncio.timeout(30):
            while len(re.findall(r'AGI\("PJSIP', asterisk.log.read_text(errors="replace"))) < 2:
                await asyncio.sleep(0.1)
        assert agent.invite is not None
        before = asyncio.get_running_loop().time()
        async with asyncio.timeout(15):
            while caller.audio.first_sound_after(before) is None:
                await asyncio.sleep(0.05)
