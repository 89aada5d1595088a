"""French for the screen: dates, numbers, durations, plurals.

Pure. What is spoken on the line is ``ivr.french``'s.
"""

import unicodedata
from datetime import date, datetime, tzinfo

DAYS = ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche")
MONTHS = (
    "janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre",
    "novembre", "décembre",
)  # fmt: skip
NARROW = "\u202f"
NO_BREAK = "\u00a0"


def day(at: datetime, zone: tzinfo) -> str:
    """« 22 novembre 2026 », on the clock of *zone*."""
    return written_date(at.astimezone(zone).date())


def written_date(day: date) -> str:
    """« 22 novembre 2026 »."""
    number = "1er" if day.day == 1 else str(day.day)
    return f"{number}{NO_BREAK}{MONTHS[day.month - 1]} {day.year}"


def moment(at: datetime, zone: tzinfo, now: datetime) -> str:
    """« aujourd'hui à 17 h 05 », « hier à… », « 22 novembre 2026 à… »."""
    local = at.astimezone(zone)
    time = f"{local.hour}{NO_BREAK}h{NO_BREAK}{local.minute:02}"
    return f"{_named(at, zone, now) or day(at, zone)} à {time}"


def coming(at: datetime, zone: tzinfo, now: datetime) -> str:
    """« demain à 7 h 00 », « le 24 décembre 2026 à 17 h 30 »."""
    return moment(at, zone, now) if _named(at, zone, now) else f"le {moment(at, zone, now)}"


def until(at: datetime, zone: tzinfo, now: datetime) -> str:
    """« jusqu'à demain à 7 h 00 », « jusqu'au 24 décembre 2026 à 17 h 30 »."""
    return f"jusqu'{'à' if _named(at, zone, now) else 'au'} {moment(at, zone, now)}"


def number(value: float, decimals: int = 0) -> str:
    """« 12 345,6 »."""
    return f"{value:,.{decimals}f}".replace(",", NARROW).replace(".", ",")


def spaced(text: str) -> str:
    """*text* whose « ? », « ! », « : » and guillemets never stand alone at a line's end."""
    for sign in "?!:;»":
        text = text.replace(f" {sign}", f"{NO_BREAK}{sign}")
    return text.replace("« ", f"«{NO_BREAK}")


def pieces(text: str, part: str) -> list[tuple[str, bool]]:
    """Cut *text* where *part* is found in it, whatever case and accents; with whether a piece is it.

    >>> pieces("Où est l'adresse", "ou")
    [('Où', True), (" est l'adresse", False)]
    """
    plain, wanted = _plain(text), _plain(part.strip())
    cut, begin = list[tuple[str, bool]](), 0
    while wanted and (found := plain.find(wanted, begin)) >= 0:
        end = found + len(wanted)
        cut += [(text[begin:found], False), (text[found:end], True)]
        begin = end
    return [(piece, hit) for piece, hit in (*cut, (text[begin:], False)) if piece]


def capital(text: str) -> str:
    """*text* with a capital first letter, the others as they are."""
    return text[:1].upper() + text[1:]


def percent(share: float | None, decimals: int = 0) -> str:
    """« 83 % »; a dash when there is nothing to divide."""
    return "–" if share is None else f"{number(100 * share, decimals)}{NARROW}%"


def duration(seconds: float | None) -> str:
    """« 48 s », « 3 min 05 »."""
    if seconds is None:
        return "–"
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes}{NO_BREAK}min{NO_BREAK}{rest:02}" if minutes else f"{rest}{NO_BREAK}s"


def plural(count: int, one: str, many: str = "") -> str:
    """« 1 appel », « 12 appels »: in French, zero is singular."""
    return f"{number(count)}{NO_BREAK}{one if count < 2 else many or one + 's'}"


def _named(at: datetime, zone: tzinfo, now: datetime) -> str | None:
    age = (now.astimezone(zone).date() - at.astimezone(zone).date()).days
    return {-1: "demain", 0: "aujourd'hui", 1: "hier"}.get(age)


def _plain(text: str) -> str:
    """Return *text* without case and accents, letter by letter: as long as it was."""
    return "".join(unicodedata.normalize("NFD", letter)[0].lower()[0] for letter in text)
