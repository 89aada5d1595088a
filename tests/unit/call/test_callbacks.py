"""When a promise to call back is due."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from ivr.call.callbacks import due_at
from ivr.config import DeskSettings
from ivr.knowledge.hours import OpeningHours

pytestmark = pytest.mark.unit

PARIS = ZoneInfo("Europe/Paris")
WEEK = {day: ["09:00-12:00", "14:00-18:00"] for day in ("lundi", "mardi", "mercredi", "jeudi", "vendredi")}
HOURS = OpeningHours.from_settings(DeskSettings(hours=WEEK))


def monday(hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 11, 23, hour, minute, tzinfo=PARIS)


@pytest.mark.parametrize(
    ("slot", "now", "due"),
    [
        ("", monday(10), monday(10)),
        ("", monday(13), monday(14)),
        ("", monday(19), datetime(2026, 11, 24, 9, tzinfo=PARIS)),
        ("matin", monday(8), monday(9)),
        ("matin", monday(10, 30), monday(10, 30)),
        ("matin", monday(13), datetime(2026, 11, 24, 9, tzinfo=PARIS)),
        ("après-midi", monday(10), monday(14)),
        ("après-midi", monday(19), datetime(2026, 11, 24, 14, tzinfo=PARIS)),
        ("après-midi", datetime(2026, 11, 27, 18, tzinfo=PARIS), datetime(2026, 11, 30, 14, tzinfo=PARIS)),
    ],
)
def test_the_first_open_moment_of_the_slot(slot: str, now: datetime, due: datetime) -> None:
    """Now if we are in it and open, else when it begins next and somebody is there."""
    assert due_at(slot, now, HOURS) == due


def test_a_slot_that_is_never_open_is_not_waited_for() -> None:
    """A desk open only in the morning calls back in the morning, whatever was promised."""
    mornings = OpeningHours.from_settings(DeskSettings(hours={"lundi": ["09:00-12:00"]}))
    assert due_at("après-midi", monday(8), mornings) == monday(9)


def test_a_desk_that_never_opens_calls_when_it_can() -> None:
    """Without any opening the promise is due at once; the dialer checks again before it calls."""
    never = OpeningHours.from_settings(DeskSettings(hours={"lundi": []}))
    assert due_at("matin", monday(8), never) == monday(8)
