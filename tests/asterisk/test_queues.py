"""Queues, mailboxes and callbacks of real Asterisk: names as people write them, and what is missing."""

import asyncio

import pytest

from ivr.dialogue.actions import LeaveMessage, Transfer
from ivr.simulator.own_asterisk import OwnAsterisk
from ivr.simulator.phone import CallFailed, Phone
from tests.asterisk.test_channel_calls import serving
from tests.telephony_fakes import until

pytestmark = pytest.mark.asterisk

NAMES = ["600", "Assistance", "support.n1"]


async def with_queue(asterisk: OwnAsterisk, name: str) -> None:
    """Let *asterisk* have a queue called *name*, with the agent of the shipped one."""
    queues = asterisk._conf.parent / "queues.conf"
    member = "member => PJSIP/agent1,0,Agent 1,PJSIP/agent1"
    queues.write_text(f"{queues.read_text()}\n[{name}]\ntimeout = 5\nringinuse = no\n{member}\n")
    await asterisk.command("queue reload all")


@pytest.mark.parametrize("name", NAMES)
async def test_a_queue_may_be_called_what_people_call_it(asterisk: OwnAsterisk, name: str) -> None:
    """A caller is handed to it, and a callback goes through it: the agent sees whom he will talk to."""
    await with_queue(asterisk, name)
    ports = asterisk.ports
    async with serving(asterisk) as server, Phone("customer", port=ports.customer) as customer:
        async with Phone() as caller, Phone("agent1", port=ports.agent) as agent:
            await caller.call("0123456789", ports.sip)
            channel = await asyncio.wait_for(server.calls.get(), 5)
            await channel.transfer(Transfer(name, "requested"))
            await agent.answer(within=10)
            caller.hang_up()
            await agent.wait_for_end(5)
        async with Phone("agent1", port=ports.agent) as agent:
            booking = asyncio.create_task(server.ami.originate_callback("0612345678", name, "horaires"))
            await agent.answer(within=10)
            assert agent.invite is not None
            assert "0612345678" in agent.invite.header("From")
            await customer.answer(within=10)
            await booking
            assert customer.invite is not None
            assert name not in customer.invite.header("From")
            assert "0123456780" in customer.invite.header("From")
            agent.hang_up()
            await customer.wait_for_end(5)


async def test_nobody_is_told_from_all_are_busy(asterisk: OwnAsterisk) -> None:
    """Who has paused is not there; the queue takes no caller for him."""
    ports = asterisk.ports
    async with serving(asterisk) as server, Phone() as caller:
        await asterisk.command("queue pause member PJSIP/agent1")
        await until(lambda: bool((facts := server.ami.board.facts("support")) and facts.nobody), 5)
        await caller.call("0123456789", ports.sip)
        channel = await asyncio.wait_for(server.calls.get(), 5)
        await channel.transfer(Transfer("support", "requested"))
        session = await asyncio.wait_for(returned(server.sessions), 10)
        assert session.environment.options["returned"] == "joinempty"
        caller.hang_up()


async def returned(sessions: asyncio.Queue) -> object:  # type: ignore[type-arg]
    """Return the session of the caller who comes back."""
    await sessions.get()
    return await sessions.get()


async def test_a_missing_mailbox_ends_at_a_person(asterisk: OwnAsterisk) -> None:
    """Who wanted to leave a message and cannot is not told goodbye: an agent's phone rings."""
    await asterisk.command("dialplan set global IVR_MAILBOX 999@nowhere")
    ports = asterisk.ports
    async with serving(asterisk) as server, Phone() as caller, Phone("agent1", port=ports.agent) as agent:
        await caller.call("0123456789", ports.sip)
        channel = await asyncio.wait_for(server.calls.get(), 5)
        await channel.leave_message(LeaveMessage("closed"))
        await agent.answer(within=10)
        assert "IvrNoMessage" in asterisk.log.read_text(errors="replace")
        caller.hang_up()


@pytest.mark.parametrize("number", ["0899123456", "3949", "0044207946000"])
async def test_the_dialplan_calls_nobody_outside_the_number_plan(asterisk: OwnAsterisk, number: str) -> None:
    """Whoever originates a callback: premium rates, short and foreign numbers do not ring."""
    ports = asterisk.ports
    headers = {
        "Channel": "Local/agent@ivr-callback/n",
        "Context": "ivr-callback",
        "Exten": "customer",
        "Priority": "1",
        "Timeout": "20000",
        "Async": "true",
        "Variable": [f"__IVR_CALLBACK_NUMBER={number}", "__IVR_CALLBACK_QUEUE=support"],
    }
    async with (
        serving(asterisk) as server,
        Phone("agent1", port=ports.agent) as agent,
        Phone("customer", port=ports.customer) as customer,
    ):
        booking = asyncio.create_task(server.ami.action("Originate", headers, 25))
        await agent.answer(within=10)
        with pytest.raises(CallFailed, match="nobody called"):
            await customer.answer(within=3)
        agent.hang_up()
        booking.cancel()
