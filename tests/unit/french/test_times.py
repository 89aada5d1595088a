"""When a caller wants to be reached, heard and said."""

from datetime import date, datetime, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.french.appointments import say_day, say_when, say_window
from ivr.french.times import Wanted, hear_when

pytestmark = pytest.mark.unit

WEDNESDAY = datetime(2026, 12, 2, 11, 20)


def heard(text: str) -> tuple[str, str, str] | None:
    """Day, start and end; « - » where they are open."""
    when = hear_when(text, WEDNESDAY)
    if when is None:
        return None
    clocks = [f"{clock:%H:%M}" if clock else "-" for clock in (when.start, when.end)]
    return (f"{when.day:%d/%m}" if when.day else "-", clocks[0], clocks[1])


@pytest.mark.parametrize(
    ("text", "day", "start", "end"),
    [
        ("plutôt en début d'après-midi", "-", "13:00", "15:00"),
        ("en fin de matinée", "-", "10:30", "12:30"),
        ("en fin de journée", "-", "16:00", "20:00"),
        ("entre midi et deux", "-", "12:00", "14:00"),
        ("pas le matin", "-", "12:00", "18:00"),
        ("demain matin", "03/12", "07:00", "12:00"),
        ("après-demain après-midi", "04/12", "12:00", "18:00"),
        ("ce soir", "02/12", "16:00", "20:00"),
        ("lundi", "07/12", "-", "-"),
        ("mercredi", "09/12", "-", "-"),
        ("lundi en huit", "14/12", "-", "-"),
        ("lundi prochain dans la matinée", "07/12", "07:00", "12:00"),
        ("pas demain, vendredi", "04/12", "-", "-"),
        ("la semaine prochaine", "07/12", "-", "-"),
        ("le quinze décembre vers dix heures", "15/12", "09:30", "10:30"),
        ("le 3 à 9 heures", "03/12", "08:30", "09:30"),
        ("dans une heure", "02/12", "12:20", "-"),
        ("dans deux jours", "04/12", "-", "-"),
        ("après seize heures", "-", "16:00", "-"),
        ("pas avant quinze heures", "-", "15:00", "-"),
        ("à partir de 14h30", "-", "14:30", "-"),
        ("avant onze heures", "-", "-", "11:00"),
        ("entre dix et onze heures", "-", "10:00", "11:00"),
        ("de neuf heures à dix heures", "-", "09:00", "10:00"),
        ("vers deux heures", "-", "13:30", "14:30"),
        ("dix heures moins le quart", "-", "09:15", "10:15"),
        ("midi et demi", "-", "12:00", "13:00"),
        ("huit heures du matin", "-", "07:30", "08:30"),
    ],
)
def test_times_are_heard(text: str, day: str, start: str, end: str) -> None:
    """Days, parts of the day and clock times, alone and together."""
    assert heard(text) == (day, start, end)


@pytest.mark.parametrize(
    "text", ["le plus tôt possible", "quand vous voulez", "tout de suite", "n'importe quand"]
)
def test_whenever(text: str) -> None:
    """A caller may leave it to us."""
    assert hear_when(text, WEDNESDAY) == Wanted(soonest=True)


@pytest.mark.parametrize(
    "text",
    ["laissez tomber", "je sais pas", "zéro six douze", "deux secondes", "un conseiller", "", "dans la lune"],
)
def test_no_time(text: str) -> None:
    """Numbers and other words are no time."""
    assert hear_when(text, WEDNESDAY) is None


@given(st.text(max_size=60), st.datetimes(datetime(2020, 1, 1), datetime(2090, 1, 1)))
def test_whatever_is_said(text: str, now: datetime) -> None:
    """Nothing raises, and no day is before today."""
    when = hear_when(text, now)
    assert when is None or when.day is None or when.day >= now.date()


_WORDS = [
    "demain", "lundi", "le", "dans", "la", "matin", "midi", "minuit", "à", "vers", "entre", "et", "quinze",
    "heures", "h", "trente", "moins", "quart", "après", "pas", "avant", "décembre", "31", "février", "fin",
    "premier", "vingt-quatre", "de", "journée", "minutes", "jours", "semaine", "prochaine",
]  # fmt: skip


@given(
    st.lists(st.sampled_from(_WORDS), max_size=9), st.datetimes(datetime(2020, 1, 1), datetime(2090, 1, 1))
)
def test_whatever_is_said_about_times(words: list[str], now: datetime) -> None:
    """Impossible dates and hours are no times, and never an error."""
    when = hear_when(" ".join(words), now)
    assert when is None or when.day is None or when.day >= now.date()


def test_times_are_said() -> None:
    """The caller hears what was understood."""
    today = date(2026, 12, 2)
    assert say_when(date(2026, 12, 3), time(9), time(12), today) == "demain, entre neuf heures et midi"
    assert say_when(date(2026, 12, 7), time(16), None, today) == "lundi, après seize heures"
    assert say_when(today, None, None, today) == "aujourd'hui"
    assert say_window(None, time(11, 30)) == "avant onze heures trente"
    assert say_day(date(2027, 1, 1), today) == "le vendredi premier janvier"
    assert say_day(date(2026, 12, 9), today) == "le mercredi neuf décembre"
