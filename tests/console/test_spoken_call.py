"""The WebSocket of a spoken test call: who may open it, what travels on it, what ends it."""

import asyncio
import json
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from ivr.console.accounts import Role
from ivr.console.pages.spoken_call import BUSY
from ivr.console.preview import through_the_line
from ivr.console.services import TEST_CALLS
from ivr.console.test_call import browser_channel, spoken
from tests.console_site import Site, site
from tests.unit.speech.fakes import LOUD, QUIET, LoudVad, ScriptedRecognizer

pytestmark = pytest.mark.console

ASKED = "Quel est le prix d'un appel vers l'étranger ?"
ORIGIN = "http://127.0.0.1"


@pytest.fixture
async def console(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Site]:
    """A console whose recogniser understands one question in whatever is loud, and whose voice is quick."""
    monkeypatch.setattr(spoken, "open_prompts", Murmur.opened)
    monkeypatch.setattr("ivr.speech.recognition.ear.silero", lambda: LoudVad)
    monkeypatch.setattr("tests.unit.speech.fakes.LOUD", through_the_line(LOUD))  # what the decoder waits for
    async with site(tmp_path, ThreadPoolExecutor(1), ScriptedRecognizer(ASKED)) as opened:
        yield opened


class Murmur:
    """A voice that says everything in two tenths of a second."""

    @classmethod
    async def opened(cls, folder: Path, settings: object) -> "Murmur":
        return cls()

    async def catalogue(self, lines: object) -> None:
        """Nothing to keep."""

    async def render(self, lines: object, rate: object) -> tuple[bytes, ...]:
        """A soft tone."""
        return (bytes((500 * np.sin(np.arange(1600) * 0.7)).astype("<i2").tobytes()),)

    async def aclose(self) -> None:
        """Nothing to stop."""


class Browser:
    """The page's end of one WebSocket, in this process."""

    def __init__(self, console: Site, cookie: str = "", origin: str = ORIGIN, source: str = "") -> None:
        headers = {"host": "127.0.0.1", "origin": origin, "cookie": cookie}
        self._scope: dict[str, Any] = {
            "type": "websocket",
            "path": "/essayer/appel",
            "query_string": f"source={source}".encode(),
            "headers": [(name.encode(), value.encode()) for name, value in headers.items()],
            "subprotocols": [],
        }
        self._app = console.app
        self.inbox: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self.inbox.put_nowait({"type": "websocket.connect"})
        self.received: list[dict[str, Any]] = []
        self.reads = asyncio.Event()
        self.reads.set()
        self._changed = asyncio.Event()

    async def __aenter__(self) -> "Browser":
        self.call = asyncio.create_task(self._app(self._scope, self.inbox.get, self._take))
        return self

    async def __aexit__(self, *_: object) -> None:
        self.inbox.put_nowait({"type": "websocket.disconnect", "code": 1001})
        await asyncio.wait_for(self.call, 10)

    async def _take(self, message: dict[str, Any]) -> None:
        await self.reads.wait()
        self.received.append(message)
        self._changed.set()

    def speak(self, frame: bytes, times: int = 1) -> None:
        """Send audio."""
        for _ in range(times):
            self.inbox.put_nowait({"type": "websocket.receive", "bytes": frame})

    def press(self, key: str) -> None:
        """Send a text."""
        self.inbox.put_nowait({"type": "websocket.receive", "text": key})

    @property
    def news(self) -> list[dict[str, Any]]:
        """What the page was told."""
        return [json.loads(each["text"]) for each in self.received if each.get("text")]

    @property
    def frames(self) -> list[bytes]:
        """What was played."""
        return [each["bytes"] for each in self.received if each.get("bytes")]

    def said(self, by: str) -> str:
        """Everything said by one side."""
        lines = (each["said"] for each in self.news if "said" in each)
        return " ".join(line["text"] for line in lines if line["by"] == by).replace("\u00a0", " ")

    async def until(self, state: str) -> None:
        """Wait until the page is in *state*."""
        async with asyncio.timeout(20):
            while not any(each.get("state") == state for each in self.news):
                self._changed.clear()
                await self._changed.wait()

    async def closed(self) -> None:
        """Wait until the server has closed it."""
        async with asyncio.timeout(20):
            while not any(each["type"] == "websocket.close" for each in self.received):
                self._changed.clear()
                await self._changed.wait()


async def cookie(console: Site, role: Role = Role.VIEWER) -> str:
    """The session of a new user."""
    browser = await console.signed_in(role)
    return "; ".join(f"{name}={value}" for name, value in browser.cookies.items())


@pytest.mark.parametrize("origin", ["http://evil.example", "", "null", "http://127.0.0.1:81"])
async def test_another_site_opens_no_call(console: Site, origin: str) -> None:
    """Whatever cookies a browser sends along, another site's page gets no connection."""
    async with Browser(console, await cookie(console), origin) as browser:
        await browser.closed()
    assert [each["type"] for each in browser.received] == ["websocket.close"]


