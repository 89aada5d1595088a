"""Our channel on a real Asterisk: what fake peers cannot prove."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import pytest

from ivr.audio.ticker import Ticker
from ivr.config import AgiSettings, AmiSettings, CallSettings, MediaSettings
from ivr.dialogue.actions import LeaveMessage, Line, Listen, Rate, Say, Transfer
from ivr.dialogue.events import CallerHungUp, Event, KeyPressed, PromptFinished
from ivr.simulator.own_asterisk import OwnAsterisk
from ivr.simulator.phone import Phone
from ivr.telephony.ami import AmiClient
from ivr.telephony.caller import caller_from
from ivr.telephony.channel import AsteriskChannel
from ivr.telephony.fastagi import AgiSession, FastAgiServer
from ivr.telephony.media import MediaServer
from ivr.telephony.queueboard import QueueFacts
from tests.asterisk.sounds import AGENT, CALLER, hears, tone
from tests.telephony_fakes import ScriptedEar, until

pytestmark = pytest.mark.asterisk

SERVER = 440
"""Pitch of our voice."""


class PitchVoice:
    """Says every line as a second of our pitch."""

    async def render(self, lines: tuple[Line, ...], rate: Rate) -> tuple[bytes, ...]:
        return tuple(tone(SERVER) for _ in lines)


@dataclass
class Server:
    """What the tests need of a running server."""

    ami: AmiClient
    ticker: Ticker
    sessions: asyncio.Queue[AgiSession] = field(default_factory=asyncio.Queue)
    calls: asyncio.Queue[AsteriskChannel] = field(default_factory=asyncio.Queue)
    ears: list[ScriptedEar] = field(default_factory=list)
    release: asyncio.Event = field(default_factory=asyncio.Event)


@asynccontextmanager
async def serving(asterisk: OwnAsterisk, guarded: bool = True) -> AsyncIterator[Server]:
    """Our listeners and our login, where this Asterisk expects them."""
    ports = asterisk.ports
    ticker = Ticker()
    media = MediaServer(MediaSettings(port=ports.media), ticker)
    server = Server(AmiClient(AmiSettings(port=ports.ami, secret=asterisk.ami_secret)), ticker)
    settings = CallSettings(grace=asterisk.grace)

    def make_ear(post: Callable[[Event], None]) -> ScriptedEar:
        server.ears.append(ScriptedEar(post))
        return server.ears[-1]

    async def conduct(session: AgiSession) -> None:
        lifeline = server.ami if guarded else None
        channel = AsteriskChannel(session, media, PitchVoice(), make_ear, settings, lifeline)
        try:
            await channel.answer()
            server.sessions.put_nowait(session)
            server.calls.put_nowait(channel)
            await server.release.wait()
        finally:
            await channel.aclose()

    agi = FastAgiServer(AgiSettings(port=ports.agi), conduct)
    ticker.start()
    await media.start()
    await agi.start()
    await server.ami.start()
    try:
        await until(lambda: server.ami.board.facts("support") is not None, 10)
        yield server
    finally:
        server.release.set()
        await agi.aclose()
        await server.ami.aclose()
        await media.aclose()
        await ticker.aclose()


async def next_event(channel: AsteriskChannel) -> Event:
    return await asyncio.wait_for(channel.events.get(), 10)


def greeting(lines: int = 1) -> Say:
    return Say(1, (Line("accueil.1", "Bonjour"),) * lines)


async def test_speaking_listening_and_keys(asterisk: OwnAsterisk) -> None:
    """Both sides are heard, keys arrive, the caller's number is known, his hang-up is noticed."""
    async with serving(asterisk) as server, Phone(number="0612345678") as caller:
        await caller.call("0123456789", asterisk.ports.sip)
        channel = await asyncio.wait_for(server.calls.get(), 5)
        assert caller_from((await server.sessions.get()).environment).number == "0612345678"
        await channel.say(greeting())
        assert await next_event(channel) == PromptFinished(1)
        await channel.listen(Listen(1))
        await caller.say(tone(CALLER))
        await until(lambda: hears(bytes(server.ears[0].heard), CALLER), 5)
        assert hears(caller.audio.heard(), SERVER)
        await caller.press("4#")
        assert [await next_event(channel), await next_event(channel)] == [KeyPressed("4"), KeyPressed("#")]
        caller.hang_up()
        assert await next_event(channel) == CallerHungUp()


async def test_a_cut_prompt_is_silent_at_the_phone(asterisk: OwnAsterisk) -> None:
    """What was not yet sent when the prompt was stopped is never heard."""
    async with serving(asterisk) as server, Phone() as caller:
        await caller.call("0123456789", asterisk.ports.sip)
        channel = await asyncio.wait_for(server.calls.get(), 5)
        await channel.say(greeting(5))
        await caller.wait_for_sound()
        await channel.stop_prompt()
        await caller.wait_for_quiet(0.3, within=1)
        caller.hang_up()


