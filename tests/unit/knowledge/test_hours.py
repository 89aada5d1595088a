"""The desk is open when its settings say so, in summer and winter, on feast days and others."""

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from ivr.config import DeskSettings
from ivr.errors import ConfigurationError
from ivr.knowledge.hours import OpeningHours

pytestmark = pytest.mark.unit

PARIS = ZoneInfo("Europe/Paris")
OFFICE = {day: ["09:00-12:00", "14:00-18:00"] for day in ("lundi", "mardi", "mercredi", "jeudi", "vendredi")}
NIGHTS = {day: ["02:15-02:45", "23:00-24:00"] for day in ("samedi", "dimanche")}


def hours(**settings: Any) -> OpeningHours:
    return OpeningHours.from_settings(DeskSettings(**settings))


def paris(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=PARIS)


def test_no_hours_is_always_open() -> None:
    """Without weekly hours the desk is open day and night, feast days included, and announces nothing."""
    always = hours()
    assert always.is_open(paris("2026-12-25T03:00"))
    assert always.spoken() is None


@pytest.mark.parametrize(
    ("at", "is_open"),
    [
        ("2026-11-23T08:59:59", False),
        ("2026-11-23T09:00", True),
        ("2026-11-23T12:00", False),
        ("2026-11-23T13:59", False),
        ("2026-11-23T17:59:59", True),
        ("2026-11-22T10:00", False),
        ("2026-11-11T10:00", False),
        ("2026-05-25T10:00", False),
    ],
)
def test_office_hours(at: str, is_open: bool) -> None:
    """A span begins at its first minute and ends before its last; Sundays and public holidays are closed."""
    assert hours(hours=OFFICE).is_open(paris(at)) is is_open


def test_holidays_may_be_worked() -> None:
    """`holidays = false` opens on feast days."""
    assert hours(hours=OFFICE, holidays=False).is_open(paris("2026-11-11T10:00"))


@pytest.mark.parametrize(
    ("subdivision", "day"),
    [
        ("57", "2026-04-03"),
        ("67", "2026-04-03"),
        ("68", "2025-12-26"),
        ("GP", "2026-05-27"),
        ("974", "2027-12-20"),
    ],
)
def test_local_holidays(subdivision: str, day: str) -> None:
    """Alsace-Moselle and overseas departments keep their own feast days; the mainland works."""
    at = paris(f"{day}T10:00")
    assert not hours(hours=OFFICE, holidays_subdivision=subdivision).is_open(at)
    assert hours(hours=OFFICE).is_open(at)


def test_exceptional_days() -> None:
    """A day declared closed is closed; one declared open is open in spite of a feast, with its own hours."""
    desk = hours(
        hours=OFFICE, extra_closed=["2026-12-24"], extra_open=["2026-11-11", "2026-12-20 10:00-11:00"]
    )
    assert not desk.is_open(paris("2026-12-24T10:00"))
    assert desk.is_open(paris("2026-11-11T10:00"))
    assert desk.is_open(paris("2026-12-20T10:30"))
    assert not desk.is_open(paris("2026-12-20T09:30"))


def test_the_moment_may_come_from_any_zone() -> None:
    """What counts is the clock at the desk."""
    assert hours(hours=OFFICE).is_open(datetime(2026, 7, 6, 7, 30, tzinfo=UTC))
    assert not hours(hours=OFFICE).is_open(datetime(2026, 11, 23, 7, 30, tzinfo=UTC))
    reunion = hours(hours=OFFICE, timezone="Indian/Reunion")
    assert reunion.is_open(datetime(2026, 11, 23, 5, 0, tzinfo=UTC))
    with pytest.raises(ValueError, match="time zone"):
        reunion.is_open(datetime(2026, 11, 23, 5, 0))


@pytest.mark.parametrize(
    ("at", "opening"),
    [
        ("2026-11-23T10:00", "2026-11-23T10:00"),
        ("2026-11-23T12:30", "2026-11-23T14:00"),
        ("2026-11-20T18:00", "2026-11-23T09:00"),
        ("2026-11-10T18:00", "2026-11-12T09:00"),
        ("2026-12-31T20:00", "2027-01-04T09:00"),
    ],
)
def test_next_opening(at: str, opening: str) -> None:
    """The next opening is now, later today, or after the week-end and the feast."""
    assert hours(hours=OFFICE).next_opening(paris(at)) == paris(opening)


