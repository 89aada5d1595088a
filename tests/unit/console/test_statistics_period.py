"""Which days statistics count, and which they are compared with."""

from datetime import date
from zoneinfo import ZoneInfo

import pytest

from ivr.console.forms.statistics_period import Days, read_days
from ivr.errors import ConfigurationError
from ivr.store.statistics import Step

pytestmark = pytest.mark.unit

TODAY = date(2026, 12, 1)


@pytest.mark.parametrize(
    ("asked", "first", "last", "step"),
    [
        ({}, date(2026, 11, 2), TODAY, Step.DAY),
        ({"jours": "1"}, TODAY, TODAY, Step.HOUR),
        ({"jours": "hier"}, date(2026, 11, 30), date(2026, 11, 30), Step.HOUR),
        ({"jours": "7", "par": "hour"}, date(2026, 11, 25), TODAY, Step.HOUR),
        ({"jours": "365", "par": "hour"}, date(2025, 12, 2), TODAY, Step.WEEK),
        ({"jours": "-3"}, date(2026, 11, 2), TODAY, Step.DAY),
        ({"du": "2026-11-28"}, date(2026, 11, 28), TODAY, Step.DAY),
        ({"au": "2026-11-28"}, date(2026, 11, 28), date(2026, 11, 28), Step.HOUR),
        (
            {"du": "2026-01-01", "au": "2026-03-31", "jours": "7"},
            date(2026, 1, 1),
            date(2026, 3, 31),
            Step.WEEK,
        ),
    ],
)
def test_what_is_asked_for(asked: dict[str, str], first: date, last: date, step: Step) -> None:
    """By name or by days; days win; as fine as makes sense."""
    days = read_days(asked, TODAY)
    assert (days.first, days.last, days.step) == (first, last, step)


def test_days_are_compared_with_as_many_before() -> None:
    """A day with the same day of the week before; others with those just before them."""
    assert Days(TODAY, TODAY, Step.HOUR).before == Days(date(2026, 11, 24), date(2026, 11, 24), Step.HOUR)
    month = read_days({"jours": "30"}, TODAY)
    assert (month.before.last - month.first).days == -1
    assert month.before.count == month.count == 30


def test_days_begin_at_midnight_on_the_desks_clock() -> None:
    """Also when it changes: the last Sunday of October has 25 hours."""
    period = Days(date(2026, 10, 25), date(2026, 10, 25), Step.HOUR).period(ZoneInfo("Europe/Paris"))
    assert period.until.timestamp() - period.since.timestamp() == 25 * 3600


@pytest.mark.parametrize(
    "asked",
    [{"du": "demain"}, {"du": "2026-12-02"}, {"du": "2026-11-02", "au": "2026-11-01"}, {"du": "2001-01-01"}],
)
def test_what_is_no_period_is_told(asked: dict[str, str]) -> None:
    """Not shown as something else."""
    with pytest.raises(ConfigurationError):
        read_days(asked, TODAY)
