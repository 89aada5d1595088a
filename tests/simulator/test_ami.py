"""The manager interface against an Asterisk that has every bad manner panoramisk does not survive."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

import pytest
from panoramisk import Manager
from structlog.testing import capture_logs

from ivr.config import AmiSettings, CallSettings
from ivr.simulator.peers.agi_peer import AgiPeer
from ivr.simulator.peers.ami_peer import AmiPeer
from ivr.telephony.ami import AmiClient
from ivr.telephony.amilink import AmiError, AmiRefused, AmiTimeout, AmiUnavailable
from ivr.telephony.queueboard import QueueFacts
from tests.switchboard import Switchboard
from tests.telephony_fakes import until

pytestmark = pytest.mark.simulator

QUEUES = [
    {"Event": "QueueParams", "Queue": "support", "Completed": "0", "Holdtime": "0"},
    {"Event": "QueueMember", "Queue": "support", "Location": "PJSIP/agent1", "Status": "1", "Paused": "0"},
]


class Phone:
    """A channel that remembers its variables."""

    def __init__(self) -> None:
        self.variables: dict[str, str] = {}

    def set_variable(self, name: str, value: str) -> None:
        self.variables[name] = value


@asynccontextmanager
async def linked(
    secret: str = "secret", ping_seconds: float = 5.0
) -> AsyncIterator[tuple[AmiPeer, AmiClient]]:
    """A peer and a client that tries to log in."""
    peer = AmiPeer()
    peer.queues = list(QUEUES)
    await peer.start()
    settings = AmiSettings(port=peer.port, secret=secret, timeout=0.3)
    client = AmiClient(settings, retry_seconds=0.05, ping_seconds=ping_seconds)
    await client.start()
    try:
        yield peer, client
    finally:
        await client.aclose()
        await peer.aclose()


@asynccontextmanager
async def connected(ping_seconds: float = 5.0) -> AsyncIterator[tuple[AmiPeer, AmiClient]]:
    """The same, once the board is known."""
    async with linked(ping_seconds=ping_seconds) as (peer, client):
        await until(lambda: client.board.facts("support") is not None)
        yield peer, client


def names(peer: AmiPeer) -> list[str]:
    """Return the names of the actions received."""
    return [action["action"] for action in peer.actions]


async def test_the_board_follows_the_queues() -> None:
    """QueueStatus at login, events after it."""
    async with connected() as (peer, client):
        assert client.board.facts("support") == QueueFacts(1, 0, None)
        await peer.event("QueueCallerJoin", Queue="support", Uniqueid="1")
        await peer.event("AgentConnect", Queue="support", Uniqueid="1", HoldTime="7")
        await until(lambda: client.board.facts("support") == QueueFacts(1, 0, 7.0))


async def test_a_channel_is_renewed() -> None:
    """The dead-man switch is set through Setvar; a channel that is gone says no."""
    async with connected() as (peer, client):
        phone = peer.channels["PJSIP/x-1"] = Phone()
        assert await client.renew("PJSIP/x-1", 10) == ""
        assert phone.variables == {"TIMEOUT(absolute)": "10"}
        assert await client.renew("PJSIP/gone", 10) == "Setvar: No such channel"


async def test_a_whole_call_is_kept_by_its_life_sign() -> None:
    """The client is the channel's lifeline: the call outlives its grace time, and ends when AMI freezes."""
    async with connected() as (peer, client):

        def placed(phone: AgiPeer) -> None:
            peer.channels[phone.unique_id] = phone

        board = Switchboard(lifeline=client, settings=CallSettings(grace=0.8), placed=placed)
        async with board.running():
            call = await board.call()
            await asyncio.sleep(1.2)
            assert not call.task.done()
            assert call.channel._pulse is not None
            call.channel._pulse.cancel()  # as if our event loop had frozen
            assert await call.outcome() == "timeout"


async def test_no_global_variable_is_set_by_mistake() -> None:
    """Setvar without a channel is refused here."""
    async with connected() as (peer, client):
        with pytest.raises(AmiRefused):
            await client.setvar("", "A", "1")
        assert "Setvar" not in names(peer)


async def test_a_callback_finds_an_agent_first() -> None:
    """The agent's side goes through the queue; the customer's number is a variable."""
    async with connected() as (peer, client):
        await client.originate_callback("0612345678", "support", "horaires")
        action = peer.actions[-1]
        assert action["channel"] == "Local/agent@ivr-callback/n"
        assert (action["context"], action["exten"]) == ("ivr-callback", "customer")
        peer.originates = False
        with pytest.raises(AmiRefused):
            await client.originate_callback("0612345678", "support")
        with pytest.raises(AmiRefused):
            await client.originate_callback("0612&SIP/evil", "support")


async def test_values_cannot_smuggle_headers() -> None:
    """A line break in a value is sent as a space."""
    async with connected() as (peer, client):
        peer.channels["x  Action: Reload"] = Phone()
        await client.setvar("x\r\nAction: Reload", "A", "1\r\n\r\nAction: Reload")
        assert "Reload" not in names(peer)
        assert peer.actions[-1]["value"] == "1    Action: Reload"


