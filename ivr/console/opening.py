"""The console of one server: its parts, made from what the server has, and what happens at its start.

Wires; the pages know nothing of it.
"""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

import structlog
from starlette.applications import Starlette

from ivr.config import Settings
from ivr.console.accounts import Accounts
from ivr.console.draft import Draft
from ivr.console.editions import Editions
from ivr.console.listening import Listening
from ivr.console.parts import CallParts, Desk, Parts
from ivr.console.signing_in import Cookies, first_link, load_key
from ivr.console.web import create_app
from ivr.console.workshop import Workshop
from ivr.knowledge.comparison import School
from ivr.knowledge.matching import Thresholds
from ivr.knowledge.matching.cache import default_folder
from ivr.knowledge.published import Publisher
from ivr.store.recorder import CallRecorder

log = structlog.get_logger(__name__)


@asynccontextmanager
async def console(
    settings: Settings,
    recorder: CallRecorder,
    publisher: Publisher,
    published: Callable[[], Awaitable[None]],
    desk: Desk,
    calls: CallParts,
) -> AsyncIterator[tuple[Starlette, Parts]]:
    """Open the console; what learns and speaks for it stops with the block.

    Raises:
        ConfigurationError: its folder cannot be written.
    """
    home, links = settings.console.folder, settings.links
    key = await asyncio.to_thread(load_key, home / "cookies.key")
    thresholds = Thresholds(answer=settings.faq.answer, confirm=settings.faq.confirm)
    session = timedelta(hours=settings.console.session_hours)
    parts = Parts(
        settings=settings,
        database=recorder.database,
        accounts=Accounts(recorder.database, _now, session),
        cookies=Cookies(key),
        draft=Draft(home, settings.prompts, links),
        editions=Editions(recorder.database, settings.prompts, home, _now, links),
        listening=Listening(settings.speech),
        workshop=Workshop(School(default_folder(), thresholds)),
        publisher=publisher,
        published=published,
        live=recorder.live,
        desk=desk,
        calls=calls,
    )
    try:
        yield create_app(parts), parts
    finally:
        await parts.workshop.aclose()
        await parts.listening.aclose()


@asynccontextmanager
async def beginning(parts: Parts, recorder: CallRecorder, address: str) -> AsyncIterator[None]:
    """As soon as the database is there: note what is published, and say how the first user signs up."""
    task = asyncio.create_task(_begin(parts, recorder, address), name="console")
    try:
        yield
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task


async def _begin(parts: Parts, recorder: CallRecorder, address: str) -> None:
    await recorder.prepared.wait()
    try:
        await parts.editions.begin()
        if link := await first_link(parts.accounts, f"http://{address}"):
            log.warning("console.first_sign_up", link=link)
        else:
            log.info("console.ready", address=f"http://{address}")
    except Exception:  # task boundary: calls go on without a console
        log.exception("console.not_ready")


def _now() -> datetime:
    return datetime.now(UTC)


class NoDesk:
    """The telephone side of a console that has none: no queue, no call to hand off."""

    def queues(self) -> Mapping[str, None]:
        """No queue."""
        return {}

    def hand_off(self, call: str) -> bool:
        """Nothing to hand off."""
        return False
