"""Several Asterisks: each call is kept alive where it is, each callback goes where somebody is free."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

import pytest

from ivr.config import AmiSettings, OtherAsterisk
from ivr.simulator.peers.ami_peer import AmiPeer
from ivr.telephony.ami_logins import AmiLogins
from tests.simulator.test_ami import Phone, names
from tests.telephony_fakes import until

pytestmark = pytest.mark.simulator


def queue(status: str) -> list[dict[str, str]]:
    return [
        {"Event": "QueueParams", "Queue": "support", "Completed": "0", "Holdtime": "0"},
        {"Event": "QueueMember", "Queue": "support", "Name": status, "Location": status, "Status": status},
    ]


@asynccontextmanager
async def two() -> AsyncIterator[tuple[AmiPeer, AmiPeer, AmiLogins]]:
    """Two Asterisks and our logins at both: the agent of the first is busy, that of the second free."""
    first, second = AmiPeer(), AmiPeer()
    first.queues, second.queues = queue("2"), queue("1")
    async with AsyncExitStack() as stack:
        for peer in (first, second):
            await peer.start()
            stack.push_async_callback(peer.aclose)
        others = [OtherAsterisk(host="127.0.0.1", port=second.port)]
        logins = AmiLogins(AmiSettings(port=first.port, secret="secret", timeout=0.3, others=others))
        await logins.start()
        stack.push_async_callback(logins.aclose)
        await until(lambda: not logins.problem)
        await until(lambda: all(client.board.facts("support") for client in logins.clients))
        yield first, second, logins


async def test_a_call_is_kept_alive_where_it_is() -> None:
    """A call of one Asterisk never touches a call of the other, though their channels have the same name."""
    async with two() as (first, second, logins):
        mine, other = Phone(), Phone()
        second.channels["b-1790000000.1"], first.channels["PJSIP/x-1"] = mine, other
        for _ in range(2):
            assert await logins.renew("b-1790000000.1", 10) == ""
        assert mine.variables == {"TIMEOUT(absolute)": "10"}
        assert (names(first).count("Setvar"), names(second).count("Setvar")) == (1, 2)
        assert other.variables == {}
        assert "No such channel" in await logins.renew("a-1790000000.9", 10)


async def test_a_caller_hears_of_the_queue_he_would_come_into() -> None:
    """Once it is known which Asterisk has him; before that, of any."""
    async with two() as (first, _, logins):
        first.channels["a-1"] = Phone()
        board = logins.board_of("a-1")
        facts = board.facts("support")
        assert facts is not None
        assert facts.agents_free == 1
        await logins.renew("a-1", 10)
        facts = board.facts("support")
        assert facts is not None
        assert facts.agents_free == 0
        assert [agent.name for agent in logins.agents("support")] == ["2", "1"]


async def test_a_callback_goes_where_an_agent_is_free() -> None:
    """Whichever Asterisk the promise was made on."""
    async with two() as (first, second, logins):
        await logins.originate_callback("0612345678", "support")
        assert ("Originate" in names(first), "Originate" in names(second)) == (False, True)


async def test_what_cannot_be_reached_is_named() -> None:
    """One of two is away: calls of the other are guarded, and the problem says which."""
    async with two() as (first, second, logins):
        port = second.port
        await second.aclose()
        await until(lambda: bool(logins.problem))
        assert f"127.0.0.1:{port}" in logins.problem
        assert logins.connected
        first.channels["a-1"] = Phone()
        assert await asyncio.wait_for(logins.renew("a-1", 10), 5) == ""


def test_others_have_what_the_first_has_unless_they_say_otherwise() -> None:
    """One secret in the environment is enough for all."""
    settings = AmiSettings(
        host="a", port=5039, secret="s", others=[OtherAsterisk(host="b"), OtherAsterisk(host="c", secret="t")]
    )
    found = [(each.host, each.port, each.username, each.secret) for each in settings.each()]
    assert found == [("a", 5039, "ivr", "s"), ("b", 5038, "ivr", "s"), ("c", 5038, "ivr", "t")]