async def test_an_unanswered_action_is_given_up_and_never_replayed() -> None:
    """After a time-out and a reconnect, Asterisk is not asked again (panoramisk replays « core stop »)."""
    async with connected() as (peer, client):
        peer.mute = True
        with pytest.raises(AmiTimeout):
            await client.redirect("PJSIP/x-1", "ivr-handoff")
        hanging = asyncio.create_task(client.redirect("PJSIP/x-2", "ivr-handoff"))
        await until(lambda: names(peer).count("Redirect") == 2)
        peer.mute = False
        peer.drop()
        with pytest.raises(AmiUnavailable):
            await hanging
        await until(lambda: names(peer).count("Login") == 2 and client.connected)
        await peer.event("FullyBooted", Status="Fully Booted")
        await client.ping()
        assert names(peer).count("Redirect") == 2


async def test_actions_without_a_connection_fail_at_once() -> None:
    """Before, between and after connections nothing waits for a better day."""
    client = AmiClient(AmiSettings(port=1))
    with pytest.raises(AmiUnavailable):
        await client.ping()
    async with connected() as (peer, live):
        port = peer.port
        await peer.aclose()
        await until(lambda: not live.connected)
        with pytest.raises(AmiUnavailable):
            await live.ping()
        assert live.board.facts("support") is None
        await peer.start(port)
        await until(lambda: live.connected)
        await live.aclose()
        with pytest.raises(AmiUnavailable):
            await live.ping()


async def test_closing_while_asterisk_is_away_is_final(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody logs in again behind our back, however quick panoramisk would be."""
    monkeypatch.setitem(Manager.defaults, "reconnect_timeout", 0)
    async with connected() as (peer, client):
        port = peer.port
        await peer.aclose()
        await until(lambda: "Connect call failed" in client.problem)
        await client.aclose()
        peer.actions.clear()
        await peer.start(port)
        await asyncio.sleep(0.2)
        assert peer.actions == []
        assert peer.connections == 0


async def test_a_wrong_secret_is_reported_once() -> None:
    """The log names the remedy, and is not flooded by the attempts."""
    with capture_logs() as logs:
        async with linked(secret="wrong") as (peer, client):
            await until(lambda: names(peer).count("Login") > 2)
            assert not client.connected
            assert "manager.conf" in client.problem
            with pytest.raises(AmiUnavailable, match="secret"):
                await client.ping()
    assert [line["log_level"] for line in logs if line["event"] == "ami.unavailable"] == ["error"]


async def test_a_mute_asterisk_is_noticed() -> None:
    """Unanswered pings end the connection, and the board says « unknown »."""
    async with connected(ping_seconds=0.1) as (peer, client):
        await until(lambda: "Ping" in names(peer))
        peer.mute = True
        await until(lambda: client.board.facts("support") is None)
        assert client.problem
        peer.mute = False
        await until(lambda: client.connected and not client.problem)


async def test_a_mute_login_is_given_up() -> None:
    """A port that accepts and says nothing is not waited for."""
    peer = AmiPeer()
    peer.mute = True
    await peer.start()
    client = AmiClient(AmiSettings(port=peer.port, timeout=0.1), retry_seconds=0.05)
    await client.start()
    await until(lambda: names(peer).count("Login") > 1)
    await client.aclose()
    await peer.aclose()


async def test_letters_cut_by_tcp_survive() -> None:
    """A UTF-8 letter split over two segments is one letter."""
    async with connected() as (peer, client):
        event = "Event: QueueParams\r\nQueue: hélène\r\nCompleted: 0\r\n\r\n".encode()
        joined = "Event: QueueCallerJoin\r\nQueue: hélène\r\nUniqueid: 1\r\n\r\n".encode()
        client.board.replace([{"event": "QueueParams", "queue": "hélène"}])
        cut = joined.index("é".encode()) + 1
        await peer.raw(event + joined[:cut])
        await asyncio.sleep(0.05)
        await peer.raw(joined[cut:])
        await until(lambda: client.board.facts("hélène") == QueueFacts(0, 1, None, nobody=True))


@pytest.mark.parametrize(
    "noise",
    [
        b"\xff\xfe\x00\r\n\r\n",
        b"Event: A\r\nEvent: B\r\nQueue: support\r\n\r\n",
        b"Response: Success\r\nActionID: unknown\r\n\r\n",
        b"Event: QueueMemberStatus\r\nQueue: support\r\n\r\n",
        b"\r\n\r\n\r\n\r\n",
    ],
)
async def test_nonsense_changes_nothing(noise: bytes) -> None:
    """Strange messages neither break the connection nor lose the next event."""
    async with connected() as (peer, client):
        await peer.raw(noise)
        await peer.event("QueueCallerJoin", Queue="support", Uniqueid="1")
        await until(lambda: (client.board.facts("support") or QueueFacts(0, 0, None)).callers_waiting == 1)
        assert names(peer).count("Login") == 1


async def test_an_endless_message_ends_the_connection() -> None:
    """What has no end is not collected for ever."""
    async with connected() as (peer, client):
        with suppress(ConnectionError):
            for _ in range(40):
                await peer.raw(b"x" * 65_536)
        await until(lambda: names(peer).count("Login") == 2 and client.connected)


async def test_errors_are_one_family() -> None:
    """Whoever asks AMI can catch one type."""
    assert all(issubclass(kind, AmiError) for kind in (AmiRefused, AmiTimeout, AmiUnavailable))
