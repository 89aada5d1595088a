"""Calls in progress on a real server, from the supervisor's browser: seen, overheard, handed to an agent."""

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from playwright.async_api import Browser, Page, expect

from ivr.app import Server
from ivr.config import (
    AgiSettings,
    AmiSettings,
    CallSettings,
    ConsoleSettings,
    MediaSettings,
    MonitoringSettings,
    Settings,
    SpeechSettings,
    StoreSettings,
)
from ivr.console.accounts import Accounts, Role
from ivr.simulator.fake_line import FakeLine
from ivr.simulator.peers.ami_peer import AmiPeer
from ivr.store.journal import recent
from ivr.store.queries import read_call
from tests.browser.visit import Visit
from tests.console_site import PASSWORD, copy_prompts

pytestmark = pytest.mark.browser

AGENTS = [
    {"Event": "QueueParams", "Queue": "support", "Completed": "3", "Holdtime": "20"},
    {"Event": "QueueMember", "Queue": "support", "Name": "Léa", "Location": "PJSIP/101", "Status": "1"},
    {"Event": "QueueMember", "Queue": "support", "Name": "Ali", "Location": "PJSIP/102", "Status": "2"},
]


async def test_a_call_is_seen_overheard_and_handed_to_an_agent(tmp_path: Path, chromium: Browser) -> None:
    """The supervisor sees who calls and who is free, listens, and gives the call to the queue: there it goes.

    Another call ends while he listens, and both eye and ear are told.
    """
    async with serving(tmp_path) as (server, ami):
        visit = Visit("", lambda role: signed_in(server, chromium))
        page = await visit.window()
        await expect(page.locator(".agents")).to_contain_text("Léa libre")
        await expect(page.locator(".agents")).to_contain_text("Ali en ligne")
        async with FakeLine(server.agi.address, ami, "0612345678") as line:
            await line.dial()
            await expect(page.locator("[data-live]")).to_have_text("1")
            await visit.picture(page, "live-agents")
            await page.get_by_role("link", name="Écouter l'appel").click()
            await expect(page.get_by_text("en avoir été informés")).to_be_visible()
            await listen(page)
            await visit.picture(page, "overhear", dark=True)
            page.on("dialog", lambda dialog: dialog.accept())
            await page.get_by_role("button", name="Passer à un conseiller").click()
            assert await asyncio.wait_for(line.agent_answered(), 30)
            assert (line.variables["IVR_QUEUE"], line.variables["IVR_REASON"]) == ("support", "supervisor")
        await expect(page.locator("[data-live]")).to_have_text("0")
        async with FakeLine(server.agi.address, ami, "0612345679") as line:
            await line.dial()
            await page.get_by_role("link", name="Écouter l'appel").click()
            await listen(page)
            line.hang_up()
            await expect(page.get_by_role("status")).to_have_text("L'appel est terminé.")
            await expect(page.locator("[data-ended]")).to_be_visible()
        assert await noted(server) == ["overhear", "hand-off", "overhear"]
        assert visit.complaints == []


async def listen(page: Page) -> None:
    """Overhear a second of the call."""
    button = page.locator("#overhear")
    await button.click()
    await expect(button).to_have_attribute("data-heard", re.compile(r"^[1-9]"))
    await expect(page.get_by_role("status")).to_contain_text("inscrit au journal")


async def noted(server: Server) -> list[str]:
    """What was done to the calls, by the journal; the record says how the one handed over ended."""
    assert server.office.recorder is not None
    await server.office.recorder.settled()
    database = server.office.recorder.database
    entries = [each for each in reversed(await recent(database)) if each.action in ("overhear", "hand-off")]
    given = await read_call(database, entries[1].subject)
    assert given is not None
    assert (given.call.outcome, given.call.reason, given.call.queue) == (
        "transferred",
        "supervisor",
        "support",
    )
    return [each.action for each in entries]


@asynccontextmanager
async def serving(folder: Path) -> AsyncIterator[tuple[Server, AmiPeer]]:
    """A whole server, its console and the fake Asterisk's manager interface."""
    await asyncio.to_thread(copy_prompts, folder / "prompts")
    ami = AmiPeer()
    ami.queues = AGENTS
    await ami.start()
    store = StoreSettings(
        url=f"sqlite:///{folder}/ivr.db", spool=folder / "spool", key_file=folder / "key",
        audio_folder=folder / "audio",
    )  # fmt: skip
    settings = Settings(
        prompts=folder / "prompts",
        agi=AgiSettings(port=0),
        media=MediaSettings(port=0),
        ami=AmiSettings(port=ami.port, secret="secret"),
        call=CallSettings(drain=0.0),
        console=ConsoleSettings(port=0, folder=folder / "console", overhear=True),
        monitoring=MonitoringSettings(enabled=False),
        speech=SpeechSettings(cache=folder / "cache"),
        store=store,
    )
    try:
        async with Server(settings) as server:
            yield server, ami
    finally:
        await ami.aclose()


async def signed_in(server: Server, chromium: Browser) -> Page:
    """The live page, as a supervisor sees it."""
    assert server.office.recorder is not None
    await server.office.recorder.prepared.wait()
    accounts = Accounts(server.office.recorder.database, lambda: datetime.now(UTC), timedelta(hours=1))
    await accounts.sign_up(await accounts.invite(Role.SUPERVISOR), "camille", "Camille Durand", PASSWORD)
    page = await chromium.new_page(base_url=f"http://{server.console.address}", locale="fr-FR")
    page.set_default_timeout(30_000)
    expect.set_options(timeout=30_000)
    await page.goto("/connexion")
    await page.get_by_label("Identifiant").fill("camille")
    await page.get_by_label("Mot de passe").fill(PASSWORD)
    await page.get_by_role("button", name="Se connecter").click()
    await page.wait_for_url(lambda url: "/connexion" not in url)
    return page
