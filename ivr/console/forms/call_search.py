"""Which calls a supervisor looks for: read from the address of the list, and written into it again.

It may be sent to a colleague, so a number is never part of it, only its pseudonym. Asks no database.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, tzinfo
from urllib.parse import urlencode

from ivr.console.entered_text import taken
from ivr.console.forms.days import (
    DAY_NAMES,
    EARLIEST,
    LATEST,
    YESTERDAY,
    check_order,
    day_of,
    named_days,
    period_of,
)
from ivr.errors import ConfigurationError
from ivr.store.queries import CallFilter, Period

LONGEST_SEARCH = 80
DURATIONS: Mapping[str, tuple[str, float | None, float | None]] = {
    "courts": ("moins d'une minute", None, 60.0),
    "moyens": ("de 1 à 3 minutes", 60.0, 180.0),
    "longs": ("plus de 3 minutes", 180.0, None),
}
"""What the page says, and seconds: at least, and less than."""
WITHOUT_AGENT = "sans-conseiller"
"""Every outcome of a call that was answered and needed nobody."""
SHORTCUTS = ("1", YESTERDAY, "7", "30")
"""Of the days that have a name, those of one click."""


@dataclass(frozen=True, slots=True)
class CallSearch:
    """What is asked for, in the words of the address; empty: everything."""

    texte: str = ""
    """Part of something the caller said."""
    issue: str = ""
    """A ``CallOutcome``, or ``WITHOUT_AGENT``."""
    motif: str = ""
    """Why an agent was needed."""
    question: str = ""
    file: str = ""
    appelant: str = ""
    """A pseudonym."""
    du: str = ""
    """First day, ``2026-11-30``."""
    au: str = ""
    """Last day."""
    de: str = ""
    """First hour of the day, 0 to 23."""
    a: str = ""
    """The hour of the day before which calls began, 1 to 24."""
    duree: str = ""
    incompris: str = ""
    """Not empty: only calls in which something was not understood."""

    @property
    def query(self) -> str:
        """The part of the address behind « ? »."""
        asked = {name: getattr(self, name) for name in self.__slots__}
        return urlencode({name: value for name, value in asked.items() if value})

    @property
    def detailed(self) -> bool:
        """Whether something is asked for that is not in the first row of the form."""
        return bool(self.file or self.de or self.a or self.duree or self.incompris)

    def wanted(self, zone: tzinfo) -> CallFilter:
        """Return the filter; days and hours are those of *zone*.

        Raises:
            ConfigurationError: a value is none; the message is French.
        """
        if self.duree and self.duree not in DURATIONS:
            raise ConfigurationError(f"« {self.duree} » n'est pas une durée de la liste.")
        _, shortest, longest = DURATIONS.get(self.duree, ("", None, None))
        from_hour, to_hour = _hour(self.de, 0, 23), _hour(self.a, 1, 24)
        if from_hour is not None and to_hour is not None and to_hour <= from_hour:
            raise ConfigurationError("La dernière heure est avant la première.")
        return CallFilter(
            period=self._period(zone),
            outcome="" if self.issue == WITHOUT_AGENT else self.issue,
            contained=self.issue == WITHOUT_AGENT,
            reason=self.motif,
            intent=self.question,
            queue=self.file,
            caller=self.appelant,
            text=self.texte,
            unmatched=bool(self.incompris),
            from_hour=from_hour,
            to_hour=to_hour,
            shortest=shortest,
            longest=longest,
        )

    def _period(self, zone: tzinfo) -> Period | None:
        if not (self.du or self.au):
            return None
        first, last = day_of(self.du) or EARLIEST, day_of(self.au) or LATEST
        check_order(first, last)
        return period_of(first, last, zone)


def read_search(asked: Mapping[str, str]) -> CallSearch:
    """Return what an address asks for. Raises TooLong (see ``entered_text``)."""
    return CallSearch(
        **{name: taken(name, asked.get(name, ""), LONGEST_SEARCH).strip() for name in CallSearch.__slots__}
    )


def shortcuts(today: date) -> dict[str, CallSearch]:
    """Return the searches of one click, by what the page calls them."""
    found = {}
    for name in SHORTCUTS:
        first, last = named_days(name, today)
        found[DAY_NAMES[name]] = CallSearch(du=str(first), au=str(last))
    return found


def _hour(text: str, first: int, last: int) -> int | None:
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and len(text) <= 2 and first <= int(text) <= last):
        raise ConfigurationError(f"« {text} » n'est pas une heure : {first} à {last}.")
    return int(text)
