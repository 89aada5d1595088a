"""When the desk answers: weekly hours, French public holidays, exceptional days.

Functions of a moment; the clock is the caller's. Wall-clock hours, so summer time moves nothing.
"""

import enum
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from itertools import pairwise
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

import holidays

from ivr.config import DeskSettings
from ivr.errors import ConfigurationError
from ivr.french.numbers import say_time
from ivr.knowledge.files.remedies import Code, ValueRefused

DAYS = ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche")
ALSACE = {"67": "6AE", "68": "6AE"}
"""The library knows both departments as one."""
HORIZON = 400
"""Days searched for the next opening."""

_SPAN = re.compile(r"(\d{1,2}):(\d\d)\s*-\s*(\d{1,2}):(\d\d)")
_DAY_LENGTH = 24 * 60


@dataclass(frozen=True, slots=True)
class Span:
    """Minutes of a day, end excluded."""

    start: int
    end: int

    def __contains__(self, minute: int) -> bool:
        return self.start <= minute < self.end

    def __str__(self) -> str:
        """Return it as the settings write it: ``09:00-12:00``."""
        start, end = (f"{minute // 60:02}:{minute % 60:02}" for minute in (self.start, self.end))
        return f"{start}-{end}"


class Why(enum.Enum):
    """What decides about a day."""

    OPENED = "open in spite of everything"
    CLOSED = "closed in spite of the week"
    HOLIDAY = "public holiday"
    ALWAYS = "no hours are known"
    WEEK = "as every week"


@dataclass(frozen=True, slots=True)
class Day:
    """One day at the desk."""

    date: date
    spans: tuple[Span, ...]
    why: Why
    name: str = ""
    """Of the holiday, or the reason given for an exceptional day."""


