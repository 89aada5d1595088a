"""A month at the desk, as a grid."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.config import DeskSettings
from ivr.console.months import Cell, month_of, spans_told
from ivr.knowledge.desk_changes import Closure, DeskChanges, Opening
from ivr.knowledge.hours import OpeningHours, Span

pytestmark = pytest.mark.unit

WEEK = {day: ["09:00-12:00", "14:00-17:30"] for day in ("lundi", "mardi", "mercredi", "jeudi", "vendredi")}
TODAY = date(2026, 11, 23)
MADE = DeskChanges(
    hours=WEEK,
    closed=(
        Closure(date(2026, 12, 24), date(2026, 12, 24), "Inventaire"),
        Closure(date(2026, 12, 31), date(2026, 12, 31)),
    ),
    open=(Opening(date(2026, 12, 20), ("10:00-12:00",)),),
)
HOURS = OpeningHours.from_settings(MADE.over(DeskSettings()), MADE.reasons)


def cells(wanted: str = "2026-12") -> dict[date, Cell]:
    return {cell.day: cell for row in month_of(HOURS, wanted, TODAY).weeks for cell in row}


@given(st.dates(date(2026, 1, 1), date(2028, 6, 30)))
def test_a_month_is_whole_weeks_from_monday(day: date) -> None:
    """Every day of the month once, in order; never more than six weeks."""
    weeks = month_of(HOURS, f"{day:%Y-%m}", TODAY).weeks
    found = [cell.day for row in weeks for cell in row]
    assert found == sorted(set(found))
    assert {len(row) for row in weeks} == {7}
    assert all(row[0].day.weekday() == 0 for row in weeks)
    assert sum(cell.inside for row in weeks for cell in row) in (28, 29, 30, 31)


def test_each_day_says_what_it_is() -> None:
    """To who sees the colours, and to who hears the words."""
    found = cells()
    told = {n: (found[date(2026, 12, n)].why, found[date(2026, 12, n)].tone) for n in (1, 5, 20, 24, 25, 31)}
    assert told == {
        1: ("", "open"),
        5: ("", "closed"),
        20: ("Ouverture exceptionnelle", "exception"),
        24: ("Inventaire", "exception"),
        25: ("Noël", "holiday"),
        31: ("Fermeture exceptionnelle", "exception"),
    }
    assert found[date(2026, 12, 25)].told == "vendredi 25 décembre 2026 : Fermé, Noël"


@pytest.mark.parametrize("wanted", ["", "2026-13", "x", "1999-01", "2099-01"])
def test_nonsense_and_far_away_lead_to_this_month(wanted: str) -> None:
    """Nobody computes the holidays of 9999."""
    month = month_of(HOURS, wanted, TODAY)
    assert (month.title, month.before, month.after) == ("Novembre 2026", "2026-10", "2026-12")
    assert month_of(HOURS, "2028-11", TODAY).after is None


def test_spans_are_told_as_people_say_them() -> None:
    """Hours without minutes, the whole day, nothing."""
    plain = spans_told([Span(540, 720), Span(840, 1050)]).replace("\u00a0", " ")
    assert plain == "9 h – 12 h, 14 h – 17 h 30"
    assert spans_told([Span(0, 1440)]).startswith("24")
    assert spans_told([]) == "Fermé"
