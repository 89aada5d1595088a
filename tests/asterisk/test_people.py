"""People at the end of real calls: a callback booked by voice and kept, a supervisor's hand-off."""

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import pytest

from ivr.app import Server
from ivr.call.driver import Observer
from ivr.config import load_settings
from ivr.dialogue.ports import Caller
from ivr.progress import Progress
from ivr.simulator.asterisk_line import AgentDesk, AsteriskLine
from ivr.simulator.circumstances import Circumstances
from ivr.simulator.own_asterisk import OwnAsterisk
from ivr.simulator.phone import Phone
from ivr.simulator.rehearsal import CALLER_VOICES, callers_voice, occupy_colleague, on_stage
from ivr.simulator.runner import Runner
from ivr.simulator.script import End, Hear, Interrupt, ScriptedCall, Speak
from ivr.simulator.trace import CallTrace
from ivr.simulator.voices import ScriptVoice
from ivr.store import promises
from ivr.store.database import Database
from ivr.store.journal import recent
from ivr.store.queries import CallbackRow
from tests.asterisk.sounds import AGENT, CALLER, hears, tone
from tests.console_site import PASSWORD
from tests.stored import find_callbacks

pytestmark = pytest.mark.asterisk

NUMBER = "0612345688"


@asynccontextmanager
async def serving(
    asterisk: OwnAsterisk, around: Circumstances, home: Path, trace: CallTrace
) -> AsyncIterator[Server]:
    """Our whole server, in this process, on the ports of *asterisk*."""

    def observers(call_id: str, caller: Caller) -> Observer:
        return trace.observe

    settings = around.settings(load_settings(None), "")
    settings = on_stage(settings, asterisk.ports, asterisk.ami_secret, home)
    async with Server(settings, observers, Progress(quiet=True)) as server:
        yield server


async def each_hears_the_other(customer: Phone, agent: Phone) -> None:
    """Both talk at once; each phone got the other's tone."""
    async with asyncio.TaskGroup() as group:
        group.create_task(agent.say(tone(AGENT)))
        group.create_task(customer.say(tone(CALLER)))
    await asyncio.sleep(0.3)
    assert hears(customer.audio.heard(), AGENT)
    assert hears(agent.audio.heard(), CALLER)


async def kept(server: Server) -> list[CallbackRow]:
    """Promises in the record that were kept."""
    return list(await find_callbacks(database_of(server), promises.DONE))


BOOKING = ScriptedCall(
    "callback", NUMBER,
    (
        Interrupt("un conseiller", after=1.0), Hear("tr.occupe.choix"),
        Speak("être rappelé"), Hear("cb.numero"),
        Speak("oui"), Hear("cb.creneau"),
        Speak("au revoir"), Hear("cb.ok"),
    ),
    End("hang-up"),
)  # fmt: skip


async def test_a_callback_booked_by_voice_is_kept(asterisk: OwnAsterisk, tmp_path: Path) -> None:
    """Nobody is free; as soon as somebody is, the agent's phone rings, then the caller's, and they talk."""
    trace = CallTrace()
    await asterisk.command("queue pause member PJSIP/agent1")
    await occupy_colleague(asterisk)
    async with (
        serving(asterisk, Circumstances(agents_free=0, callback=True), tmp_path, trace) as server,
        callers_voice(server.settings, CALLER_VOICES[0]) as voices,
        Phone("agent1", port=asterisk.ports.agent) as agent,
        Phone("customer", port=asterisk.ports.customer) as customer,
    ):
        async with AsteriskLine(asterisk, NUMBER, AgentDesk(asterisk, b"")) as line:
            report = await Runner(BOOKING, line, trace, ScriptVoice(voices)).run()
        assert report.failures == []
        assert await kept(server) == []
        await asterisk.command("queue unpause member PJSIP/agent1")
        await agent.answer(within=20)
        await customer.answer(within=10)
        assert customer.invite is not None
        assert NUMBER in customer.invite.start
        await each_hears_the_other(customer, agent)
        async with asyncio.timeout(10):
            while not (done := await kept(server)):
                await asyncio.sleep(0.1)
        assert [(each.slot, each.tries) for each in done] == [("", 1)]
        agent.hang_up()
        await customer.wait_for_end(5)


async def test_a_supervisor_hands_a_live_call_off(asterisk: OwnAsterisk, tmp_path: Path) -> None:
    """One click in « En direct »: the prompt stops, an agent's phone rings and shows why, they talk."""
    trace = CallTrace()
    async with (
        serving(asterisk, Circumstances(agents_free=1), tmp_path, trace) as server,
        signed_up(server) as browser,
        Phone(number=NUMBER) as caller,
        Phone("agent1", port=asterisk.ports.agent) as agent,
    ):
        await caller.call("0123456789", asterisk.ports.sip)
        await trace.wait(lambda: trace.speaking, 10)
        shown = (await browser.get("/")).text
        assert "assistant vocal" in shown
        (button,) = re.findall(r'action="(/appels/\w+/conseiller)"', shown)
        assert (await browser.post(button)).status_code == 303
        await agent.answer(within=20)
        assert agent.invite is not None
        assert agent.invite.header("X-IVR-Reason") == "supervisor"
        await each_hears_the_other(caller, agent)
        assert (await browser.post(button)).status_code == 409
        assert button not in (await browser.get("/")).text
        agent.hang_up()
        await caller.wait_for_end(5)
        assert "hand-off" in [entry.action for entry in await recent(database_of(server))]


@asynccontextmanager
async def signed_up(server: Server) -> AsyncIterator[httpx.AsyncClient]:
    """The first administrator's browser, by the link that the server prints."""
    link = await server.invite()
    address = link.partition("/inscription/")[0]
    headers = {"Origin": address, "Sec-Fetch-Site": "same-origin"}
    form = {"login": "camille", "name": "Camille", "password": PASSWORD, "again": PASSWORD}
    async with httpx.AsyncClient(base_url=address, headers=headers, timeout=30) as browser:
        assert (await browser.post(link, data=form)).status_code == 303
        yield browser


def database_of(server: Server) -> Database:
    """The record of *server*."""
    assert server.office.recorder is not None
    return server.office.recorder.database
