"""How a day and a window of time are said: « demain, après seize heures ».

Says them; ``ivr.french.times`` hears them.
"""

from datetime import date, time, timedelta

from ivr.french.numbers import say_integer, say_time
from ivr.french.times import DAYS

_MONTHS = (
    "janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre",
    "novembre", "décembre",
)  # fmt: skip
_WEEK = 7


def say_day(day: date, today: date) -> str:
    """Return *day* as a caller of *today* understands it: « demain », « le mardi quinze décembre »."""
    ahead = (day - today) // timedelta(days=1)
    near = {0: "aujourd'hui", 1: "demain", 2: "après-demain"}
    if ahead in near:
        return near[ahead]
    weekday = DAYS[day.weekday()]
    if 0 < ahead < _WEEK:
        return weekday
    number = "premier" if day.day == 1 else say_integer(day.day)
    return f"le {weekday} {number} {_MONTHS[day.month - 1]}"


def say_window(start: time | None, end: time | None) -> str:
    """Return a window of time: « entre neuf heures et midi », « après seize heures », « avant midi ».

    Empty when both sides are open.
    """
    if start and end:
        return f"entre {_say(start)} et {_say(end)}"
    if start:
        return f"après {_say(start)}"
    return f"avant {_say(end)}" if end else ""


def say_when(day: date, start: time | None, end: time | None, today: date) -> str:
    """Return a day and a window: « demain, entre neuf heures et midi »."""
    return ", ".join(part for part in (say_day(day, today), say_window(start, end)) if part)


def _say(clock: time) -> str:
    return say_time(clock.hour, clock.minute)
