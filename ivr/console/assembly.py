"""The console of one server: its parts, made from what the server has, and what happens at its start.

Wires; the pages know nothing of it.
"""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Protocol

import structlog
from jinja2 import Environment
from starlette.applications import Starlette

from ivr.background import Background
from ivr.config import Settings
from ivr.console.access.links import base_of
from ivr.console.accounts import Accounts
from ivr.console.cookies import Cookies
from ivr.console.pages.sign_in import first_link
from ivr.console.preview import PromptPreview
from ivr.console.services import CallParts, Desk, Parts
from ivr.console.test_call.regression import Regression
from ivr.console.web import create_app
from ivr.content.background_jobs import BackgroundJobs
from ivr.content.draft import Draft, Invalid
from ivr.content.following import Following
from ivr.content.publications import Editions
from ivr.content.publishing import Publications
from ivr.content.schedules import Schedules
from ivr.knowledge.published import Publisher
from ivr.store.database import UNAVAILABLE
from ivr.store.operations.notifications import PUBLICATIONS, listen
from ivr.store.recorder import CallRecorder

log = structlog.get_logger(__name__)


class ServerParts(Desk, Protocol):
    """What the console needs of the server it belongs to."""

    @property
    def workshop(self) -> BackgroundJobs:
        """Where phrasings are learned."""

    @property
    def publisher(self) -> Publisher:
        """What calls take their next turn from."""

    def problems(self) -> dict[str, str]:
        """Return what somebody should know of though calls go on, by the name of the part."""


@dataclass(frozen=True, slots=True)
class Publishing:
    """What makes publications reach this server's calls, whether or not it has a console."""

    editions: Editions
    schedules: Schedules
    publications: Publications
    following: Following
    begun: asyncio.Event
    """Set once the folder is what the history says."""


@asynccontextmanager
async def publishing(
    settings: Settings,
    recorder: CallRecorder,
    workshop: BackgroundJobs,
    published: Callable[[], Awaitable[None]],
    background: Background | None = None,
) -> AsyncIterator[Publishing]:
    """As soon as the database is there: take what was published, then follow the others and the clock.

    *published* brings to calls what is in the folder; *background* watches what follows.
    """
    home, database = settings.console.folder, recorder.database
    editions = Editions(database, settings.prompts, home, _now, settings.links, workshop.matcher)
    schedules = Schedules(database, editions, _now)
    publications = Publications(database, editions, schedules, published)
    following = Following(editions, publications)
    made = Publishing(editions, schedules, publications, following, asyncio.Event())
    watched = background or Background()
    task = watched.task("publications", lambda: _follow(made, recorder, published))
    heard = made.following.hint
    told = watched.task("publications-notified", lambda: _listen(recorder, heard))
    async with _until_left(task), _until_left(told):
        yield made


@asynccontextmanager
async def console(
    settings: Settings,
    recorder: CallRecorder,
    published: Publishing,
    server: ServerParts,
    calls: CallParts,
) -> AsyncIterator[tuple[Starlette, Parts]]:
    """Open the console; what speaks for it stops with the block.

    Raises:
        ConfigurationError: its folder cannot be written.
    """
    home = settings.console.folder
    session = timedelta(hours=settings.console.session_hours)
    parts = Parts(
        settings=settings,
        now=_now,
        database=recorder.database,
        accounts=Accounts(recorder.database, _now, session),
        cookies=Cookies(recorder.pseudonyms),
        draft=Draft(home, settings.prompts, settings.links),
        editions=published.editions,
        schedules=published.schedules,
        listening=PromptPreview(settings.speech),
        workshop=server.workshop,
        publisher=server.publisher,
        publications=published.publications,
        live=recorder.live,
        desk=server,
        calls=calls,
        regression=Regression(settings.console.regression, home),
        pseudonyms=recorder.pseudonyms,
        problems=server.problems,
    )
    try:
        yield create_app(parts), parts
    finally:
        await parts.regression.stop()
        await parts.listening.aclose()


@asynccontextmanager
async def beginning(app: Starlette, parts: Parts, published: Publishing, address: str) -> AsyncIterator[None]:
    """Once what is published is known: say how the first user signs up."""
    greeting = asyncio.create_task(_greet(app, parts, published, address), name="console")
    async with _until_left(greeting):
        yield


@asynccontextmanager
async def _until_left(task: asyncio.Task[None]) -> AsyncIterator[None]:
    try:
        yield
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task


async def _follow(made: Publishing, recorder: CallRecorder, published: Callable[[], Awaitable[None]]) -> None:
    await recorder.prepared.wait()
    try:
        if not made.begun.is_set() and await made.editions.begin():
            await published()
    except Invalid as error:
        log.error("editions.refused", reason=str(error))
    except UNAVAILABLE as error:
        log.warning("editions.database_away", problem=type(error).__name__)
    finally:  # whatever it was: calls go on with what is in the folder
        made.begun.set()
    await made.following.run()


async def _listen(recorder: CallRecorder, heard: Callable[[], None]) -> None:
    await recorder.prepared.wait()
    await listen(recorder.database, PUBLICATIONS, heard)


async def _greet(app: Starlette, parts: Parts, published: Publishing, address: str) -> None:
    await published.begun.wait()
    try:
        if link := await first_link(parts.accounts, base_of(parts.settings.console, address)):
            log.warning("console.first_sign_up", link=link)
        else:
            log.info("console.ready", address=f"http://{address}")
        await warm(app, parts)
    except Exception:  # task boundary: calls go on without a console
        log.exception("console.not_ready")


async def warm(app: Starlette, parts: Parts) -> None:
    """Read and compile what the first page would have to wait for."""
    templates: Environment = app.state.templates
    for name in templates.list_templates(extensions=["html"]):
        await asyncio.to_thread(templates.get_template, name)
    await parts.draft.loaded()
    await parts.draft.published()


def _now() -> datetime:
    return datetime.now(UTC)
