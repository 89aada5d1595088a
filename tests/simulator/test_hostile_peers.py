"""Whatever else connects, a call in progress loses nothing and new callers come in."""

import asyncio
import random
import resource
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, suppress

import pytest

from ivr.dialogue.actions import Transfer
from ivr.dialogue.events import KeyPressed, PromptFinished
from ivr.telephony.audiosocket import encode_audio
from tests.switchboard import TONE, Call, Switchboard, say
from tests.telephony_fakes import ENVIRONMENT, RawPeer, until

pytestmark = pytest.mark.simulator

SPEECH = bytes(range(1, 251)) * 128
SPEED = 2.0
"""Faster than life, but slow enough that a busy machine's stalls stay within what a call absorbs."""


@pytest.fixture(autouse=True)
def many_files() -> Iterator[None]:
    """Both ends of a flood live in this process."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(4096, hard), hard))
    yield
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


@asynccontextmanager
async def witness() -> AsyncIterator[tuple[Switchboard, Call]]:
    """A call whose prompt and speech go on while the block runs, and must be whole after it."""
    async with Switchboard(speed=SPEED).running() as board:
        call = await board.call()
        assert call.peer.stream is not None
        await call.channel.say(say(1, "3" * 20))
        call.peer.stream.speak(SPEECH)
        yield board, call
        assert await call.event() == PromptFinished(1)
        await until(lambda: TONE * 16_000 in call.heard)
        await until(lambda: SPEECH in call.ear.heard)
        call.peer.stream.press("0")
        assert await call.event() == KeyPressed("0")
        await board_is_usable(board)
        await call.channel.transfer(Transfer("support", "requested"))
        assert await call.outcome() == "queue"


async def board_is_usable(board: Switchboard) -> None:
    """A new caller is served."""
    newcomer = await board.call(channel="PJSIP/newcomer-1")
    await newcomer.channel.say(say(1))
    assert await newcomer.event() == PromptFinished(1)
    await newcomer.channel.hang_up()
    assert await newcomer.outcome() == "done"


def ports(board: Switchboard) -> tuple[int, int]:
    """Return our two ports."""
    return board.front.address[1], int(board.media.address.rpartition(":")[2])


async def flood(port: int, count: int, data: bytes = b"") -> list[RawPeer]:
    """Open *count* connections and leave them open."""
    peers = []
    for _ in range(count):
        peers.append(await RawPeer.connect(port))
        if data:
            with suppress(ConnectionError):
                await peers[-1].say(data)
    return peers


@pytest.mark.parametrize("seed", range(3))
async def test_random_bytes(seed: int) -> None:
    """Noise of any length on both ports."""
    noise = random.Random(seed)
    async with witness() as (board, _):
        for port in ports(board) * 20:
            peer = await RawPeer.connect(port)
            with suppress(ConnectionError):
                await peer.say(noise.randbytes(noise.randrange(1, 3000)))
            await peer.aclose()


@pytest.mark.parametrize(
    "start",
    [
        b"agi_network",
        ENVIRONMENT[:-1],
        ENVIRONMENT + b"garbage\n",
        b"\x01",
        b"\x01\x00\x10half",
        b"\x10\x01\x40",
    ],
)
async def test_half_headers(start: bytes) -> None:
    """Beginnings that never go on, on both ports, closed or left open."""
    async with witness() as (board, _):
        for port in ports(board):
            for peer in await flood(port, 10, start):
                await peer.aclose()
        waiting = await flood(ports(board)[0], 10, start) + await flood(ports(board)[1], 10, start)
    for peer in waiting:
        await peer.aclose()


async def test_giant_lines() -> None:
    """Megabytes without an end are not kept, and end their own connection only."""
    async with witness() as (board, _):
        for port, lump in zip(ports(board), (b"a" * 65_536, encode_audio(bytes(65_534))), strict=True):
            peer = await RawPeer.connect(port)
            with suppress(ConnectionError):
                for _ in range(32):
                    await peer.say(lump)
            assert await peer.closed()


@pytest.mark.parametrize("listener", [0, 1])
async def test_five_hundred_silent_connections(listener: int) -> None:
    """A flood fills neither the house nor the memory: the oldest stranger gives way to each caller."""
    async with witness() as (board, _):
        peers = await flood(ports(board)[listener], 500)
        assert board.front.connections <= 400
        assert board.media.connections <= 400
        await board_is_usable(board)
        for peer in peers:
            await peer.aclose()
        await until(lambda: board.front.connections + board.media.connections < 10)


async def test_slow_loris() -> None:
    """One byte at a time, for ever, on both ports: cut by the deadline, unnoticed by the call."""

    async def drip(port: int) -> None:
        peer = await RawPeer.connect(port)
        with suppress(ConnectionError):
            for byte in (b"agi_" + b"x" * 10_000) if port == agi else b"\x01\x00\x10" + bytes(15):
                await peer.say(bytes((byte,)))
                await asyncio.sleep(0.02)
        await peer.aclose()

    async with witness() as (board, _):
        agi, audio = ports(board)
        async with asyncio.TaskGroup() as group:
            for port in (agi, audio) * 20:
                group.create_task(drip(port))
            await board_is_usable(board)


async def test_guessed_identities() -> None:
    """Streams that nobody ordered are cut, however many are tried."""
    noise = random.Random(7)
    async with witness() as (board, _):
        for _ in range(100):
            peer = await RawPeer.connect(ports(board)[1])
            with suppress(ConnectionError):
                await peer.say(b"\x01\x00\x10" + noise.randbytes(16) + encode_audio(bytes(320)))
            await peer.aclose()
        await until(lambda: board.media.connections == 1)
