"""Callbacks within the desk's hours."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from ivr.config import DeskSettings
from ivr.dialogue.ports import DayHours
from ivr.knowledge.appointments import appointment, hours_on
from ivr.knowledge.hours import OpeningHours

pytestmark = pytest.mark.unit

PARIS = ZoneInfo("Europe/Paris")
WEEK = {day: ["09:00-12:00", "14:00-18:00"] for day in ("lundi", "mardi", "mercredi", "jeudi", "vendredi")}
HOURS = OpeningHours.from_settings(DeskSettings(hours=WEEK))
MONDAY = datetime(2026, 11, 23, 15, 20, tzinfo=PARIS)


def asked(text: str, now: datetime = MONDAY, hours: OpeningHours = HOURS) -> tuple[str, str, bool]:
    """What is said, when it begins, and whether it is another moment than was asked for."""
    found = appointment(text, now, hours)
    assert found is not None
    return found.spoken, found.due.strftime("%d %H:%M") if found.due else "", found.moved


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("le matin", ("demain, entre neuf heures et midi", "24 09:00", False)),
        ("plutôt en fin de matinée", ("demain, entre dix heures trente et midi", "24 10:30", False)),
        ("après seize heures", ("aujourd'hui, entre seize heures et dix-huit heures", "23 16:00", False)),
        ("demain", ("demain", "24 09:00", False)),
        ("jeudi à dix heures", ("jeudi, entre neuf heures trente et dix heures trente", "26 09:30", False)),
        ("samedi", ("le lundi trente novembre", "30 09:00", True)),
        ("entre midi et deux", ("aujourd'hui, avant dix-huit heures", "23 15:20", True)),
        ("quand vous voulez", ("", "", False)),
    ],
)
def test_the_first_window_that_suits(text: str, expected: tuple[str, str, bool]) -> None:
    """Never before now, never outside the desk's hours."""
    assert asked(text) == expected


def test_a_public_holiday_is_no_appointment() -> None:
    """Christmas gives the next working day."""
    before = datetime(2026, 12, 24, 10, 0, tzinfo=PARIS)
    assert asked("demain matin", before)[1:] == ("28 09:00", True)


def test_a_desk_without_hours_is_always_open() -> None:
    """Then the window is the caller's."""
    hours = OpeningHours.from_settings(DeskSettings())
    assert asked("vers vingt heures", MONDAY, hours)[1] == "23 19:30"


@pytest.mark.parametrize("text", ["oui", "je ne sais pas", ""])
def test_no_time(text: str) -> None:
    """Is no appointment."""
    assert appointment(text, MONDAY, HOURS) is None


@pytest.mark.parametrize(
    ("text", "day", "hours"),
    [
        (
            "vous êtes ouverts demain",
            "demain",
            "de neuf heures à midi et de quatorze heures à dix-huit heures",
        ),
        ("et samedi ?", "samedi", None),
        ("et à Noël ?", "le vendredi vingt-cinq décembre", None),
        ("pour le premier de l'an", "le vendredi premier janvier", None),
    ],
)
def test_the_hours_of_a_day(text: str, day: str, hours: str | None) -> None:
    """A public holiday has none; it is called by its name, or by what people call it."""
    assert hours_on(text, MONDAY, HOURS) == DayHours(day, hours)


def test_no_day_has_no_hours() -> None:
    """Then the week's are told."""
    assert hours_on("quels sont vos horaires", MONDAY, HOURS) is None