@dataclass(frozen=True, slots=True)
class OpeningHours:
    """When the desk is open. Without weekly hours it always is, save on days declared closed."""

    zone: ZoneInfo
    week: tuple[tuple[Span, ...], ...]
    """Monday first; empty: no hours are known."""
    holidays: bool = True
    subdivision: str | None = None
    closed: frozenset[date] = frozenset()
    open: Mapping[date, tuple[Span, ...]] = field(default_factory=dict)
    """Days open in spite of everything."""
    reasons: Mapping[date, str] = field(default_factory=dict)
    """Why exceptional days are what they are, where somebody said so."""

    @classmethod
    def from_settings(cls, desk: DeskSettings, reasons: Mapping[date, str] | None = None) -> "OpeningHours":
        """Read the settings. Raises ConfigurationError naming the key and what it accepts."""
        week = _week(desk.hours)
        return cls(
            zone=_zone(desk.timezone),
            week=week,
            holidays=desk.holidays,
            subdivision=subdivision(desk.holidays_subdivision),
            closed=frozenset(read_date("extra_closed", text) for text in desk.extra_closed),
            open=dict(_open_day(text, week) for text in desk.extra_open),
            reasons=reasons or {},
        )

    def is_open(self, at: datetime) -> bool:
        """Whether the desk answers at *at* (aware)."""
        local = _aware(at).astimezone(self.zone)
        minute = local.hour * 60 + local.minute
        return any(minute in span for span in self._spans(local.date()))

    def next_opening(self, at: datetime) -> datetime | None:
        """Return the first moment from *at* on when the desk is open; None if that is over a year away."""
        if self.is_open(at):
            return at
        today = _aware(at).astimezone(self.zone).date()
        for day in (today + timedelta(days=n) for n in range(HORIZON)):
            later = (moment for moment in self._starts(day) if moment > at and self.is_open(moment))
            if (first := min(later, default=None)) is not None:
                return first.astimezone(self.zone)
        return None

    def spoken(self) -> str | None:
        """Return the weekly hours in words, for « Ils répondent {horaires}. »; None when none are known."""
        parts = [f"{_say_days(days)}, {say_spans(self.week[days[0]])}" for days in _same_days(self.week)]
        return ", et ".join(parts) or None

    def day(self, day: date) -> Day:
        """Return when the desk is open on *day*, and why."""
        if day in self.open:
            return Day(day, self.open[day], Why.OPENED, self.reasons.get(day, ""))
        if day in self.closed:
            return Day(day, (), Why.CLOSED, self.reasons.get(day, ""))
        if not self.week:
            return Day(day, (Span(0, _DAY_LENGTH),), Why.ALWAYS)
        if self.holidays and (name := holidays_of(self.subdivision, day.year).get(day)):
            return Day(day, (), Why.HOLIDAY, name)
        return Day(day, self.week[day.weekday()], Why.WEEK)

    def _spans(self, day: date) -> tuple[Span, ...]:
        return self.day(day).spans

    def _starts(self, day: date) -> Iterator[datetime]:
        """Every moment of *day* when the desk may begin to be open, in UTC."""
        midnight = datetime.combine(day, time(), self.zone).astimezone(UTC)
        end = datetime.combine(day + timedelta(days=1), time(), self.zone).astimezone(UTC)
        if end - midnight != timedelta(days=1):  # the clocks change: minute by minute, twice a year
            yield from (
                midnight + timedelta(minutes=n) for n in range((end - midnight) // timedelta(minutes=1))
            )
        yield from (midnight + timedelta(minutes=span.start) for span in self._spans(day))


@lru_cache(maxsize=64)
def holidays_of(subdivision: str | None, year: int) -> Mapping[date, str]:
    """Return the public holidays of a year, by their French names."""
    return dict(holidays.country_holidays("FR", subdiv=subdivision, years=year, language="fr"))


def subdivision(name: str) -> str | None:
    """Return what the *holidays* library calls a part of France. Raises ConfigurationError."""
    if not name:
        return None
    code = ALSACE.get(name, name)
    try:
        holidays.country_holidays("FR", subdiv=code)
    except NotImplementedError:
        known = ", ".join(sorted({*holidays.country_holidays("FR").subdivisions, *ALSACE}))
        raise ValueRefused("desk.holidays_subdivision", Code.NO_REGION(name=name, known=known)) from None
    return code


def read_spans(texts: Sequence[str], key: str = "hours") -> tuple[Span, ...]:
    """Return the spans of a day, in order. Raises ConfigurationError naming *key*."""
    spans = sorted((_span(key, text) for text in texts), key=lambda span: span.start)
    for before, after in pairwise(spans):
        if after.start < before.end:
            raise ValueRefused(key, Code.OVERLAP())
    return tuple(spans)


def read_date(key: str, text: str) -> date:
    """Return an ISO date. Raises ConfigurationError naming *key*."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ValueRefused(f"desk.{key}", Code.NO_DATE(found=text)) from None


def _aware(at: datetime) -> datetime:
    if at.tzinfo is None:
        raise ValueError("a moment without a time zone")
    return at


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        if not available_timezones():
            raise ConfigurationError(
                "this machine knows no time zones: install tzdata (apt install tzdata, or pip install tzdata)"
            ) from None
        raise ConfigurationError(f"desk.timezone: no time zone « {name} »; e.g. Europe/Paris") from None


def _week(hours: Mapping[str, Sequence[str]]) -> tuple[tuple[Span, ...], ...]:
    for name in hours:
        if name not in DAYS:
            raise ConfigurationError(f"desk.hours: no day « {name} »; days: {', '.join(DAYS)}")
    if not any(hours.values()):
        return ()
    return tuple(read_spans(hours.get(day, ()), f"desk.hours.{day}") for day in DAYS)


def _span(key: str, text: str) -> Span:
    found = _SPAN.fullmatch(text.strip())
    start, end = (int(found[1]) * 60 + int(found[2]), int(found[3]) * 60 + int(found[4])) if found else (1, 0)
    if not found or int(found[2]) > 59 or int(found[4]) > 59 or end > _DAY_LENGTH or start >= end:
        remedy = "write « 09:00-12:00 »; past midnight, end at 24:00 and begin again at 00:00 the next day"
        raise ValueRefused(key, Code.NO_SPAN(found=text, remedy=remedy))
    return Span(start, end)


def _open_day(text: str, week: Sequence[tuple[Span, ...]]) -> tuple[date, tuple[Span, ...]]:
    """Read ``2026-12-20`` (that weekday's hours) or ``2026-12-20 09:00-12:00 14:00-17:00``."""
    first, *spans = text.split() or [""]
    day = read_date("extra_open", first)
    own = read_spans(spans, "desk.extra_open") or (week[day.weekday()] if week else (Span(0, _DAY_LENGTH),))
    if not own:
        raise ConfigurationError(f"desk.extra_open: {first} has no hours of its own: « {first} 09:00-12:00 »")
    return day, own


def _same_days(week: Sequence[tuple[Span, ...]]) -> list[list[int]]:
    """Days with the same hours, together, in the order of the week; closed days left out."""
    groups: dict[tuple[Span, ...], list[int]] = {}
    for day, spans in enumerate(week):
        if spans:
            groups.setdefault(spans, []).append(day)
    return list(groups.values())


def _say_days(days: Sequence[int]) -> str:
    if len(days) == len(DAYS):
        return "tous les jours"
    if len(days) > 2 and days[-1] - days[0] == len(days) - 1:
        return f"du {DAYS[days[0]]} au {DAYS[days[-1]]}"
    names = [f"le {DAYS[day]}" for day in days]
    return f"{', '.join(names[:-1])} et {names[-1]}" if len(names) > 1 else names[0]


def say_spans(spans: Sequence[Span]) -> str:
    """Return the hours of a day in words: « de neuf heures à midi »."""
    if spans == (Span(0, _DAY_LENGTH),):
        return "vingt-quatre heures sur vingt-quatre"
    said = [f"de {say_time(*divmod(s.start, 60))} à {say_time(*divmod(s.end, 60))}" for s in spans]
    return f"{', '.join(said[:-1])} et {said[-1]}" if len(said) > 1 else said[0]
