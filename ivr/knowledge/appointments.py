"""When a caller who asks for « demain en fin de matinée » can be called back: within the desk's hours.

Pure functions of a moment; the clock is the caller's.
"""

from datetime import date, datetime, time, timedelta

from ivr.dialogue.ports import Appointment, DayHours
from ivr.french.appointments import say_day, say_when
from ivr.french.phrases import fold, says
from ivr.french.times import Wanted, hear_when
from ivr.knowledge.hours import OpeningHours, Span, holidays_of, say_spans

HORIZON = 60
"""Days searched for a moment that suits."""
SHORTEST = 15
"""Minutes that a window must last to be promised."""
_MIDDAY = 12 * 60
_DAY = 24 * 60


def appointment(text: str, now: datetime, hours: OpeningHours) -> Appointment | None:
    """Return the first window within *hours* that suits *text*; None when it names no time.

    A day on which the desk is closed, or an hour at which it is, gives the next one that is open.
    """
    local = now.astimezone(hours.zone)
    wanted = hear_when(text, local.replace(tzinfo=None))
    if wanted is None:
        return None
    if wanted.soonest:
        return Appointment("", None, "")
    return _first(wanted, local, hours) or _first(Wanted(wanted.day), local, hours, moved=True)


def hours_on(text: str, now: datetime, hours: OpeningHours) -> DayHours | None:
    """Return the hours of the day that *text* names; None when it names none."""
    local = now.astimezone(hours.zone)
    today = local.date()
    wanted = hear_when(text, local.replace(tzinfo=None))
    day = (wanted and wanted.day) or _holiday(text, today, hours.subdivision)
    if day is None:
        return None
    spans = hours.day(day).spans
    return DayHours(say_day(day, today), say_spans(spans) if spans else None)


def _holiday(text: str, today: date, subdivision: str | None) -> date | None:
    """Return the next public holiday that *text* names: « à Noël », « le premier de l'an »."""
    for year in (today.year, today.year + 1):
        for day, name in sorted(holidays_of(subdivision, year).items()):
            if day >= today and (says(text, [name]) or says(text, _ALIASES.get(fold(name), ()))):
                return day
    return None


_ALIASES = {
    "jour de l an": ("premier de l'an", "nouvel an", "premier janvier"),
    "fete du travail": ("premier mai",),
    "lundi de paques": ("Pâques",),
    "lundi de pentecote": ("Pentecôte",),
    "fete nationale": ("quatorze juillet",),
    "assomption": ("quinze août",),
    "armistice": ("onze novembre",),
}
"""What people call them, by their folded names."""


def _first(wanted: Wanted, now: datetime, hours: OpeningHours, moved: bool = False) -> Appointment | None:
    today = now.date()
    first = max(wanted.day or today, today)
    for day in (first + timedelta(days=n) for n in range(HORIZON)):
        for span in hours.day(day).spans:
            begin = max(span.start, _minute(wanted.start, 0), _minute(now.time(), 0) if day == today else 0)
            end = min(span.end, _minute(wanted.end, _DAY))
            if end - begin >= SHORTEST:
                whole = moved or (wanted.start is None and wanted.end is None)
                at_once = day == today and begin == _minute(now.time(), 0)
                spoken = _spoken(day, today, None if at_once else begin, end, span if whole else None)
                due = datetime.combine(day, _clock(begin), hours.zone)
                other = moved or (wanted.day is not None and day != first)
                return Appointment(spoken, due, _half(begin, end), other)
    return None


def _spoken(day: date, today: date, begin: int | None, end: int, whole: Span | None) -> str:
    """Say the window; *begin* is None when it begins now, *whole* the span it is all of, if it is."""
    if whole is not None and begin == whole.start:
        return say_when(day, None, None, today)
    return say_when(day, None if begin is None else _clock(begin), _clock(end), today)


def _half(begin: int, end: int) -> str:
    """Return the half of the day that a window lies in, as promises are filed; empty when in both."""
    if end <= _MIDDAY:
        return "matin"
    return "après-midi" if begin >= _MIDDAY else ""


def _minute(clock: time | None, default: int) -> int:
    return default if clock is None else clock.hour * 60 + clock.minute


def _clock(minute: int) -> time:
    return time(*divmod(minute, 60)) if minute < _DAY else time(23, 59)
