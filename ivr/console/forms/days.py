"""Days that an address of the console asks for: « du … au … », or by a name such as « hier ».

Has no clock: *today* is an argument.
"""

from datetime import date, datetime, time, timedelta, tzinfo

from ivr.errors import ConfigurationError
from ivr.store.queries import Period

EARLIEST, LATEST = date(1970, 1, 1), date(9999, 12, 30)
YESTERDAY = "hier"
DAY_NAMES = {
    "1": "Aujourd'hui",
    YESTERDAY: "Hier",
    "7": "7 jours",
    "30": "30 jours",
    "90": "90 jours",
    "365": "Un an",
}
"""What the pages say; a name that is a number is that of so many days, today the last."""


def named_days(name: str, today: date) -> tuple[date, date]:
    """Return the first and the last day of one of ``DAY_NAMES``."""
    if name == YESTERDAY:
        return today - timedelta(days=1), today - timedelta(days=1)
    return today - timedelta(days=int(name) - 1), today


def day_of(text: str) -> date | None:
    """Return the day that *text* names, ``2026-11-30``; None when it is empty. Raises ConfigurationError."""
    try:
        day = date.fromisoformat(text) if text else None
    except ValueError:
        raise ConfigurationError(f"« {text} » n'est pas un jour.") from None
    if day is not None and not EARLIEST <= day <= LATEST:
        raise ConfigurationError(f"« {text} » est trop loin.")
    return day


def check_order(first: date, last: date) -> None:
    """Refuse a *last* day before the *first*. Raises ConfigurationError; the message is French."""
    if last < first:
        raise ConfigurationError("Le dernier jour est avant le premier.")


def period_of(first: date, last: date, zone: tzinfo) -> Period:
    """Return the days from *first* to *last* as instants; they begin at midnight in *zone*."""
    after = last + timedelta(days=1)
    return Period(datetime.combine(first, time(), zone), datetime.combine(after, time(), zone))
