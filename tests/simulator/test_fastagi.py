"""The FastAGI server against peers with every bad habit that panoramisk's server dies of."""

import asyncio
import socket
import struct
from collections.abc import Callable, Coroutine
from contextlib import suppress
from typing import Any

import pytest
from structlog.testing import capture_logs

from ivr.telephony.agi import AgiArgumentError, AgiCommandError, AgiError, AgiHungUp, AgiTimeout
from ivr.telephony.fastagi import AgiSession
from tests.telephony_fakes import ENVIRONMENT, RawPeer, fastagi, until

pytestmark = pytest.mark.simulator

Steps = Callable[[AgiSession], Coroutine[Any, Any, Any]]


async def ask(steps: Steps, *replies: bytes, environment: bytes = ENVIRONMENT) -> Any:
    """Run *steps* on a session whose peer answers each command with the next of *replies*, then closes."""
    outcome: asyncio.Future[Any] = asyncio.get_running_loop().create_future()

    async def handler(session: AgiSession) -> None:
        try:
            outcome.set_result(await steps(session))
        except AgiError as error:
            outcome.set_result(error)

    async with fastagi(handler) as server:
        peer = await RawPeer.connect(server.address[1])
        await peer.say(environment)
        for reply in replies:
            assert (await peer.line()).endswith(b"\n")
            await peer.say(reply)
        if not replies:
            await peer.aclose()
        result = await asyncio.wait_for(outcome, 3)
        await peer.aclose()
        return result


async def test_a_session_gives_orders_and_reads_variables() -> None:
    """Commands go out one by one, values come back, unset variables are None."""

    async def steps(session: AgiSession) -> object:
        await session.answer()
        await session.set_variable("IVR_WORDS", "je veux « quelqu'un »")
        return session.environment.channel, await session.get_variable("A"), await session.get_variable("B")

    replies = (b"200 result=0\n", b"200 result=1\n", b"200 result=1 (a b)\n", b"200 result=0\n")
    assert await ask(steps, *replies) == ("PJSIP/x-1", "a b", None)


async def test_connect_and_close_frees_the_server() -> None:
    """A port scan or a health check costs nothing (panoramisk: the whole process freezes)."""
    async with fastagi() as server:
        for _ in range(20):
            await (await RawPeer.connect(server.address[1])).aclose()
        half = await RawPeer.connect(server.address[1])
        await half.say(ENVIRONMENT[:40])
        await half.aclose()
        await until(lambda: server.connections == 0)


async def test_hang_up_notice_does_not_shift_the_replies() -> None:
    """An inline HANGUP is noted; the reply that follows belongs to the command under way."""

    async def steps(session: AgiSession) -> object:
        first, second = await session.get_variable("A"), await session.get_variable("B")
        return first, second, session.hung_up

    assert await ask(steps, b"HANGUP\n200 result=1 (A)\n", b"200 result=1 (B)\n") == ("A", "B", True)


async def test_a_notice_in_the_first_packet_is_not_lost() -> None:
    """A caller who hangs up while ringing is known to be gone when the handler starts."""

    async def steps(session: AgiSession) -> object:
        return session.hung_up

    assert await ask(steps, environment=ENVIRONMENT + b"HANGUP\n") is True


async def test_usage_does_not_shift_the_replies() -> None:
    """All lines of a 520 belong to one refusal."""

    async def steps(session: AgiSession) -> object:
        with pytest.raises(AgiCommandError, match="520"):
            await session.execute("GET VARIABLE")
        return await session.get_variable("B")

    usage = (
        b"520-Invalid command syntax.  Proper usage follows:\nUsage: x\n line 2\n\n520 End of proper usage.\n"
    )
    assert await ask(steps, usage, b"200 result=1 (B)\n") == "B"


async def test_a_peer_that_closes_has_hung_up() -> None:
    """End of stream, before or during a command, is a hang-up and no accident."""

    async def waits(session: AgiSession) -> object:
        await session.wait_hung_up()
        with pytest.raises(AgiHungUp):
            await session.answer()
        return session.hung_up

    assert await ask(waits) is True
    assert isinstance(await ask(AgiSession.answer), AgiHungUp)


async def test_a_dead_channel_has_hung_up() -> None:
    """511 is a hang-up too."""
    assert isinstance(
        await ask(AgiSession.answer, b"511 Command Not Permitted on a dead channel\n"), AgiHungUp
    )


async def test_a_value_is_only_a_value() -> None:
    """A variable that holds « hangup », or a time-out without result, is data."""

    async def steps(session: AgiSession) -> object:
        value = await session.get_variable("A")
        return value, (await session.execute("GET DATA", "x")).data, session.hung_up

    replies = (b"200 result=1 (hangup)\n", b"200 result= (timeout)\n")
    assert await ask(steps, *replies) == ("hangup", "timeout", False)


async def test_unanswerable_channels_are_an_error() -> None:
    """ANSWER with -1 says so."""
    assert isinstance(await ask(AgiSession.answer, b"200 result=-1\n"), AgiCommandError)


async def test_line_breaks_never_reach_the_wire() -> None:
    """A value with a line break is refused before anything is sent."""

    async def steps(session: AgiSession) -> object:
        with pytest.raises(AgiArgumentError):
            await session.set_variable("A", "x\nEXEC System rm")
        return await session.get_variable("A")

    assert await ask(steps, b"200 result=1 (clean)\n") == "clean"


