"""The voices of callers, kept or live: for those who may, and never unnoticed."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from dataclasses import replace

import httpx
import pytest
import sqlalchemy as sa

from ivr.audio.frame import wav
from ivr.console.accounts import Role
from ivr.console.pages.call_audio import audible
from ivr.dialogue.actions import Perform, RefuseRecording
from ivr.store.audio import name_of
from ivr.store.inbox import unmatched
from ivr.store.journal import recent
from ivr.store.schema import turns
from tests.console_site import NoDesk, Site
from tests.live_example import LiveExample
from tests.sample_calls import fill

pytestmark = pytest.mark.console

CALL = "0123456789ab"


async def speak(console: Site) -> str:
    """Let the first utterance of the inbox have sound; return where it is."""
    await fill(console.parts.database, 50, until=console.clock())
    said = (await unmatched(console.parts.database)).rows[0]
    name = name_of("2026-11-22", said.call, said.turn)
    path = console.parts.settings.store.audio_folder / name
    path.parent.mkdir(parents=True)
    path.write_bytes(wav(bytes(16_000)))
    async with console.parts.database.writing() as connection:
        turn = (turns.c.call == said.call) & (turns.c.number == said.turn)
        await connection.execute(sa.update(turns).where(turn).values(sound=name))
    return f"/appels/{said.call}/{said.turn}/voix"


async def listened(console: Site) -> list[tuple[str, str]]:
    """Who listened to what, by the journal."""
    entries = await recent(console.parts.database)
    return [(each.by, each.action) for each in entries if each.action in ("voice", "overhear")]


async def test_a_kept_voice_is_played_to_supervisors(console: Site) -> None:
    """Whole or in part, from the inbox and from the call; each time the journal says who."""
    address = await speak(console)
    browser = await console.signed_in(Role.SUPERVISOR)
    assert address in (await browser.get("/apprendre")).text
    assert address in (await browser.get(address.rpartition("/")[0].rpartition("/")[0])).text
    whole, part = await browser.get(address), await browser.get(address, headers={"Range": "bytes=44-143"})
    assert (whole.status_code, whole.headers["content-type"]) == (200, "audio/wav")
    assert (part.status_code, part.content) == (206, whole.content[44:144])
    assert await listened(console) == [("supervisor", "voice")] * 2


async def test_a_viewer_hears_nobody(console: Site) -> None:
    """He reads what was said; the voice is not offered to him, nor given."""
    address = await speak(console)
    viewer = await console.signed_in(Role.VIEWER)
    assert address not in (await viewer.get("/apprendre")).text
    assert (await viewer.get(address)).status_code == 403
    assert (await console.browser().get(address)).headers["location"].startswith("/connexion")
    assert await listened(console) == []


async def test_a_voice_that_is_gone_is_said_to_be(console: Site) -> None:
    """Deleted, elsewhere or never kept: one sentence, and no entry in the journal."""
    address = await speak(console)
    browser = await console.signed_in(Role.SUPERVISOR)
    for path in console.parts.settings.store.audio_folder.glob("*/*.wav"):
        path.unlink()
    for each in (address, "/appels/none/1/voix"):
        answer = await browser.get(each)
        assert (answer.status_code, "n'est plus gardé" in answer.text) == (404, True)
    assert await listened(console) == []


class TalkingDesk(NoDesk):
    """Calls that sound, frame after frame, until somebody says stop."""

    def __init__(self, frames: int) -> None:
        self.frames, self.listening = frames, 0

    @contextmanager
    def overheard(self, call: str) -> Iterator[AsyncIterator[bytes]]:  # type: ignore[override]
        self.listening += 1
        yield self._sound()
        self.listening -= 1

    async def _sound(self) -> AsyncIterator[bytes]:
        for _ in range(self.frames):
            yield bytes(320)
            await asyncio.sleep(0)


def allow(console: Site, desk: TalkingDesk) -> None:
    """Let calls be overheard."""
    settings = console.parts.settings
    open_ = settings.model_copy(update={"console": settings.console.model_copy(update={"overhear": True})})
    console.parts = replace(console.parts, settings=open_, desk=desk)
    console.app.state.parts = console.parts


async def overheard(browser: httpx.AsyncClient) -> httpx.Response:
    return await browser.post(f"/appels/{CALL}/ecoute")


async def test_a_call_is_overheard_where_that_is_allowed(console: Site) -> None:
    """The law is shown first; the sound ends with the call; the journal knows before it begins."""
    desk = TalkingDesk(5)
    allow(console, desk)
    LiveExample(console).says("accueil.1", "Bonjour.")
    browser, viewer = await console.signed_in(Role.SUPERVISOR), await console.signed_in(Role.VIEWER)
    assert f"/appels/{CALL}/ecoute" in (await browser.get("/")).text
    assert f"/appels/{CALL}/ecoute" not in (await viewer.get("/")).text
    assert "doivent en" in (await browser.get(f"/appels/{CALL}/ecoute")).text
    assert await listened(console) == []
    heard = await overheard(browser)
    assert (heard.status_code, len(heard.content), desk.listening) == (200, 5 * 320, 0)
    assert await listened(console) == [("supervisor", "overhear")]
    assert (await overheard(viewer)).status_code == 403


async def test_nobody_is_overheard_by_default(console: Site) -> None:
    """Without the setting there is no button, no page and no sound."""
    LiveExample(console).says("accueil.1", "Bonjour.")
    browser = await console.signed_in(Role.ADMIN)
    assert "/ecoute" not in (await browser.get("/")).text
    assert (await browser.get(f"/appels/{CALL}/ecoute")).status_code == 409
    assert (await overheard(browser)).status_code == 409
    assert await listened(console) == []


async def test_who_refuses_to_be_recorded_is_not_overheard(console: Site) -> None:
    """From that moment on, also for somebody who listens already."""
    allow(console, TalkingDesk(5))
    call = LiveExample(console)
    call.says("accueil.1", "Bonjour.")
    assert audible(console.parts, CALL) is not None
    call.take(Perform(1, RefuseRecording()))
    browser = await console.signed_in(Role.SUPERVISOR)
    assert (await overheard(browser)).status_code == 409
    assert "/ecoute" not in (await browser.get("/")).text


async def test_a_call_that_has_ended_says_so(console: Site) -> None:
    """Its page is refused, its stream's picture tells it."""
    allow(console, TalkingDesk(5))
    call = LiveExample(console)
    call.says("accueil.1", "Bonjour.")
    call.ends()
    browser = await console.signed_in(Role.SUPERVISOR)
    assert (await browser.get(f"/appels/{CALL}/ecoute")).status_code == 409