async def test_a_transfer_shows_the_agent_what_it_is_about(asterisk: OwnAsterisk) -> None:
    """The agent's phone shows intent and words, both sides talk, and the board has seen it all."""
    async with (
        serving(asterisk) as server,
        Phone() as caller,
        Phone("agent1", port=asterisk.ports.agent) as agent,
    ):
        await caller.call("0123456789", asterisk.ports.sip)
        channel = await asyncio.wait_for(server.calls.get(), 5)
        answering = asyncio.create_task(agent.answer(within=20))
        words = "où est l'adresse MAC ?"
        await channel.transfer(Transfer("support", "requested", intent="adresse-mac", words=words))
        await answering
        assert agent.invite is not None
        assert "adresse-mac : où est l'adresse MAC ?" in agent.invite.header("From")
        async with asyncio.TaskGroup() as group:
            group.create_task(agent.say(tone(AGENT)))
            group.create_task(caller.say(tone(CALLER)))
        await asyncio.sleep(0.3)
        assert hears(caller.audio.heard(), AGENT)
        assert hears(agent.audio.heard(), CALLER)
        facts = server.ami.board.facts("support")
        assert facts is not None
        assert (facts.callers_waiting, facts.agents_free) == (0, 0)
        assert facts.hold_seconds is not None
        agent.hang_up()
        await caller.wait_for_end(5)
        await until(lambda: server.ami.board.facts("support") == QueueFacts(1, 0, facts.hold_seconds), 5)


async def test_voicemail_and_hanging_up(asterisk: OwnAsterisk) -> None:
    """The other two exits end where they say."""
    async with serving(asterisk) as server:
        async with Phone() as caller:
            await caller.call("0123456789", asterisk.ports.sip)
            channel = await asyncio.wait_for(server.calls.get(), 5)
            await channel.hang_up()
            await caller.wait_for_end(5)
        async with Phone() as caller:
            await caller.call("0123456789", asterisk.ports.sip)
            channel = await asyncio.wait_for(server.calls.get(), 5)
            await channel.leave_message(LeaveMessage("closed"))
            await until(lambda: "VoiceMail(" in asterisk.log.read_text(errors="replace"), 10)
            caller.hang_up()


async def test_the_dead_man_switch_is_renewed_through_ami(asterisk: OwnAsterisk) -> None:
    """A call outlives the grace time while we are well, and goes to a person when we stop renewing."""
    async with serving(asterisk) as server, Phone() as caller:
        await caller.call("0123456789", asterisk.ports.sip)
        channel = await asyncio.wait_for(server.calls.get(), 5)
        await asyncio.sleep(asterisk.grace + 1.5)
        assert channel.events.empty()
        assert channel._pulse is not None
        channel._pulse.cancel()  # as if our event loop had frozen
        async with Phone("agent1", port=asterisk.ports.agent) as agent:
            await agent.answer(within=asterisk.grace + 5)
            caller.hang_up()


async def test_ami_lost_in_the_middle_does_not_end_the_call(asterisk: OwnAsterisk) -> None:
    """The switch is disarmed through AGI; audio, keys and exits go on."""
    async with serving(asterisk) as server, Phone() as caller:
        await caller.call("0123456789", asterisk.ports.sip)
        channel = await asyncio.wait_for(server.calls.get(), 5)
        await server.ami.aclose()
        await asyncio.sleep(asterisk.grace + 1.5)
        await channel.say(greeting())
        assert await next_event(channel) == PromptFinished(1)
        await caller.press("7")
        assert await next_event(channel) == KeyPressed("7")
        assert hears(caller.audio.heard(), SERVER)
        await channel.hang_up()
        await caller.wait_for_end(5)


async def test_without_ami_calls_go_on_unguarded(asterisk: OwnAsterisk) -> None:
    """The switch is disarmed rather than fired at healthy calls."""
    async with serving(asterisk, guarded=False) as server, Phone() as caller:
        await caller.call("0123456789", asterisk.ports.sip)
        channel = await asyncio.wait_for(server.calls.get(), 5)
        await asyncio.sleep(asterisk.grace + 1.5)
        assert channel.events.empty()
        caller.hang_up()
        assert await next_event(channel) == CallerHungUp()


async def test_closing_a_call_without_an_exit_reaches_a_person(asterisk: OwnAsterisk) -> None:
    """A handler that fails gives the caller to the queue at once, and harms no other call."""
    async with serving(asterisk) as server, Phone() as other, Phone() as caller:
        await other.call("0123456789", asterisk.ports.sip)
        healthy = await asyncio.wait_for(server.calls.get(), 5)
        await caller.call("0123456789", asterisk.ports.sip)
        channel = await asyncio.wait_for(server.calls.get(), 5)
        async with Phone("agent1", port=asterisk.ports.agent) as agent:
            await channel.aclose()
            await agent.answer(within=5 + asterisk.grace)
            agent.hang_up()
        await healthy.say(greeting())
        assert await next_event(healthy) == PromptFinished(1)
        other.hang_up()


async def test_a_callback_connects_agent_and_customer(asterisk: OwnAsterisk) -> None:
    """The agent answers first, then the customer's phone rings."""
    async with (
        serving(asterisk) as server,
        Phone("agent1", port=asterisk.ports.agent) as agent,
        Phone("customer", port=asterisk.ports.customer) as customer,
    ):
        booking = asyncio.create_task(server.ami.originate_callback("0612345678", "support", "horaires"))
        await agent.answer(within=10)
        await customer.answer(within=10)
        await booking
        await customer.say(tone(CALLER))
        assert hears(agent.audio.heard(), CALLER)
        agent.hang_up()
        await customer.wait_for_end(5)
