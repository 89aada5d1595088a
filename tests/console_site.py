"""A console for tests: its own database, prompts and users, and requests as a browser sends them."""

import asyncio
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from concurrent.futures import Executor
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
from argon2 import PasswordHasher
from starlette.applications import Starlette

from ivr.audio.ticker import Ticker
from ivr.config import ConsoleSettings, FaqBars, FaqSettings, Settings, SpeechSettings, StoreSettings
from ivr.console.accounts import Accounts, Role
from ivr.console.cookies import Cookies
from ivr.console.preview import PromptPreview
from ivr.console.services import CallParts, Parts
from ivr.console.test_call.regression import Regression
from ivr.console.web import create_app
from ivr.content.background_jobs import BackgroundJobs
from ivr.content.draft import Draft
from ivr.content.publications import Editions
from ivr.content.publishing import Publications
from ivr.content.schedules import Schedules
from ivr.knowledge.matcher_factory import MatcherFactory
from ivr.knowledge.matching import Matcher, Phrasings, Thresholds
from ivr.knowledge.published import Publisher
from ivr.speech.recognition.decoding_threads import Decoding
from ivr.speech.recognition.recognizers import Recognizer, RecognizerPool
from ivr.store.database import Database
from ivr.store.live import LiveBoard
from ivr.store.privacy import Pseudonyms
from tests.shipped import PROMPTS
from tests.unit.speech.fakes import ScriptedRecognizer

PASSWORD = "une phrase assez longue"
ORIGIN = "http://127.0.0.1"
NO_BARS = FaqBars(first=0, helped=0, answered=0, misled=1, outside_answered=1, commands=0, several=0)
"""Demand nothing: what is published need not be tried first."""
SHIPPED = ConsoleSettings().regression
TAUGHT = 8
"""Phrasings per intent that are kept: learning takes a second instead of half a minute."""


@dataclass
class Clock:
    """Time that only tests move."""

    now: datetime = field(default_factory=lambda: datetime.now(UTC))

    def __call__(self) -> datetime:
        return self.now


class NoDesk:
    """The telephone side of a console that has none: no queue, no call to hand off."""

    def queues(self) -> Mapping[str, None]:
        """No queue."""
        return {}

    def agents(self) -> tuple[()]:
        """Nobody."""
        return ()

    def hand_off(self, call: str) -> bool:
        """Nothing to hand off."""
        return False

    def overheard(self, call: str) -> None:
        """Nothing to hear."""


@dataclass
class Site:
    """One console and what is behind it."""

    app: Starlette
    parts: Parts
    clock: Clock
    announced: list[str]
    """The editions that calls were told of."""
    published: Callable[[], Awaitable[None]]
    """Brings to calls what is in the folder."""

    @property
    def prompts(self) -> Path:
        """What callers hear."""
        return self.parts.settings.prompts

    def browser(self) -> httpx.AsyncClient:
        """A browser that nobody has signed in with."""
        transport = httpx.ASGITransport(self.app, raise_app_exceptions=False)
        return httpx.AsyncClient(
            transport=transport, base_url=ORIGIN, headers={"Sec-Fetch-Site": "same-origin"}
        )

    async def signed_in(self, role: Role = Role.ADMIN, login: str = "") -> httpx.AsyncClient:
        """A browser signed in as a new user with *role*."""
        login = login or role.value
        token = await self.parts.accounts.invite(role)
        await self.parts.accounts.sign_up(token, login, login.title(), PASSWORD)
        browser = self.browser()
        response = await browser.post("/connexion", data={"login": login, "password": PASSWORD})
        assert response.status_code == 303
        return browser


@asynccontextmanager
async def site(
    folder: Path,
    pool: Executor | None = None,
    recognizer: Recognizer | None = None,
    bars: FaqBars = NO_BARS,
    regression: Path = SHIPPED,
) -> AsyncIterator[Site]:
    """Open a console whose files are in *folder*; *pool* does what would be done in another process.

    A spoken test call is heard by *recognizer*; phrasings that are published must reach *bars*.
    """
    copy_prompts(folder / "prompts")
    settings = Settings(
        prompts=folder / "prompts",
        console=ConsoleSettings(folder=folder / "console", regression=regression),
        speech=SpeechSettings(engine="pyttsx3", cache=folder / "cache"),
        faq=FaqSettings(bars=bars),
        store=StoreSettings(audio_folder=folder / "audio"),
    )
    home, clock, announced = settings.console.folder, Clock(), list[str]()
    async with AsyncExitStack() as stack:
        database = await stack.enter_async_context(Database(f"sqlite:///{folder / 'ivr.db'}"))
        await database.upgrade()
        calls = CallParts(
            RecognizerPool(recognizer or ScriptedRecognizer()), stack.enter_context(Decoding(1)), Ticker()
        )
        calls.ticker.start()
        stack.push_async_callback(calls.ticker.aclose)
        cheap = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
        workshop, listening = (
            BackgroundJobs(MatcherFactory(home / "learned", Thresholds()), pool),
            PromptPreview(settings.speech),
        )
        publisher = Publisher(settings.prompts, {}, lambda content: Matcher.build(Phrasings({"a": ("a",)})))

        async def published() -> None:
            await asyncio.to_thread(publisher.adopt, await workshop.matcher(settings.prompts))
            announced.append((await editions.history(1))[0].edition)

        editions = Editions(database, settings.prompts, home, clock, {}, workshop.matcher)
        pseudonyms = Pseudonyms(b"k" * 32)
        schedules = Schedules(database, editions, clock)
        parts = Parts(
            settings=settings,
            now=clock,
            database=database,
            accounts=Accounts(database, clock, timedelta(hours=settings.console.session_hours), cheap),
            cookies=Cookies(pseudonyms),
            draft=Draft(home, settings.prompts, {}),
            editions=editions,
            schedules=schedules,
            listening=listening,
            workshop=workshop,
            publisher=publisher,
            publications=Publications(database, editions, schedules, published),
            live=LiveBoard(),
            desk=NoDesk(),
            calls=calls,
            regression=Regression(settings.console.regression, home),
            pseudonyms=pseudonyms,
        )
        await editions.begin()
        yield Site(create_app(parts), parts, clock, announced, published)
        await workshop.aclose()
        await listening.aclose()
        await parts.regression.stop()


def copy_prompts(folder: Path) -> None:
    """Copy ``prompts/`` with a few phrasings each."""
    shutil.copytree(PROMPTS, folder)
    for path in (folder / "phrasings").glob("*.yaml"):
        lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
        kept, count = [], 0
        for line in lines:
            count = count + 1 if line.startswith("  - ") else 0
            if count <= TAUGHT or "several" in path.name:
                kept.append(line)
        path.write_text("".join(kept), encoding="utf-8")