def test_never_opening_again() -> None:
    """A desk that is always closed has no next opening."""
    desk = OpeningHours(zone=PARIS, week=((),) * 7)
    assert desk.next_opening(paris("2026-11-23T10:00")) is None


def test_spring_opens_when_the_clock_jumps_into_a_span() -> None:
    """On the night that loses an hour, a span that begins in it opens at three."""
    desk = hours(hours={"dimanche": ["02:30-04:00"]}, holidays=False)
    assert desk.next_opening(paris("2026-03-29T01:00")) == paris("2026-03-29T03:00")


MOMENTS = st.datetimes(datetime(2025, 1, 1), datetime(2028, 1, 1), timezones=st.just(UTC))


@given(MOMENTS, st.sampled_from([OFFICE, NIGHTS, {"dimanche": ["02:30-04:00"]}]))
@example(datetime(2026, 3, 29, 0, 30, tzinfo=UTC), NIGHTS)
@example(datetime(2026, 10, 25, 0, 50, tzinfo=UTC), NIGHTS)
def test_next_opening_is_the_first(at: datetime, week: dict[str, list[str]]) -> None:
    """The desk is open at its next opening and was closed at every moment before, clock changes included."""
    desk = hours(hours=week)
    opening = desk.next_opening(at)
    assert opening is not None
    opening = opening.astimezone(UTC)  # wall-clock arithmetic would step over the changes
    assert opening >= at
    assert desk.is_open(opening)
    if opening > at:
        assert not desk.is_open(opening.astimezone(UTC) - timedelta(microseconds=1))
        step = max((opening - at) / 50, timedelta(minutes=1))
        between = (at + n * step for n in range(50) if at + n * step < opening)
        assert not any(desk.is_open(moment) for moment in between)


@given(MOMENTS, st.sampled_from(["UTC", "Europe/Paris", "America/Guadeloupe", "Pacific/Noumea"]))
def test_the_zone_of_the_question_changes_nothing(at: datetime, zone: str) -> None:
    """The same moment asked in another zone has the same answer."""
    desk = hours(hours=OFFICE)
    assert desk.is_open(at) == desk.is_open(at.astimezone(ZoneInfo(zone)))


@pytest.mark.parametrize(
    ("week", "words"),
    [
        (OFFICE, "du lundi au vendredi, de neuf heures à midi et de quatorze heures à dix-huit heures"),
        (
            {**{day: ["08:30-18:00"] for day in OFFICE}, "samedi": ["09:00-12:00"]},
            "du lundi au vendredi, de huit heures trente à dix-huit heures, "
            "et le samedi, de neuf heures à midi",
        ),
        (
            {"lundi": ["09:00-17:00"], "mercredi": ["09:00-17:00"]},
            "le lundi et le mercredi, de neuf heures à dix-sept heures",
        ),
        (
            {d: ["00:00-24:00"] for d in [*OFFICE, "samedi", "dimanche"]},
            "tous les jours, vingt-quatre heures sur vingt-quatre",
        ),
    ],
)
def test_spoken_hours(week: dict[str, list[str]], words: str) -> None:
    """Hours are announced in words, days that are alike together."""
    assert hours(hours=week).spoken() == words


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"hours": {"monday": ["09:00-12:00"]}}, "no day « monday »"),
        ({"hours": {"lundi": ["9h-12h"]}}, "desk.hours.lundi: « 9h-12h » is no span"),
        ({"hours": {"lundi": ["12:00-09:00"]}}, "is no span"),
        ({"hours": {"lundi": ["09:60-12:00"]}}, "is no span"),
        ({"hours": {"lundi": ["09:00-12:00", "11:00-14:00"]}}, "overlap"),
        ({"timezone": "Mars/Olympus"}, "no time zone"),
        ({"timezone": "Europe"}, "no time zone"),
        ({"holidays_subdivision": "ZZ"}, "known: .*57.*67"),
        ({"extra_closed": ["24/12/2026"]}, "write 2026-12-24"),
        ({"hours": OFFICE, "extra_open": ["2026-12-20"]}, "has no hours of its own"),
    ],
)
def test_mistakes_are_named(settings: dict[str, Any], message: str) -> None:
    """Each wrong setting is refused with its key and what to write."""
    with pytest.raises(ConfigurationError, match=message):
        hours(**settings)