async def test_a_stranger_opens_no_call(console: Site) -> None:
    """Without a session there is no connection either."""
    async with Browser(console) as browser:
        await browser.closed()
    assert [each["type"] for each in browser.received] == ["websocket.close"]


async def test_a_call_is_heard_understood_and_answered(console: Site) -> None:
    """Prompts come as frames of 20 ms, with what was heard, understood and said."""
    parts = console.parts
    parts.publisher.adopt(await parts.workshop.matcher(console.prompts))
    async with Browser(console, await cookie(console)) as browser:
        await browser.until("listening")
        browser.speak(LOUD, 40)
        browser.speak(QUIET, 50)
        async with asyncio.timeout(20):
            while "tarifs vers l'étranger" not in browser.said("line") or not browser.said("caller"):
                await asyncio.sleep(0.02)
    assert {len(frame) for frame in browser.frames} == {320}
    assert browser.said("caller") == ASKED
    told = [next(iter(each)) for each in browser.news]
    assert told.index("partial") < told.index("understood")
    assert any("tarifs" in each.get("understood", "") for each in browser.news)
    assert browser.said("line").startswith("Bonjour.")


async def test_a_key_reaches_the_line_and_the_call_ends_as_any_call(console: Site) -> None:
    """« 0 » asks for a person: the page says which queue, and the connection is closed."""
    async with Browser(console, await cookie(console)) as browser:
        await browser.until("listening")
        browser.press("0")
        await browser.until("over")
        await browser.closed()
    assert "touche 0" in browser.said("caller")
    assert "passé à la file" in browser.said("event")


async def test_the_draft_answers_when_it_is_chosen(console: Site) -> None:
    """The greeting of the draft, before anybody publishes it."""
    await console.parts.draft.save({"lines/accueil.yaml": "accueil.1: Bonsoir à vous.\n"})
    who = await cookie(console)
    async with Browser(console, who, source="draft") as browser:
        await browser.until("speaking")
    async with Browser(console, who) as other:
        await other.until("speaking")
    assert browser.said("line").startswith("Bonsoir à vous.")
    assert other.said("line").startswith("Bonjour.")


async def test_a_third_call_is_told_to_wait(console: Site) -> None:
    """Two at once, so that callers keep their decoding threads; a seat is free again after a call."""
    who = await cookie(console)
    async with Browser(console, who) as first, Browser(console, who) as second:
        await asyncio.gather(first.until("speaking"), second.until("speaking"))
        async with Browser(console, who) as third:
            await third.closed()
        assert third.news == [{"state": "over", "text": BUSY}]
    async with Browser(console, who) as fourth:
        await fourth.until("speaking")


@pytest.mark.parametrize("forged", [b"", b"\0" * 318, b"\0" * 640])
async def test_other_frames_than_ours_end_the_call(console: Site, forged: bytes) -> None:
    """A frame is 20 ms; whoever sends another length is no page of ours."""
    async with Browser(console, await cookie(console)) as browser:
        await browser.until("speaking")
        browser.speak(forged)
        await browser.closed()


async def test_more_audio_than_time_ends_the_call(console: Site) -> None:
    """A flood of frames is cut after two seconds of it, and never waits in memory."""
    async with Browser(console, await cookie(console)) as browser:
        await browser.until("speaking")
        browser.speak(QUIET, 3000)
        await browser.closed()


async def test_a_browser_that_does_not_read_is_given_up(
    console: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What waits for it is bounded, the ticker never waits, and its seat is freed."""
    monkeypatch.setattr(browser_channel, "WAITING", 5)
    monkeypatch.setattr(spoken, "CLOSING_SECONDS", 0.1)
    async with Browser(console, await cookie(console)) as browser:
        await browser.until("speaking")
        browser.reads.clear()
        async with asyncio.timeout(20):
            while console.parts.calls.seats._value < TEST_CALLS:
                await asyncio.sleep(0.01)
        browser.reads.set()
    assert len(console.parts.calls.ticker) == 0


async def test_a_call_has_a_deadline(console: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """A forgotten window does not hold a seat for ever."""
    monkeypatch.setattr(spoken, "LONGEST_SECONDS", 0.5)
    async with Browser(console, await cookie(console)) as browser:
        await browser.closed()
    assert browser.news[-1] == {"state": "over", "text": spoken.TOO_LONG}


async def test_nothing_is_recorded_or_counted(console: Site) -> None:
    """A test call is in no statistics, and not among the calls in progress."""
    async with Browser(console, await cookie(console)) as browser:
        await browser.until("speaking")
        assert console.parts.live.calls() == []
