"""What floods and dawdlers can do to an HTTP listener beside the calls: nothing but be put out."""

import asyncio
import itertools
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ivr import http_server
from ivr.config import MonitoringSettings
from ivr.health import Readiness, health_app
from ivr.http_server import HttpServer
from ivr.metrics import Metrics
from tests.telephony_fakes import RawPeer, until

pytestmark = pytest.mark.contract

REQUEST = b"GET /health HTTP/1.1\r\nHost: here\r\n\r\n"


@asynccontextmanager
async def serving(connections: int = 50) -> AsyncIterator[HttpServer]:
    server = HttpServer(
        MonitoringSettings(port=0, connections=connections), health_app(Metrics().registry, Readiness())
    )
    await server.start()
    try:
        yield server
    finally:
        await server.aclose()


def port(server: HttpServer) -> int:
    return int(server.address.rpartition(":")[2])


async def asked(peer: RawPeer, request: bytes = REQUEST) -> bytes:
    await peer.say(request)
    head = await asyncio.wait_for(peer.reader.readuntil(b"\r\n\r\n"), 10)
    await asyncio.wait_for(peer.reader.readexactly(len(b'{"status":"ok"}')), 10)
    return head.splitlines()[0]


async def test_silent_connections_give_way() -> None:
    """The oldest is put out; whoever asks is answered, again and again on the same connection."""
    async with serving(connections=5) as server, AsyncExitStack() as stack:
        silent = [await RawPeer.connect(port(server)) for _ in range(12)]
        for peer in silent:
            stack.push_async_callback(peer.aclose)
        await until(lambda: server.gate.refused == 7)
        asking = await RawPeer.connect(port(server))
        stack.push_async_callback(asking.aclose)
        for _ in range(3):
            assert await asked(asking) == b"HTTP/1.1 200 OK"
        assert len(server.gate) == 5
    assert len(server.gate) == 0


async def test_a_request_has_its_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing at all, half a head, half a body, and nothing after an answer: all are put out."""
    for name in ("HEAD_SECONDS", "BODY_SECONDS"):
        monkeypatch.setattr(http_server, name, 0.2)
    half_body = b"POST /health HTTP/1.1\r\nHost: here\r\nContent-Length: 10\r\n\r\n12345"
    async with serving() as server:
        for sent in (b"", REQUEST[:-2], half_body):
            peer = await RawPeer.connect(port(server))
            await peer.say(sent)
            assert await peer.closed()
        answered = await RawPeer.connect(port(server))
        await asked(answered)
        assert await answered.closed()
        await until(lambda: len(server.gate) == 0)


async def test_a_head_without_an_end_is_refused() -> None:
    """It is not kept in memory for ever."""
    async with serving() as server:
        peer = await RawPeer.connect(port(server))
        await peer.say(b"GET /health HTTP/1.1\r\n" + b"X: " + b"x" * 100_000)
        assert await peer.closed()


@settings(max_examples=20)
@given(st.lists(st.integers(1, len(REQUEST) - 1), max_size=5, unique=True))
def test_however_a_request_is_cut_it_is_answered(cuts: list[int]) -> None:
    """In one packet or in many."""

    async def ask() -> None:
        async with serving() as server:
            peer = await RawPeer.connect(port(server))
            places = [0, *sorted(cuts), len(REQUEST)]
            for start, end in itertools.pairwise(places):
                await peer.say(REQUEST[start:end])
                await asyncio.sleep(0)
            assert await asked(peer, b"") == b"HTTP/1.1 200 OK"
            await peer.aclose()

    asyncio.run(ask())


async def test_an_address_of_ipv6_can_be_opened() -> None:
    """Brackets around it, as in every link."""
    settings_ = MonitoringSettings(host="::1", port=0)
    server = HttpServer(settings_, health_app(Metrics().registry, Readiness()))
    await server.start()
    try:
        assert server.address.startswith("[::1]:")
    finally:
        await server.aclose()
