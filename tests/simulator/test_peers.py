"""Our own Asterisk's end of FastAGI, as far as the servers' tests do not use it."""

import asyncio
import socket

import pytest

from ivr.simulator.peers.agi_peer import AgiPeer
from ivr.telephony.agi import AgiCommandError
from ivr.telephony.fastagi import AgiSession
from tests.telephony_fakes import fastagi

pytestmark = pytest.mark.simulator


async def test_commands_get_the_answers_of_an_asterisk() -> None:
    """Variables come back as set; what is unknown is refused; the outcome is IVR_RESULT."""
    seen: list[object] = []

    async def handler(session: AgiSession) -> None:
        await session.set_variable("IVR_RESULT", "queue")
        seen.append(await session.get_variable("IVR_RESULT"))
        seen.append(await session.get_variable("IVR_OTHER"))
        with pytest.raises(AgiCommandError, match="510"):
            await session.execute("DANCE")
        seen.append(session.environment.options)

    async with fastagi(handler) as server:
        peer = AgiPeer(server.address, query="returned=busy", arguments=("intent=horaires",))
        assert await asyncio.wait_for(peer.run(), 3) == "queue"
        assert seen == ["queue", None, {"returned": "busy", "intent": "horaires"}]
        peer.set_variable("TIMEOUT(absolute)", "1")
        assert "TIMEOUT(absolute)" not in peer.variables


async def test_a_dead_audio_port_fails_the_application() -> None:
    """As on Asterisk: result -1, and the session goes on."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    results: list[str] = []

    async def handler(session: AgiSession) -> None:
        arguments = f"592272ef-ab59-4143-aa63-eb21d6622f7e,127.0.0.1:{port}"
        results.append((await session.run_application("AudioSocket", arguments)).result)

    async with fastagi(handler) as server:
        assert await asyncio.wait_for(AgiPeer(server.address).run(), 3) == ""
    assert results == ["-1"]
