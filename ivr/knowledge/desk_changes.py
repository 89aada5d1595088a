"""What an edition says of the desk, over ``[desk]`` of ``ivr.toml``: ``prompts/desk.yaml``.

Reads and checks; a key that is not there leaves the setting as it is. Where the desk is (its time zone), and
what it can do at all, are the installation's.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path

from ivr.config import DeskSettings
from ivr.knowledge.document import Problems, Table, read_table
from ivr.knowledge.files import writer
from ivr.knowledge.files.remedies import Code, ValueRefused
from ivr.knowledge.files.writer import Tree
from ivr.knowledge.hours import DAYS, OpeningHours, read_date, read_spans, subdivision
from ivr.queue_names import is_queue_name

FILE = "desk.yaml"
LONGEST_CLOSURE = 366
"""Days."""
HEADER = """\
# Opening hours and queues; what is not here is as [desk] in ivr.toml says. The console writes this file.
"""


@dataclass(frozen=True, slots=True)
class Closure:
    """Days closed in spite of the week."""

    first: date
    last: date
    reason: str = ""

    def days(self) -> Iterator[date]:
        """Each of them."""
        return (self.first + timedelta(days=n) for n in range((self.last - self.first).days + 1))


@dataclass(frozen=True, slots=True)
class Opening:
    """A day open in spite of everything."""

    day: date
    hours: tuple[str, ...]
    reason: str = ""


@dataclass(frozen=True, slots=True)
class DeskChanges:
    """What differs from the settings; None: nothing."""

    hours: Mapping[str, Sequence[str]] | None = None
    holidays: bool | None = None
    holidays_of: str | None = None
    closed: tuple[Closure, ...] | None = None
    open: tuple[Opening, ...] | None = None
    queue: str | None = None
    technical_queue: str | None = None
    reasons: Mapping[date, str] = field(init=False, default_factory=dict)
    """Why exceptional days are what they are."""

    def __post_init__(self) -> None:
        """Collect the reasons."""
        closed = {day: each.reason for each in self.closed or () for day in each.days()}
        opened = {each.day: each.reason for each in self.open or ()}
        object.__setattr__(self, "reasons", {day: text for day, text in {**closed, **opened}.items() if text})

    def over(self, desk: DeskSettings) -> DeskSettings:
        """Return the settings with these changes."""
        # A day that *desk* opens at its weekday's hours keeps them, when the week becomes another.
        opened = self.completed(desk).open if self.open is None and self.hours is not None else self.open
        values = {
            "hours": None if self.hours is None else {day: list(spans) for day, spans in self.hours.items()},
            "holidays": self.holidays,
            "holidays_subdivision": self.holidays_of,
            "extra_closed": None if self.closed is None else [str(d) for c in self.closed for d in c.days()],
            "extra_open": None if opened is None else [" ".join((str(o.day), *o.hours)) for o in opened],
            "queue": self.queue,
            "technical_queue": self.technical_queue,
        }
        return desk.model_copy(update={name: value for name, value in values.items() if value is not None})

    def completed(self, desk: DeskSettings) -> "DeskChanges":
        """Return changes that leave nothing of *desk* to the settings: what the console edits."""
        hours = OpeningHours.from_settings(desk)
        week = {day: tuple(desk.hours.get(day, ())) for day in DAYS} if hours.week else {}
        closed = tuple(Closure(day, day) for day in sorted(hours.closed))
        opened = tuple(Opening(day, tuple(map(str, spans))) for day, spans in sorted(hours.open.items()))
        return DeskChanges(
            hours=week if self.hours is None else self.hours,
            holidays=desk.holidays if self.holidays is None else self.holidays,
            holidays_of=desk.holidays_subdivision if self.holidays_of is None else self.holidays_of,
            closed=closed if self.closed is None else self.closed,
            open=opened if self.open is None else self.open,
            queue=desk.queue if self.queue is None else self.queue,
            technical_queue=desk.technical_queue if self.technical_queue is None else self.technical_queue,
        )


UNCHANGED = DeskChanges()


def read_desk(path: Path, problems: Problems) -> DeskChanges:
    """Read *path*, noting what is wrong in *problems*; without the file nothing changes."""
    if not path.exists():
        return UNCHANGED
    table = read_table(path, problems)
    week = table.table("hours")
    made = DeskChanges(
        hours=_week(week) if week else None,
        holidays=table.flag("holidays") if table.has("holidays") else None,
        holidays_of=_region(table),
        closed=tuple(_closures(table)) if table.has("closed") else None,
        open=tuple(_openings(table)) if table.has("open") else None,
        queue=_queue(table, "queue"),
        technical_queue=_queue(table, "technical-queue"),
    )
    table.finish()
    return made


def written(changes: DeskChanges) -> str:
    """Return the file of *changes*."""
    week = changes.hours
    tree: dict[str, Tree] = {
        "hours": None if week is None else {day: [*spans] for day, spans in week.items()},
        "holidays": None if changes.holidays is None else str(changes.holidays).lower(),
        "holidays-of": changes.holidays_of,
        "closed": None if changes.closed is None else [_closed(each) for each in changes.closed],
        "open": None if changes.open is None else [_opened(each) for each in changes.open],
        "queue": changes.queue,
        "technical-queue": changes.technical_queue,
    }
    said: dict[str, Tree] = {key: value for key, value in tree.items() if value is not None}
    return writer.written(said, header=HEADER) if said else HEADER


def _closed(closure: Closure) -> Tree:
    until: dict[str, Tree] = {} if closure.last == closure.first else {"until": str(closure.last)}
    return {"day": str(closure.first), **until, **_reason(closure.reason)}


def _opened(opening: Opening) -> Tree:
    return {"day": str(opening.day), "hours": [*opening.hours], **_reason(opening.reason)}


def _reason(reason: str) -> dict[str, Tree]:
    return {"reason": " ".join(reason.split())} if reason.split() else {}


def _week(table: Table) -> dict[str, tuple[str, ...]]:
    week = {day: _spans(table, day) for day in DAYS}
    table.finish()
    return week if any(week.values()) else {}


def _spans(table: Table, key: str) -> tuple[str, ...]:
    texts = table.texts(key)
    with _complaining(table, key):
        read_spans(texts)
    return texts


def _region(table: Table) -> str | None:
    if not table.has("holidays-of"):
        return None
    region = table.text("holidays-of", "")
    with _complaining(table, "holidays-of"):
        subdivision(region)
    return region


def _queue(table: Table, key: str) -> str | None:
    if not table.has(key):
        return None
    name = table.text(key, "")
    if not is_queue_name(name) and (name or key == "queue"):
        table.complain(key, Code.NO_QUEUE(name=name))
    return name


def _closures(table: Table) -> Iterator[Closure]:
    for each in table.tables("closed"):
        first = _day(each, "day")
        last = _day(each, "until") if each.has("until") else first
        reason = each.text("reason", "")
        each.finish()
        if first and last and not 0 <= (last - first).days < LONGEST_CLOSURE:
            each.complain("until", Code.LAST_DAY())
        elif first and last:
            yield Closure(first, last, reason)


def _openings(table: Table) -> Iterator[Opening]:
    for each in table.tables("open"):
        day, hours, reason = _day(each, "day"), _spans(each, "hours"), each.text("reason", "")
        each.finish()
        if not hours:
            each.complain("hours", Code.NO_HOURS())
        elif day:
            yield Opening(day, hours, reason)


def _day(table: Table, key: str) -> date | None:
    text = table.text(key)
    with _complaining(table, key):
        return read_date(key, text) if text else None
    return None


class _complaining:
    """Turns what the settings' checks raise into a complaint about a key."""

    def __init__(self, table: Table, key: str) -> None:
        self._table, self._key = table, key

    def __enter__(self) -> None: ...

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> bool:
        if isinstance(error, ValueRefused):
            self._table.complain(self._key, error.remedy)
            return True
        return False
