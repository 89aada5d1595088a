"""Callbacks: stored durably while the caller waits, made when an agent is free.

Asterisk rings the agent first (AMI, dialplan ``ivr-callback``); nobody is called outside opening hours.
"""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Protocol

import structlog

from ivr.background import Background
from ivr.call.limits import Limiter, plan_of
from ivr.config import NumbersSettings
from ivr.dialogue.actions import BookCallback
from ivr.errors import IvrError
from ivr.knowledge.hours import OpeningHours
from ivr.store import promises
from ivr.store.database import UNAVAILABLE, Database
from ivr.store.promises import Promise
from ivr.store.records import Record
from ivr.telephony.queueboard import QueueFacts

log = structlog.get_logger()

SLOTS = {"matin": (8, 12), "après-midi": (12, 20)}
"""Hours of the day a caller may choose between; opening hours narrow them."""
SLOT_DAYS = 30
LOOK_SECONDS = 5.0
AGAIN = timedelta(minutes=10)
"""Until the next try when nobody answered."""
ORPHANED = timedelta(minutes=10)
"""A try that is older than this ended with its process."""


class Originator(Protocol):
    """Places the call."""

    async def originate_callback(self, number: str, queue: str, intent: str = "") -> None:
        """Return when an agent has answered. Raises IvrError: nobody did."""


class Board(Protocol):
    """Who is free."""

    def facts(self, queue: str) -> QueueFacts | None:
        """Return what is known of *queue*; None while AMI is away or the queue unknown."""


class CallbackBook:
    """Writes promises down. ``of_call`` gives what the effects of one call need."""

    def __init__(
        self,
        keep: Callable[[Record], Awaitable[None]],
        hours: Callable[[], OpeningHours],
        queue_of: Callable[[str], str],
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        numbers: NumbersSettings | None = None,
    ) -> None:
        """*keep* returns when a record is safe; *queue_of* is the queue that answers an intent.

        *numbers*: which may be called, and how often.
        """
        numbers = numbers or NumbersSettings()
        self._plan = plan_of(numbers)
        self._limiter = Limiter("callbacks", numbers.callbacks)
        self._keep, self._hours, self._queue_of, self._now = keep, hours, queue_of, now

    @property
    def refused(self) -> int:
        """How many callbacks were one too many for their day."""
        return self._limiter.refused

    def of_call(self, call: str, caller: str | None) -> "CallbacksOfCall":
        """Return the book of the call *call*, of the pseudonym *caller*."""
        return CallbacksOfCall(self, call, caller)

    async def book(self, callback: BookCallback, call: str, caller: str | None) -> None:
        """Write it down for good.

        Raises IvrError when that fails, the number is not to be called, or was promised often enough today.
        """
        if not self._plan.may_be_called(callback.number):
            raise IvrError("a callback goes to a number of [numbers] called")
        with self._limiter.once(callback.number, caller or call):
            await self._write(callback, call, caller)

    async def _write(self, callback: BookCallback, call: str, caller: str | None) -> None:
        now = self._now()
        record = promises.promise_record(
            callback.number,
            call=call,
            caller=caller,
            queue=self._queue_of(callback.intent),
            intent=callback.intent,
            slot=callback.slot,
            now=now,
            due=callback.due or due_at(callback.slot, now, self._hours()),
        )
        try:
            await self._keep(record)
        except OSError as error:
            raise IvrError(f"a callback could not be written down: {error.strerror}") from None


class CallbacksOfCall:
    """The promises made in one call. Satisfies the effects' ``CallbackBook``."""

    def __init__(self, book: CallbackBook, call: str, caller: str | None) -> None:
        self._book, self._call, self._caller = book, call, caller

    async def book(self, callback: BookCallback) -> None:
        """Write it down for good. Raises IvrError when that fails."""
        await self._book.book(callback, self._call, self._caller)


def due_at(slot: str, now: datetime, hours: OpeningHours) -> datetime:
    """Return when a callback promised *now* is due: the first open moment, of the half-day *slot* if any."""
    first = hours.next_opening(now) or now
    if slot not in SLOTS:
        return first
    begin, end = SLOTS[slot]
    today = now.astimezone(hours.zone).date()
    for day in (today + timedelta(days=n) for n in range(SLOT_DAYS)):
        start = datetime(day.year, day.month, day.day, begin, tzinfo=hours.zone)
        stop = start + timedelta(hours=end - begin)
        moment = hours.next_opening(max(now, start))
        if moment is not None and moment < stop:
            return moment
    return first


class CallbackDialer:
    """Keeps promises, one at a time, the oldest first."""

    def __init__(
        self,
        database: Database,
        hours: Callable[[], OpeningHours],
        board: Board,
        originator: Originator,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        background: Background | None = None,
    ) -> None:
        """*background* watches the task."""
        self._database, self._hours, self._board = database, hours, board
        self._originator, self._now = originator, now
        self._background = background or Background()
        self._task: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Begin to look for what is due."""
        self._task = self._background.task("callbacks", self._run)

    async def aclose(self) -> None:
        """Stop; a try in progress is taken up at the next start."""
        if self._task is not None:
            self._task.cancel()
            with suppress(asyncio.CancelledError):
                await self._task

    async def look(self) -> Promise | None:
        """Call back the first caller who is due and for whom an agent is free; return whom, if any."""
        now = self._now()
        if not self._hours().is_open(now):
            return None
        await promises.recover(self._database, now - ORPHANED)
        for promise in await promises.next_due(self._database, now):
            if self._somebody_free(promise.queue) and await promises.claim(self._database, promise, now):
                await self._call(promise)
                return promise
        return None

    async def _run(self) -> None:
        while True:
            try:
                called = await self.look()
            except UNAVAILABLE as error:
                log.warning("callbacks.database_away", problem=type(error).__name__)
                called = None
            await asyncio.sleep(0 if called else LOOK_SECONDS)

    def _somebody_free(self, queue: str) -> bool:
        """Whether an agent is free whom nobody on the line waits for."""
        facts = self._board.facts(queue)
        return facts is not None and facts.agents_free > facts.callers_waiting

    async def _call(self, promise: Promise) -> None:
        try:
            await self._originator.originate_callback(promise.number, promise.queue, promise.intent)
        except IvrError as error:
            log.info("callback.not_kept", id=promise.id, tries=promise.tries + 1, reason=str(error))
            await promises.put_off(self._database, promise.id, self._now() + AGAIN, str(error))
        else:
            log.info("callback.kept", id=promise.id)
            await promises.keep(self._database, promise.id, self._now())


__all__ = ["CallbackBook", "CallbackDialer", "CallbacksOfCall", "due_at"]
