"""Calls that an agent brings to the line: the channel is renamed, and the call stays ours."""

import asyncio
import re
import urllib.parse
from contextlib import AsyncExitStack

import pytest
from structlog.testing import capture_logs

from ivr.dialogue.events import PromptFinished
from ivr.simulator import phone as simulator
from ivr.simulator import sip
from ivr.simulator.own_asterisk import OwnAsterisk
from ivr.simulator.phone import Phone
from tests.asterisk.sounds import hears
from tests.asterisk.test_channel_calls import SERVER, greeting, next_event, serving
from tests.telephony_fakes import until

pytestmark = pytest.mark.asterisk


class TransferringPhone(Phone):
    """A phone with a transfer key."""

    def attended_transfer(self, other: Phone) -> None:
        """Connect whom we talk to with whom *other* talks to (REFER with Replaces, RFC 3891)."""
        leg, replaced = self._leg, other._leg
        remote = re.search(r"tag=([^;>]+)", replaced.remote)
        assert remote is not None
        replaces = urllib.parse.quote(f"{replaced.call_id};to-tag={remote[1]};from-tag={replaced.tag}")
        message = leg.request("REFER", simulator._branch())
        to = f"<{replaced.target}?Replaces={replaces}>"
        headers = (*message.headers, ("Refer-To", to), ("Referred-By", leg.local))
        self._send(sip.Message(message.start, headers))


async def test_an_attended_transfer_keeps_the_dead_man_switch(asterisk: OwnAsterisk) -> None:
    """The agent asks the line himself, then connects his caller: who is still served after the grace time."""
    await asterisk.command("dialplan add extension agent,1,Dial,PJSIP/agent1 into lab-callers")
    ports = asterisk.ports
    async with AsyncExitStack() as stack:
        logged = stack.enter_context(capture_logs())
        server = await stack.enter_async_context(serving(asterisk))
        agent = TransferringPhone("agent1", port=ports.agent)
        second, caller = Phone("agent1", number="101"), Phone(number="0612345641")
        for phone in (agent, second, caller):
            await stack.enter_async_context(phone)
        answering = asyncio.create_task(agent.answer())
        await caller.call("agent", ports.sip)
        await answering
        await second.call("0800100200", ports.sip)
        channel = await asyncio.wait_for(server.calls.get(), 5)
        agent.attended_transfer(second)
        await until(lambda: second.ended.is_set(), 5)
        await asyncio.sleep(asterisk.grace + 1.5)
        assert channel.events.empty(), asterisk.log.read_text(errors="replace")[-6000:]
        assert not caller.ended.is_set()
        await channel.say(greeting())
        assert await next_event(channel) == PromptFinished(1)
        assert hears(caller.audio.heard(), SERVER)
        assert "call.unguarded" not in [line["event"] for line in logged]
        await channel.hang_up()
        await caller.wait_for_end(5)
