"""« Demain en fin de matinée », « après seize heures », « lundi » : when a caller wants to be reached.

Reads days and windows of time; knows no opening hours. Local time, without a zone.
"""

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from ivr.french.numerals import read_numeral
from ivr.french.phrases import fold

DAYS = ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche")
MONTHS = (
    "janvier", "fevrier", "mars", "avril", "mai", "juin", "juillet", "aout", "septembre", "octobre",
    "novembre", "decembre",
)  # fmt: skip
AROUND = timedelta(minutes=30)
"""« Vers dix heures » is so long before and after."""
EARLIEST_HOUR = 8
"""An hour before it, without « du matin », is in the afternoon: « vers deux heures »."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """A day, a window of time, or both; None where the caller leaves it open."""

    day: date | None = None
    start: time | None = None
    """Not before."""
    end: time | None = None
    """Not after."""
    at: time | None = None
    """Exactly named: « à dix heures »; the window around it is given too."""
    soonest: bool = False
    """« Le plus tôt possible », « quand vous voulez »."""


def hear_when(text: str, now: datetime) -> Wanted | None:
    """Return when *text* wants something to happen, None when it names no time. *now* is local time.

    « Lundi » is the next Monday, never today; a day that the caller excludes (« pas demain ») is none.
    """
    plain = f" {fold(text)} "
    if late := _IN_A_WHILE.search(plain):
        return _in_a_while(late, now)
    plain = _EXCLUDED_DAY.sub(" ", plain)
    day = _day(plain, now)
    window = _window(_CALENDAR.sub(" ", plain))
    if day is None and window is None:
        return Wanted(soonest=True) if _SOONEST.search(plain) else None
    start, end, at = window or (None, None, None)
    return Wanted(day, start, end, at)


_WEEKDAY = "|".join(DAYS)
_MONTH = "|".join(MONTHS)
_SOONEST = re.compile(
    r" (?:(?:le|au) plus (?:tot|vite)(?: possible)?|des que (?:possible|vous (?:pouvez|pourrez))"
    r"|quand (?:vous|ca vous) \w+|n importe (?:quand|quelle? (?:heure|jour|moment))|peu importe"
    r"|a (?:tout|n importe quel) moment|tout de suite|maintenant|immediatement|rapidement|vite"
    r"|comme (?:vous voulez|ca vous arrange)|ca m est egal|toute la journee|aussi vite que possible"
    r"|tout a l heure|dans la journee|premiere disponibilite) "
)
_IN_A_WHILE = re.compile(
    r" dans (?:(?P<half>(?:une )?demi heure)|(?P<quarter>un quart d heure)"
    r"|(?P<count>[\w ]{1,20}?) (?P<unit>minutes?|heures?|jours?)) "
)
_EXCLUDED_DAY = re.compile(rf" (?:pas|sauf|mais pas) (?:le )?(?:demain|aujourd hui|{_WEEKDAY})(?= )")
_CALENDAR = re.compile(rf" le (?:\w+ ){{1,3}}(?:{_MONTH})|(?:{_WEEKDAY}) (?:le )?\w+ (?:{_MONTH})")


def _in_a_while(found: re.Match[str], now: datetime) -> Wanted | None:
    if found["half"]:
        delay = timedelta(minutes=30)
    elif found["quarter"]:
        delay = timedelta(minutes=15)
    else:
        words = found["count"].split()
        count, used = read_numeral(words)
        if used != len(words):
            return None
        if found["unit"].startswith("jour"):
            return Wanted((now + timedelta(days=count)).date())
        delay = timedelta(hours=count) if found["unit"].startswith("heure") else timedelta(minutes=count)
    then = (now + delay).replace(second=0, microsecond=0)
    return Wanted(then.date(), then.time())


def _day(plain: str, now: datetime) -> date | None:
    today = now.date()
    if re.search(r" apres demain ", plain):
        return today + timedelta(days=2)
    if re.search(r" demain ", plain):
        return today + timedelta(days=1)
    if found := re.search(rf" ({_WEEKDAY}) (en huit )?", plain):
        ahead = (DAYS.index(found[1]) - today.weekday() - 1) % 7 + 1
        return today + timedelta(days=ahead + (7 if found[2] else 0))
    if re.search(r" (?:aujourd hui|ce matin|cet? (?:apres midi|aprem)|ce soir|ce midi) ", plain):
        return today
    if re.search(r" semaine prochaine ", plain):
        return today + timedelta(days=7 - today.weekday())
    return _of_the_month(plain, today)


def _of_the_month(plain: str, today: date) -> date | None:
    """« Le quinze », « le 3 décembre »: the next such day that the calendar has."""
    for found in re.finditer(
        rf" le ((?:\w+ ){{1,3}}?)(?:({_MONTH}) |(?=$|vers|a |dans|au|le |en |s il))", plain
    ):
        words = [word.replace("premier", "1").replace("1er", "1") for word in found[1].split()]
        number, used = read_numeral(words)
        if used == len(words) and 1 <= number <= 31:
            return _next_such(number, MONTHS.index(found[2]) + 1 if found[2] else None, today)
    return None


def _next_such(number: int, month: int | None, today: date) -> date | None:
    for ahead in range(1, 367):
        day = today + timedelta(days=ahead)
        if day.day == number and month in (None, day.month):
            return day
    return None


_Window = tuple[time | None, time | None, time | None]
_PARTS: tuple[tuple[str, time | None, time | None], ...] = (
    (r"debut (?:de |d |de l |dans l )?apres midi", time(13), time(15)),
    (r"(?:milieu|milieu de|coeur) (?:de |d |de l )?apres midi", time(14, 30), time(16, 30)),
    (r"fin (?:de |d |de l )?(?:apres midi|aprem|journee)|soiree|soir", time(16), time(20)),
    (
        r"debut (?:de |de la )?(?:matinee|journee)|tot (?:le matin|dans la matinee|demain)|ouverture",
        time(7),
        time(10),
    ),
    (r"milieu (?:de |de la )?matinee", time(9, 30), time(11, 30)),
    (r"fin (?:de |de la )?matinee|avant (?:le )?(?:dejeuner|repas)", time(10, 30), time(12, 30)),
    (r"apres (?:le )?(?:dejeuner|repas)", time(13, 30), time(18)),
    (r"apres midi|aprem|tantot", time(12), time(18)),
    (r"matin|matinee|mat", time(7), time(12)),
)  # fmt: skip
"""What the parts of a day are, the narrower first."""
_PART_PATTERNS = tuple((re.compile(rf" (?:{pattern}) "), start, end) for pattern, start, end in _PARTS)
_LUNCH = re.compile(
    r" (?:entre midi et (?:deux|quatorze|14)|pause (?:de )?(?:midi|dejeuner)|heure du dejeuner) "
)
_AFTERNOON = (time(12), time(18), None)
_MORNING = (time(7), time(12), None)


def _window(plain: str) -> _Window | None:
    if re.search(r" (?:pas|sauf|mais pas) (?:le |dans la |en )?(?:matin|matinee) ", plain):
        return _AFTERNOON
    if re.search(r" (?:pas|sauf|mais pas) (?:l |dans l |en )?apres midi ", plain):
        return _MORNING
    if _LUNCH.search(plain):
        return time(12), time(14), None
    return _by_the_clock(plain.replace(" apres midi ", " aprem ")) or _part(plain)


def _part(plain: str) -> _Window | None:
    return next(((start, end, None) for pattern, start, end in _PART_PATTERNS if pattern.search(plain)), None)


def _by_the_clock(plain: str) -> _Window | None:
    """« Après seize heures », « entre dix et onze heures », « vers 14h30 », « dix heures »."""
    clocks = _clocks(plain)
    if not clocks:
        return None
    position, first = clocks[0]
    before = plain[:position].rstrip()
    if len(clocks) > 1 and re.search(r" (?:entre|de|d)$", before):
        return first, clocks[1][1], None
    if re.search(r" (?:apres|a partir de|a compter de|pas avant|plus tard que|des|passe)$", before):
        return first, None, None
    if re.search(
        r" (?:avant|pas apres|pas plus tard que|au plus tard a|au plus tard|jusqu a|d ici)$", before
    ):
        return None, first, None
    return _shifted(first, -AROUND), _shifted(first, AROUND), first


def _clocks(plain: str) -> list[tuple[int, time]]:
    """Return the times of day of *plain* and where each begins."""
    found: list[tuple[int, time]] = []
    words = re.sub(r"(\d)h(?=\d|\b)", r"\1 h ", plain).split()
    place, position = 0, 1
    early = re.search(r" (?:matin|matinee) ", plain) is not None
    while place < len(words):
        clock, used = _clock(words[place:], early, bool(found) or "entre" in words[:place])
        if clock:
            found.append((position, clock))
        for word in words[place : place + max(used, 1)]:
            position += len(word) + 1
        place += max(used, 1)
    return found


def _clock(words: list[str], early: bool, listed: bool) -> tuple[time | None, int]:
    """Return the time of day that *words* begin with, and how many words it takes.

    *listed*: the word « heures » may come later (« entre dix et onze heures »).
    """
    if words[0] in ("midi", "minuit"):
        hour, used = (12 if words[0] == "midi" else 0), 1
    else:
        hour, used = read_numeral(words)
        if not used or hour > 24:
            return None, 0
        if words[used : used + 1] and words[used] in ("h", "heure", "heures"):
            used += 1
        elif not (listed and words[used : used + 1] == ["et"]):
            return None, 0
    minute, more = _minutes(words[used:])
    if words[0] not in ("midi", "minuit") and hour < EARLIEST_HOUR and not early:
        hour += 12
    if minute < 0:
        hour, minute = hour - 1, 60 + minute
    return time(hour % 24, minute), used + more


_QUARTERS = (
    (("et", "demie"), 30),
    (("et", "demi"), 30),
    (("et", "quart"), 15),
    (("moins", "le", "quart"), -15),
)


def _minutes(words: list[str]) -> tuple[int, int]:
    for said, minute in _QUARTERS:
        if tuple(words[: len(said)]) == said:
            return minute, len(said)
    if words[:1] == ["moins"]:
        value, used = read_numeral(words[1:])
        return (-value, 1 + used) if 0 < value < 60 else (0, 0)
    value, used = read_numeral(words)
    return (value, used) if used and value < 60 else (0, 0)


def _shifted(clock: time, by: timedelta) -> time:
    return (datetime.combine(date.min + timedelta(days=1), clock) + by).time()
