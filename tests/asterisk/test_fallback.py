"""The dialplan when our server fails: the caller always ends at a person or at voicemail."""

import asyncio
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import pytest

from ivr.config import AgiSettings
from ivr.simulator.own_asterisk import OwnAsterisk
from ivr.simulator.phone import Phone
from ivr.telephony.fastagi import AgiSession, FastAgiServer
from tests.asterisk.sounds import AGENT, CALLER, hears, tone

pytestmark = pytest.mark.asterisk

Peer = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


async def closes_at_once(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.close()


async def talks_nonsense(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.write(b"\x00\xff garbage \r\n\r\n" * 20)
    await asyncio.sleep(0.2)
    writer.close()


async def stays_mute(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await asyncio.sleep(60)


async def dials_a_dead_media_port(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.readuntil(b"\n\n")
    writer.write(b"ANSWER\n")
    await reader.readline()
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    writer.write(f"EXEC AudioSocket 6ba7b810-9dad-41d1-80b4-00c04fd430c8,127.0.0.1:{port}\n".encode())
    await reader.readline()
    writer.close()


@asynccontextmanager
async def agi_server(port: int, peer: Peer) -> AsyncIterator[None]:
    """Something that listens where Asterisk expects our server."""
    tasks: set[asyncio.Task[None]] = set()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        tasks.add(task)
        try:
            await peer(reader, writer)
        except asyncio.CancelledError:
            writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", port)
    try:
        yield
    finally:
        server.close()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def reaches_the_agent(asterisk: OwnAsterisk) -> None:
    """Call; an agent must answer, and each must hear the other."""
    async with Phone() as caller, Phone("agent1", port=asterisk.ports.agent) as agent:
        async with asyncio.TaskGroup() as group:
            group.create_task(agent.answer(within=20))
            group.create_task(caller.call("0123456789", asterisk.ports.sip))
        async with asyncio.TaskGroup() as group:
            group.create_task(agent.say(tone(AGENT)))
            group.create_task(caller.say(tone(CALLER)))
        await asyncio.sleep(0.3)
        assert hears(caller.audio.heard(), AGENT)
        assert hears(agent.audio.heard(), CALLER)
        agent.hang_up()
        await caller.wait_for_end(5)


async def test_a_server_that_is_down(asterisk: OwnAsterisk) -> None:
    """AGI refused: the queue."""
    await reaches_the_agent(asterisk)


@pytest.mark.parametrize("peer", [closes_at_once, talks_nonsense, stays_mute, dials_a_dead_media_port])
async def test_a_server_that_misbehaves(asterisk: OwnAsterisk, peer: Peer) -> None:
    """Accepts then closes, garbage, mute past the grace time, audio refused: the queue."""
    async with agi_server(asterisk.ports.agi, peer):
        await reaches_the_agent(asterisk)


async def test_a_handler_that_fails(asterisk: OwnAsterisk) -> None:
    """A bug of ours in the middle of a call: our server lets the call go, and the queue takes it."""

    async def fail(session: AgiSession) -> None:
        await session.answer()
        raise RuntimeError("a bug")

    server = FastAgiServer(AgiSettings(port=asterisk.ports.agi), fail)
    await server.start()
    try:
        await reaches_the_agent(asterisk)
    finally:
        await server.aclose()


async def test_no_server_and_no_agent(asterisk: OwnAsterisk) -> None:
    """Nobody at all: the caller leaves a message, and it is kept."""
    async with Phone() as caller:
        await caller.call("0123456789", asterisk.ports.sip)
        async with asyncio.timeout(60):
            while "Recording the message" not in asterisk.log.read_text(errors="replace"):
                await asyncio.sleep(0.1)
        await caller.wait_for_quiet(0.5)
        await caller.say(tone(CALLER, 3))
        caller.hang_up()
        async with asyncio.timeout(10):
            while not list(asterisk.voicemail.glob("msg*.wav")):
                await asyncio.sleep(0.1)
