"""« Le … à … »: a moment of the desk's clock, as a form sends it.

Pure. On the night when the clock goes back, an hour that comes twice begins early and ends late.
"""

from datetime import UTC, date, datetime, time, tzinfo

from ivr.console.accounts import Refused


def read_moment(day: str, hour: str, zone: tzinfo, *, late: bool = False) -> datetime:
    """Return the moment when the clock of *zone* shows *hour* (``17:30``) on *day* (``2026-11-23``), in UTC.

    *late* chooses the second time that an hour comes twice.

    Raises:
        Refused: no date, no time, or one that the clock skips.
    """
    try:
        wall = datetime.combine(date.fromisoformat(day), time.fromisoformat(hour)).replace(tzinfo=None)
    except ValueError:
        raise Refused("Donnez une date et une heure, par exemple le 24/12/2026 à 17:30.") from None
    moment = wall.replace(tzinfo=zone, fold=int(late)).astimezone(UTC)
    if moment.astimezone(zone).replace(tzinfo=None) != wall:
        raise Refused(f"Le {wall:%d/%m/%Y}, {wall:%H:%M} n'existe pas : les montres avancent d'une heure.")
    return moment


def day_field(moment: datetime, zone: tzinfo) -> str:
    """Return the day of *moment*, as a date field wants it."""
    return moment.astimezone(zone).date().isoformat()


def hour_field(moment: datetime, zone: tzinfo) -> str:
    """Return the hour of *moment*, as a time field wants it."""
    return f"{moment.astimezone(zone):%H:%M}"
