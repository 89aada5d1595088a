"""The days that « Statistiques » counts: read from the address, with those that they are compared with.

Has no clock: *today* is an argument.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta, tzinfo

from ivr.console.forms.days import DAY_NAMES, check_order, day_of, named_days, period_of
from ivr.errors import ConfigurationError
from ivr.store.queries import Period
from ivr.store.statistics import Step

UNASKED = "30"
STEPS = {
    2: (Step.HOUR,),
    14: (Step.DAY, Step.HOUR),
    60: (Step.DAY, Step.WEEK),
    4000: (Step.WEEK, Step.DAY),
}
"""How fine so many days can be shown; first what is shown unasked."""
WEEK = 7


@dataclass(frozen=True, slots=True)
class Days:
    """From the day *first* to the day *last*, by *step*."""

    first: date
    last: date
    step: Step
    name: str = ""
    """Of the period, in ``DAY_NAMES``; empty for one by its days."""

    @property
    def count(self) -> int:
        """How many days."""
        return (self.last - self.first).days + 1

    @property
    def steps(self) -> tuple[Step, ...]:
        """How fine it can be shown."""
        return _steps(self.count)

    @property
    def query(self) -> str:
        """The part of the address that asks for these days."""
        return f"jours={self.name}" if self.name else f"du={self.first}&au={self.last}"

    @property
    def before(self) -> "Days":
        """As many days before: those just before, or, below a week, the same days of the week before."""
        back = timedelta(days=max(WEEK, self.count))
        return Days(self.first - back, self.last - back, self.step)

    def period(self, zone: tzinfo) -> Period:
        """Return it as instants; days begin at midnight in *zone*."""
        return period_of(self.first, self.last, zone)


def read_days(asked: Mapping[str, str], today: date) -> Days:
    """Return the days that an address asks for; what is no period is the usual one.

    Raises:
        ConfigurationError: a day is none, or they are in the wrong order; the message is French.
    """
    name, first, last = asked.get("jours", ""), day_of(asked.get("du", "")), day_of(asked.get("au", ""))
    if first or last:
        first, last, name = first or last or today, last or today, ""
    else:
        name = name if name in DAY_NAMES else UNASKED
        first, last = named_days(name, today)
    check_order(first, last)
    if (count := (last - first).days + 1) > max(STEPS):
        raise ConfigurationError("Onze ans au plus.")
    steps = _steps(count)
    return Days(first, last, next((step for step in steps if step == asked.get("par")), steps[0]), name)


def _steps(count: int) -> tuple[Step, ...]:
    return next(steps for most, steps in STEPS.items() if count <= most)
