"""What a flood or a dawdler does to a listener, for a while: the attackers of `bench.abuse`.

They live in a process of their own. Loopback only; every socket is closed at the end of its attack.
"""

import asyncio
import resource
from collections.abc import Callable, Coroutine
from contextlib import suppress
from multiprocessing.connection import Connection
from typing import Any
from uuid import UUID

from bench.child import answer
from ivr.telephony.audiosocket import encode_identity

Address = tuple[str, int]
Attack = Callable[[Address, float], Coroutine[Any, Any, int]]

ENVIRONMENT = b"agi_network: yes\nagi_channel: X/1\nagi_callerid: 0611111111\n\n"
FLOOD = (encode_identity(UUID(int=1)) + b"\x10\x00\x00" * 87_000)[: 1 << 18]
"""A quarter of a megabyte of the shortest messages."""
MANY = 1500
CONNECT_SECONDS = 3.0


def attack(pipe: Connection) -> None:
    """Run the attackers; the entry of the process."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, min(hard, 20_000)), hard))

    async def begin(name: str, host: str, port: int, seconds: float) -> int:
        return await ATTACKS[name][1]((host, port), seconds)

    asyncio.run(answer(pipe, {"begin": begin}))


def held(first: bytes = b"") -> Attack:
    """Open many connections, say *first* on each, and hold them; return how many were opened."""

    async def run(address: Address, seconds: float) -> int:
        writers: list[asyncio.StreamWriter] = []
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                while len(writers) < MANY:
                    if (writer := await _said(address, first)) is not None:
                        writers.append(writer)
                await asyncio.Event().wait()
        for writer in writers:
            writer.transport.abort()
        return len(writers)

    return run


def again(data: bytes, at_once: int) -> Attack:
    """Connect, send *data*, close, and again, from so many at once; return how often."""

    async def run(address: Address, seconds: float) -> int:
        count, end = 0, asyncio.get_running_loop().time() + seconds

        async def one() -> None:
            nonlocal count
            while asyncio.get_running_loop().time() < end:
                if (writer := await _said(address, data)) is not None:
                    with suppress(OSError, TimeoutError):
                        await asyncio.wait_for(writer.drain(), 0.5)
                    writer.transport.abort()
                    count += 1

        await asyncio.gather(*(one() for _ in range(at_once)))
        return count

    return run


async def _said(address: Address, data: bytes) -> asyncio.StreamWriter | None:
    try:
        async with asyncio.timeout(CONNECT_SECONDS):
            _, writer = await asyncio.open_connection(*address)
    except OSError:  # TimeoutError is one
        await asyncio.sleep(0.05)
        return None
    writer.write(data)
    return writer


ATTACKS: dict[str, tuple[str, Attack]] = {
    "audio: parser flood": ("media", again(FLOOD, 20)),
    "audio: silent connections": ("media", held()),
    "AGI: silent connections": ("agi", held()),
    "AGI: half an environment": ("agi", held(b"agi_network: yes\n")),
    "AGI: false calls": ("agi", held(ENVIRONMENT)),
    "AGI: false calls, again and again": ("agi", again(ENVIRONMENT, 100)),
    "console: idle connections": ("console", held()),
    "console: half a request": ("console", held(b"POST /connexion HTTP/1.1\r\nHost: 127.0.0.1\r\n")),
    "metrics: idle connections": ("monitoring", held()),
    "metrics: again and again": ("monitoring", again(b"GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n", 5)),
}
"""Name → the listener, and what is done to it."""
