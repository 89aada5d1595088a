"""The services that pages use, put together by the composition root.

Holds references; has no behaviour.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterable, Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Protocol
from zoneinfo import ZoneInfo

from starlette.requests import HTTPConnection

from ivr.audio.ticker import Ticker
from ivr.config import Settings
from ivr.knowledge.published import Publisher
from ivr.speech.recognition.decoding_threads import Decoding
from ivr.speech.recognition.recognizers import RecognizerPool
from ivr.store.database import Database
from ivr.store.live import LiveBoard
from ivr.store.privacy import Pseudonyms

if TYPE_CHECKING:  # the pages import this module
    from ivr.console.accounts import Accounts
    from ivr.console.cookies import Cookies
    from ivr.console.preview import PromptPreview
    from ivr.console.test_call.regression import Regression
    from ivr.content.background_jobs import BackgroundJobs
    from ivr.content.draft import Draft
    from ivr.content.publications import Editions
    from ivr.content.publishing import Publications
    from ivr.content.schedules import Schedules


class Waiting(Protocol):
    """One queue now."""

    @property
    def agents_free(self) -> int:
        """Agents whose phone could ring."""

    @property
    def callers_waiting(self) -> int:
        """Callers in the queue."""

    @property
    def hold_seconds(self) -> float | None:
        """Mean wait; None when never measured."""


class Serving(Protocol):
    """One agent now."""

    @property
    def name(self) -> str:
        """As Asterisk calls him."""

    @property
    def state(self) -> str:
        """``free``, ``ringing``, ``busy``, ``paused`` or ``away``."""


class Desk(Protocol):
    """The telephone side, as « En direct » shows it."""

    def queues(self) -> Mapping[str, Waiting | None]:
        """Return the queues by name; None for one nothing is known of."""

    def agents(self) -> Sequence[Serving]:
        """Return who serves them, each once."""

    def hand_off(self, call: str) -> bool:
        """Give a call in progress to an agent; False when it has ended."""

    def overheard(self, call: str) -> AbstractContextManager[AsyncIterable[bytes]] | None:
        """A way to listen to a call in progress, 8 kHz ``slin``; None when it has ended."""


TEST_CALLS = 2
"""At once: each is one more caller for the decoding threads."""


@dataclass(frozen=True, slots=True)
class CallParts:
    """What a call spoken in the browser shares with those of telephones."""

    recognizers: RecognizerPool
    decoding: Decoding
    ticker: Ticker
    seats: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(TEST_CALLS))


@dataclass(frozen=True, slots=True)
class Parts:
    """Everything a page may need."""

    settings: Settings
    now: Callable[[], datetime]
    database: Database
    accounts: Accounts
    cookies: Cookies
    draft: Draft
    editions: Editions
    schedules: Schedules
    listening: PromptPreview
    workshop: BackgroundJobs
    publisher: Publisher
    """What calls take their next turn from."""
    publications: Publications
    """The one way to publish."""
    live: LiveBoard
    """Calls in progress."""
    desk: Desk
    calls: CallParts
    regression: Regression
    pseudonyms: Pseudonyms
    """What numbers are kept as."""
    problems: Callable[[], Mapping[str, str]] = dict
    """What is wrong with the server, by the name of the part."""

    @property
    def zone(self) -> ZoneInfo:
        """The desk's clock, on which days and hours are asked for and shown."""
        return ZoneInfo(self.settings.desk.timezone)


def parts_of(asked: HTTPConnection) -> Parts:
    """Return the parts of the console that serves this request or WebSocket."""
    parts: Parts = asked.app.state.parts
    return parts