async def test_a_late_reply_is_not_taken_for_the_next() -> None:
    """After a time-out the next command waits until the forgotten one has been answered."""

    async def steps(session: AgiSession) -> object:
        with pytest.raises(AgiTimeout):
            await session.execute("GET VARIABLE", "A", seconds=0.05)
        return await session.get_variable("B")

    async def handler(session: AgiSession) -> None:
        outcome.set_result(await steps(session))

    outcome: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
    async with fastagi(handler) as server:
        peer = await RawPeer.connect(server.address[1])
        await peer.say(ENVIRONMENT)
        assert await peer.line() == b"GET VARIABLE A\n"
        await asyncio.sleep(0.15)
        await peer.say(b"200 result=1 (A)\n")
        assert await peer.line() == b"GET VARIABLE B\n"
        await peer.say(b"200 result=1 (B)\n")
        assert await asyncio.wait_for(outcome, 3) == "B"
        await peer.aclose()


@pytest.mark.parametrize("pause", [0.0, 0.1])
async def test_a_reply_to_nothing_ends_the_session(pause: float) -> None:
    """A peer out of step is not trusted any further, in the first packet or later."""

    async def handler(session: AgiSession) -> None:
        await session.wait_hung_up()

    async with fastagi(handler) as server:
        peer = await RawPeer.connect(server.address[1])
        await peer.say(ENVIRONMENT if pause else ENVIRONMENT + b"200 result=1\n")
        await asyncio.sleep(pause)
        with suppress(ConnectionError):
            await peer.say(b"200 result=1\n")
        assert await peer.closed()


async def test_a_reset_is_a_hang_up() -> None:
    """A connection that breaks (RST) ends the session like one that closes."""
    outcome: asyncio.Future[str] = asyncio.get_running_loop().create_future()

    async def handler(session: AgiSession) -> None:
        await session.wait_hung_up()
        outcome.set_result("gone")

    async with fastagi(handler) as server:
        peer = await RawPeer.connect(server.address[1])
        await peer.say(ENVIRONMENT)
        await asyncio.sleep(0.05)
        linger = struct.pack("ii", 1, 0)
        peer.writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
        peer.writer.transport.abort()
        assert await asyncio.wait_for(outcome, 3) == "gone"


async def test_a_handler_that_fails_gives_the_call_back() -> None:
    """The connection is closed, so that the dialplan goes on; the next call is served."""

    async def handler(session: AgiSession) -> None:
        raise RuntimeError("bug")

    async with fastagi(handler) as server:
        for _ in range(2):
            peer = await RawPeer.connect(server.address[1])
            await peer.say(ENVIRONMENT)
            assert await peer.closed()


@pytest.mark.parametrize(
    ("failure", "level"),
    [
        (ConnectionResetError("gone"), "info"),
        (ExceptionGroup("call", [AgiHungUp("gone")]), "info"),
        (ExceptionGroup("call", [AgiHungUp("gone"), ValueError("bug")]), "error"),
        (ValueError("bug"), "error"),
    ],
)
async def test_a_lost_call_is_no_bug_and_a_bug_is_logged(failure: Exception, level: str) -> None:
    """A caller who hangs up early leaves no traceback; a bug beside it does."""

    async def handler(session: AgiSession) -> None:
        raise failure

    with capture_logs() as logs:
        async with fastagi(handler) as server:
            peer = await RawPeer.connect(server.address[1])
            await peer.say(ENVIRONMENT)
            assert await peer.closed()
    assert [line["log_level"] for line in logs] == [level]


async def test_slow_peers_are_closed() -> None:
    """The environment has a deadline, however steadily the bytes drip."""
    async with fastagi(environment_seconds=0.2) as server:
        peer = await RawPeer.connect(server.address[1])
        with pytest.raises((ConnectionError, TimeoutError, EOFError)):  # noqa: PT012 the drip is the point
            for byte in ENVIRONMENT[:-1] * 9:
                await peer.say(bytes((byte,)))
                if await asyncio.wait_for(peer.reader.read(1), 0.02) == b"":
                    raise EOFError
        assert await peer.closed()
        assert server.connections == 0


async def test_closing_cancels_calls_and_frees_their_peers() -> None:
    """Shutdown reaches handlers as a cancellation; Asterisk sees the session end."""
    cancelled = asyncio.Event()

    async def handler(session: AgiSession) -> None:
        try:
            await asyncio.sleep(60)
        except asyncio.CancelledError:
            cancelled.set()
            raise

    async with fastagi(handler) as server:
        peer = await RawPeer.connect(server.address[1])
        await peer.say(ENVIRONMENT)
        await asyncio.sleep(0.05)
        await server.aclose()
        assert cancelled.is_set()
        assert await peer.closed()


async def test_closing_lets_calls_finish_first() -> None:
    """With a drain time a call that ends by itself is not cancelled, and no new one is taken."""
    finished = asyncio.Event()

    async def handler(session: AgiSession) -> None:
        await asyncio.sleep(0.1)
        finished.set()

    async with fastagi(handler) as server:
        port = server.address[1]
        peer = await RawPeer.connect(port)
        await peer.say(ENVIRONMENT)
        await asyncio.sleep(0.02)
        await server.aclose(drain_seconds=3)
        assert finished.is_set()
        with pytest.raises(OSError, match="Connect"):
            await RawPeer.connect(port)
        await peer.aclose()
