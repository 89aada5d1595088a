"""« Le … à … » on the desk's clock."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from ivr.console.accounts import Refused
from ivr.console.moments import day_field, hour_field, read_moment

pytestmark = pytest.mark.unit

PARIS = ZoneInfo("Europe/Paris")


def test_the_clock_is_the_desks() -> None:
    """The same wall clock is another instant in summer."""
    assert read_moment("2026-12-24", "17:30", PARIS) == datetime(2026, 12, 24, 16, 30, tzinfo=UTC)
    assert read_moment("2026-07-14", "17:30", PARIS) == datetime(2026, 7, 14, 15, 30, tzinfo=UTC)


def test_an_hour_that_comes_twice_begins_early_and_ends_late() -> None:
    """25 October 2026, 02:30: first in summer time, then in winter time."""
    assert read_moment("2026-10-25", "02:30", PARIS) == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    assert read_moment("2026-10-25", "02:30", PARIS, late=True) == datetime(2026, 10, 25, 1, 30, tzinfo=UTC)


@pytest.mark.parametrize("late", [False, True])
def test_an_hour_that_the_clock_skips_is_refused(late: bool) -> None:
    """28 March 2027, 02:30 does not exist in Paris."""
    with pytest.raises(Refused, match="n'existe pas"):
        read_moment("2027-03-28", "02:30", PARIS, late=late)


@pytest.mark.parametrize(
    ("day", "hour"), [("", ""), ("24/12/2026", "17:30"), ("2026-02-30", "10:00"), ("2026-12-24", "25:00")]
)
def test_what_is_no_moment_is_refused(day: str, hour: str) -> None:
    """With an example of what is."""
    with pytest.raises(Refused, match="17:30"):
        read_moment(day, hour, PARIS)


def test_a_form_shows_what_it_sent() -> None:
    """The fields of a moment lead back to it."""
    moment = datetime(2026, 7, 14, 15, 30, tzinfo=UTC)
    assert read_moment(day_field(moment, PARIS), hour_field(moment, PARIS), PARIS) == moment
