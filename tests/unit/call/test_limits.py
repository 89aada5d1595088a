"""Callbacks and texts cost money and ring at people's: so many a day, and no more."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.call.callbacks import CallbackBook
from ivr.call.limits import DAY_SECONDS, Limiter, plan_of
from ivr.config import DailyLimit, DeskSettings, NumbersSettings, Settings
from ivr.dialogue.actions import BookCallback
from ivr.errors import IvrError
from ivr.french.number_plan import NumberPlan
from ivr.knowledge.hours import OpeningHours
from ivr.store.records import Record

pytestmark = pytest.mark.unit

LIMIT = DailyLimit(number=2, caller=3, line=4)


class Clock:
    now = 0.0


def allowed(limiter: Limiter, number: str, caller: str) -> str:
    """Do it; return which limit forbids it."""
    try:
        with limiter.once(number, caller):
            return ""
    except IvrError as error:
        return str(error)


def limiter() -> tuple[Limiter, Callable[[str, str], str], Clock]:
    clock = Clock()
    counted = Limiter("texts", LIMIT, lambda: clock.now)
    return counted, lambda number, caller: allowed(counted, number, caller), clock


def test_each_limit_holds() -> None:
    """Two to a number, three for a caller, four in all; each told by its name."""
    counted, once, _ = limiter()
    assert [once("06", "a"), once("06", "b")] == ["", ""]
    assert "one number" in once("06", "c")
    assert [once("07", "a"), once("08", "a")] == ["", ""]
    assert "one caller" in once("09", "a")
    assert "one line" in once("09", "d")
    assert counted.refused == 3


def test_after_a_day_it_begins_anew() -> None:
    """Not at midnight: twenty-four hours after each."""
    _, once, clock = limiter()
    assert [once("06", "a"), once("06", "a")] == ["", ""]
    clock.now = DAY_SECONDS - 1
    assert once("06", "a")
    clock.now = DAY_SECONDS + 1
    assert once("06", "a") == ""


def test_what_failed_does_not_count() -> None:
    """A provider that is down for an hour costs nobody his text."""
    counted, once, _ = limiter()
    for _ in range(5):
        with pytest.raises(OSError, match="down"), counted.once("06", "a"):
            raise OSError("down")
    assert once("06", "a") == ""


@given(
    st.lists(
        st.tuples(st.sampled_from("xyz"), st.sampled_from("abc"), st.floats(0, DAY_SECONDS)), max_size=40
    )
)
def test_no_day_ever_has_more(wanted: list[tuple[str, str, float]]) -> None:
    """Whatever is asked in whatever order, and the memory is bounded by the limit."""
    counted, once, clock = limiter()
    done: list[tuple[float, str, str]] = []
    for number, caller, seconds in wanted:
        clock.now += seconds
        if not once(number, caller):
            done.append((clock.now, number, caller))
        day = [each for each in done if clock.now - each[0] <= DAY_SECONDS]
        assert len(day) == len(counted._done) <= LIMIT.line
        assert all(sum(each[1] == one for each in day) <= LIMIT.number for one in "xyz")
        assert all(sum(each[2] == one for each in day) <= LIMIT.caller for one in "abc")


async def test_a_number_is_promised_so_often_a_day() -> None:
    """Who withholds his number is known by his call; another's number is not rung up for him."""
    kept: list[Record] = []

    async def keep(record: Record) -> None:
        kept.append(record)

    hours = OpeningHours.from_settings(DeskSettings())
    numbers = NumbersSettings(called=["06"], callbacks=LIMIT)
    now = datetime.now(UTC)
    book = CallbackBook(keep, lambda: hours, lambda intent: "support", lambda: now, numbers)
    for call in ("c1", "c2"):
        await book.of_call(call, None).book(BookCallback("0612345678", "", ""))
    with pytest.raises(IvrError, match="one number"):
        await book.of_call("c3", None).book(BookCallback("0612345678", "", ""))
    with pytest.raises(IvrError, match="called"):
        await book.of_call("c3", None).book(BookCallback("0123456789", "", ""))
    assert (len(kept), book.refused) == (2, 1)


@pytest.mark.parametrize("wrong", ["6", "+33", "08a", "", "00"])
def test_a_plan_has_the_beginnings_of_national_numbers(wrong: str) -> None:
    """« 6 » would be taken for nothing, « 00 » for the whole world."""
    with pytest.raises(ValueError, match="first digits of national numbers"):
        Settings(numbers=NumbersSettings(called=[wrong]))


def test_the_plan_of_the_settings_is_that_of_the_dialogue() -> None:
    """Defaults are written twice, and agree."""
    assert plan_of(NumbersSettings()) == NumberPlan()
