"""A month at the desk, as a grid of weeks: what each day is, in words and as a tone.

Pure: the day of today is the caller's.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from ivr.console.typography import DAYS, MONTHS, NO_BREAK
from ivr.knowledge.hours import Day, OpeningHours, Span, Why

WEEK = 7
ALL_DAY = Span(0, 24 * 60)
JOINED = "\u2060"
"""No line ends here."""
AHEAD, BACK = 24, 12
"""Months that can be looked at."""


@dataclass(frozen=True, slots=True)
class Cell:
    """One day of the grid."""

    day: date
    open: str
    """When the desk is open; « Fermé » when it is not."""
    brief: str
    """The same in a few signs: « 9–12 14–18 »."""
    why: str
    """What decides, when it is not the week."""
    tone: str
    """``open``, ``closed``, ``holiday``, ``exception``."""
    inside: bool
    """Whether it belongs to the month."""
    today: bool

    @property
    def told(self) -> str:
        """The whole cell in words, for who cannot see it."""
        why = f", {self.why}" if self.why else ""
        return f"{long_day(self.day)} : {self.open}{why}"


@dataclass(frozen=True, slots=True)
class Month:
    """The grid of one month."""

    title: str
    weeks: tuple[tuple[Cell, ...], ...]
    before: str | None
    """The month before as ``2026-10``; None at the end of what can be looked at."""
    after: str | None


def month_of(hours: OpeningHours, wanted: str, today: date) -> Month:
    """Return the month *wanted* (``2026-11``), or that of *today* when it is none that can be looked at."""
    first = _first(wanted, today)
    start = first - timedelta(days=first.weekday())
    after = _shifted(first, 1)
    days = (after - start).days
    cells = [
        _cell(hours.day(start + timedelta(days=n)), first, today) for n in range(-(-days // WEEK) * WEEK)
    ]
    weeks = tuple(tuple(cells[n : n + WEEK]) for n in range(0, len(cells), WEEK))
    title = f"{MONTHS[first.month - 1].capitalize()} {first.year}"
    this = today.replace(day=1)
    before = _shifted(first, -1)
    return Month(
        title,
        weeks,
        f"{before:%Y-%m}" if before >= _shifted(this, -BACK) else None,
        f"{after:%Y-%m}" if after <= _shifted(this, AHEAD) else None,
    )


def spans_told(spans: Sequence[Span]) -> str:
    """« 9 h – 12 h, 14 h – 18 h »; « Fermé » without any."""
    if tuple(spans) == (ALL_DAY,):
        return f"24{NO_BREAK}h sur 24"
    return ", ".join(f"{_hour(span.start)} – {_hour(span.end)}" for span in spans) or "Fermé"


def long_day(day: date) -> str:
    """« jeudi 24 décembre 2026 »."""
    number = "1er" if day.day == 1 else day.day
    return f"{DAYS[day.weekday()]} {number} {MONTHS[day.month - 1]} {day.year}"


def weekdays() -> Iterator[tuple[str, str]]:
    """Each day of the week, long and short."""
    return ((name.capitalize(), name[:3].capitalize() + ".") for name in DAYS)


def _cell(day: Day, first: date, today: date) -> Cell:
    inside = (day.date.year, day.date.month) == (first.year, first.month)
    brief = (
        " ".join(f"{_short(span.start)}{JOINED}–{JOINED}{_short(span.end)}" for span in day.spans) or "Fermé"
    )
    return Cell(day.date, spans_told(day.spans), brief, *_why(day), inside, day.date == today)


def _why(day: Day) -> tuple[str, str]:
    match day.why:
        case Why.OPENED:
            return day.name or "Ouverture exceptionnelle", "exception"
        case Why.CLOSED:
            return day.name or "Fermeture exceptionnelle", "exception"
        case Why.HOLIDAY:
            return day.name, "holiday"
        case _:
            return "", "open" if day.spans else "closed"


def _first(wanted: str, today: date) -> date:
    this = today.replace(day=1)
    try:
        first = date.fromisoformat(f"{wanted}-01")
    except ValueError:
        return this
    return first if _shifted(this, -BACK) <= first <= _shifted(this, AHEAD) else this


def _shifted(first: date, months: int) -> date:
    year, month = divmod(first.year * 12 + first.month - 1 + months, 12)
    return date(year, month + 1, 1)


def _hour(minute: int) -> str:
    hour, rest = divmod(minute, 60)
    return f"{hour}{NO_BREAK}h{NO_BREAK}{rest:02}" if rest else f"{hour}{NO_BREAK}h"


def _short(minute: int) -> str:
    hour, rest = divmod(minute, 60)
    return f"{hour}h{rest:02}" if rest else str(hour)
