"""What became of a message in Asterisk's mailbox reaches the record, whenever the caller hung up."""

import asyncio
import random

import pytest

from ivr.call.messages import message_told
from ivr.dialogue.actions import LeaveMessage
from ivr.simulator.own_asterisk import OwnAsterisk
from ivr.simulator.phone import Phone
from ivr.telephony.ami import AmiClient
from ivr.telephony.amilink import Headers
from tests.asterisk.test_channel_calls import serving
from tests.telephony_fakes import until

pytestmark = pytest.mark.asterisk

SPEECH = random.Random(1).randbytes(16_000 * 4)
"""Four seconds of noise, 8 kHz: to a mailbox, somebody who speaks."""


@pytest.mark.parametrize(
    ("ends", "became"),
    [("in the greeting", "none"), ("at the beep", "none"), ("having spoken", "left"), ("no box", "refused")],
)
async def test_what_became_of_a_message_is_told(asterisk: OwnAsterisk, ends: str, became: str) -> None:
    """Left, or none because he hung up too early, or refused by a box that is not there."""
    if ends == "no box":
        await asterisk.command("dialplan set global IVR_MAILBOX 999@nowhere")
    told: list[Headers] = []
    async with serving(asterisk) as server, Phone() as caller:
        listening = AmiClient(server.ami._settings, told=told.append)
        await listening.start()
        await until(lambda: listening.connected)
        await caller.call("0123456789", asterisk.ports.sip)
        channel = await asyncio.wait_for(server.calls.get(), 5)
        session = await server.sessions.get()
        await server.ami.setvar(session.environment.channel, "IVR_CALL", "c1")
        await channel.leave_message(LeaveMessage("closed"))
        await asyncio.sleep(1.5)
        if ends in ("at the beep", "having spoken"):
            await caller.press("#")  # past the greeting
            await asyncio.sleep(1.2)
        if ends == "having spoken":
            await caller.say(SPEECH)
        if ends != "no box":
            caller.hang_up()
        await until(lambda: any(message_told(event) for event in told), 15)
        caller.hang_up()
        await listening.aclose()
    assert [message_told(event) for event in told if message_told(event)] == [("c1", became)]
