"""Messages that every new caller hears first, each from one moment until another: ``prompts/incidents.yaml``.

Pure but for reading the file; the moment is the caller's.
"""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from ivr.dialogue.actions import Line
from ivr.knowledge.document import Problems, Table, read_tables
from ivr.knowledge.files import writer
from ivr.knowledge.files.remedies import Code, Remedy
from ivr.knowledge.files.writer import Tree
from ivr.knowledge.wording import flaws

FILE = "incidents.yaml"
HEADER = """\
# What every new caller hears first, right after the greeting, between two moments. The console writes this
# file; by hand:
# - text: Les appels vers les mobiles sont perturbés. Nos équipes y travaillent.
#   from: 2026-11-23T14:00:00+01:00
#   until: 2026-11-23T18:00:00+01:00
"""


@dataclass(frozen=True, slots=True)
class Incident:
    """One message and its moments."""

    text: str
    begins: datetime
    ends: datetime
    """Excluded."""

    @property
    def key(self) -> str:
        """Its name in an address."""
        return hashlib.sha256(f"{self.text}\0{self.begins}\0{self.ends}".encode()).hexdigest()[:12]

    def is_heard(self, at: datetime) -> bool:
        """Whether a caller who is greeted at *at* hears it."""
        return self.begins <= at < self.ends


def read_incidents(path: Path, problems: Problems) -> tuple[Incident, ...]:
    """Read *path*, noting what is wrong in *problems*; without the file there are none."""
    if not path.exists():
        return ()
    found = (_incident(table) for table in read_tables(path, problems))
    return tuple(each for each in found if each is not None)


def written(incidents: Iterable[Incident]) -> str:
    """Return the file of *incidents*."""
    tree: list[Tree] = [
        {
            "text": " ".join(each.text.split()),
            "from": each.begins.astimezone(UTC).isoformat(),
            "until": each.ends.astimezone(UTC).isoformat(),
        }
        for each in incidents
    ]
    return writer.written(tree, header=HEADER)


def lines(incidents: Sequence[Incident]) -> dict[str, str]:
    """Return what can be heard, by prompt id: it is rendered before its moment comes."""
    return {f"incident.{number}": each.text for number, each in enumerate(incidents, 1)}


def heard(incidents: Sequence[Incident], at: datetime) -> tuple[Line, ...]:
    """Return what a caller who is greeted at *at* hears, in the order of the file."""
    spoken = lines(incidents).items()
    return tuple(Line(*line) for line, each in zip(spoken, incidents, strict=True) if each.is_heard(at))


def wrong(text: str) -> Iterable[Remedy]:
    """Yield what to change in the *text* of an incident."""
    yield from flaws(text)
    if "?" in text:
        yield Code.ANNOUNCEMENT_ASKS()
    if "{" in text:
        yield Code.ANNOUNCEMENT_SLOT()


def _incident(table: Table) -> Incident | None:
    text = table.text("text")
    for flaw in wrong(text):
        table.complain("text", flaw)
    begins, ends = _moment(table, "from"), _moment(table, "until")
    table.finish()
    if begins and ends and ends <= begins:
        table.complain("until", Code.ENDS_FIRST())
    return Incident(text, begins, ends) if begins and ends else None


def _moment(table: Table, key: str) -> datetime | None:
    found = table.text(key)
    try:
        moment = datetime.fromisoformat(found)
    except ValueError:
        moment = None
    if found and (moment is None or moment.tzinfo is None):
        table.complain(key, Code.NO_MOMENT(found=found))
        return None
    return moment
