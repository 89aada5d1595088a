"""Promises to call back are kept once, when somebody is free; on both databases."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta

import pytest

from ivr.call.callbacks import AGAIN, ORPHANED, CallbackBook, CallbackDialer, due_at
from ivr.config import DeskSettings
from ivr.dialogue.actions import BookCallback
from ivr.errors import IvrError
from ivr.knowledge.hours import OpeningHours
from ivr.store import promises
from ivr.store.database import Database
from ivr.store.queries import CallbackRow
from ivr.store.records import Record
from ivr.store.writing import write
from ivr.telephony.queueboard import QueueFacts
from tests.stored import find_callbacks

pytestmark = pytest.mark.contract

NINE_TO_SIX = {day: ["09:00-18:00"] for day in ("lundi", "mardi", "mercredi", "jeudi", "vendredi")}
HOURS = OpeningHours.from_settings(DeskSettings(hours=NINE_TO_SIX))


class Line:
    """A board with one queue, an Asterisk that calls or refuses, and a clock."""

    def __init__(self) -> None:
        self.time = datetime(2026, 11, 23, 9, tzinfo=UTC)
        self.facts_known: QueueFacts | None = QueueFacts(1, 0, None)
        self.called: list[tuple[str, str, str]] = []
        self.answer = True

    def facts(self, queue: str) -> QueueFacts | None:
        return self.facts_known

    def now(self) -> datetime:
        return self.time

    async def originate_callback(self, number: str, queue: str, intent: str = "") -> None:
        self.called.append((number, queue, intent))
        if not self.answer:
            raise IvrError("nobody answered")


@pytest.fixture
def line() -> Line:
    return Line()


@pytest.fixture
def dialer(database: Database, line: Line) -> CallbackDialer:
    return CallbackDialer(database, lambda: HOURS, line, line, line.now)


def keeping(database: Database) -> Callable[[Record], Awaitable[None]]:
    async def keep(record: Record) -> None:
        assert await write(database, [record]) == 0

    return keep


async def book(database: Database, line: Line, number: str = "0612345678", slot: str = "") -> None:
    book = CallbackBook(keeping(database), lambda: HOURS, lambda intent: f"queue-of-{intent}", line.now)
    await book.of_call("c1", "marie").book(BookCallback(number, slot, "adresse-mac"))


async def only(database: Database) -> CallbackRow:
    (row,) = await find_callbacks(database)
    return row


async def test_a_promise_is_kept_and_its_number_erased(
    database: Database, line: Line, dialer: CallbackDialer
) -> None:
    """The caller is called once, through the queue of his question; then nobody knows his number any more."""
    await book(database, line)
    assert await dialer.look() is not None
    assert await dialer.look() is None
    assert line.called == [("0612345678", "queue-of-adresse-mac", "adresse-mac")]
    kept = await only(database)
    assert (kept.state, kept.tries, kept.caller, kept.finished_at) == ("done", 1, "marie", line.time)
    async with database.reading() as connection:
        assert await connection.scalar(promises.sa.select(promises.callbacks.c.number)) is None


@pytest.mark.parametrize("facts", [None, QueueFacts(0, 0, None), QueueFacts(1, 1, 30.0)])
async def test_nobody_free_nobody_called(
    database: Database, line: Line, dialer: CallbackDialer, facts: QueueFacts | None
) -> None:
    """While AMI is away, agents are busy, or callers wait for them, a promise waits."""
    await book(database, line)
    line.facts_known = facts
    assert await dialer.look() is None
    assert (await only(database)).state == "pending"


async def test_nobody_is_called_when_closed(database: Database, line: Line, dialer: CallbackDialer) -> None:
    """Opening hours are checked when calling too, not only when promising."""
    await book(database, line)
    line.time += timedelta(hours=10)
    assert await dialer.look() is None
    assert line.called == []


async def test_a_slot_is_waited_for(database: Database, line: Line, dialer: CallbackDialer) -> None:
    """« Plutôt l'après-midi » is not called in the morning."""
    await book(database, line, slot="après-midi")
    assert await dialer.look() is None
    line.time += timedelta(hours=3)
    assert await dialer.look() is not None


async def test_three_tries_and_it_failed(database: Database, line: Line, dialer: CallbackDialer) -> None:
    """Without an answer it is tried again later, three times in all; then it has failed, and says why."""
    await book(database, line)
    line.answer = False
    for tries in range(1, 4):
        assert await dialer.look() is not None
        assert await dialer.look() is None
        assert (await only(database)).tries == tries
        line.time += AGAIN
    failed = await only(database)
    assert (failed.state, failed.problem, len(line.called)) == ("failed", "nobody answered", 3)


async def test_a_try_cut_short_is_taken_up(database: Database, line: Line, dialer: CallbackDialer) -> None:
    """A process that died while calling breaks no promise: better called twice than never."""
    await book(database, line)
    (promise,) = await promises.next_due(database, line.time)
    assert await promises.claim(database, promise, line.time)
    assert await dialer.look() is None
    line.time += ORPHANED + timedelta(seconds=1)
    assert await dialer.look() is not None
    assert (await only(database)).tries == 2


async def test_two_servers_call_once(database: Database, line: Line) -> None:
    """Whoever claims a promise first has it."""
    await book(database, line)
    (promise,) = await promises.next_due(database, line.time)
    assert [await promises.claim(database, promise, line.time) for _ in range(2)] == [True, False]


async def test_a_cancelled_one_is_not_kept(database: Database, line: Line, dialer: CallbackDialer) -> None:
    """A supervisor may break it, once."""
    await book(database, line)
    promise = (await only(database)).id
    assert await promises.cancel(database, promise, line.time)
    assert not await promises.cancel(database, promise, line.time)
    assert await dialer.look() is None
    assert (await only(database)).state == "cancelled"


async def test_a_disk_that_refuses_is_an_honest_no(line: Line) -> None:
    """What cannot be written down is not promised."""

    async def full(record: Record) -> None:
        raise OSError(28, "No space left on device")

    book = CallbackBook(full, lambda: HOURS, lambda intent: "support", line.now)
    with pytest.raises(IvrError, match="No space left"):
        await book.of_call("c1", None).book(BookCallback("0612345678", "", ""))


@pytest.mark.parametrize("number", ["0899123456", "3949", "00442079460000"])
async def test_what_costs_is_never_promised(database: Database, line: Line, number: str) -> None:
    """The caller chooses the number, the line pays: premium rates and other countries are refused."""
    with pytest.raises(IvrError, match="called"):
        await book(database, line, number=number)
    assert await find_callbacks(database) == ()


async def test_one_number_has_one_open_promise(
    database: Database, line: Line, dialer: CallbackDialer
) -> None:
    """Who books again is called once, for what he asked last."""
    for minute in range(3):
        line.time += timedelta(minutes=minute)
        await book(database, line)
    assert sorted(row.state for row in await find_callbacks(database)) == [
        "cancelled",
        "cancelled",
        "pending",
    ]
    assert await dialer.look() is not None
    assert await dialer.look() is None


def test_the_morning_is_not_midnight() -> None:
    """Also where no hours are set."""
    always, evening = OpeningHours.from_settings(DeskSettings()), datetime(2026, 11, 23, 20, tzinfo=UTC)
    assert due_at("matin", evening, always).astimezone(always.zone).hour == 8
