"""The ways into one answer as its form shows them: other beginnings, replies known beforehand, a list.

Pure. What was typed may still be wrong, so everything is text; what is right is decided by the loaders.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from ivr.console.entered_text import bounded
from ivr.knowledge.document import Table

MOST = 60
"""Rows of each kind."""
SLOT = "fonction"
"""What a new list has replaced in its steps' texts."""
ASKS = "est-ce que, ai-je, avons-nous, avez-vous, y a-t-il, puis-je, peut-on, est-il possible"
UNLESS = "quels, quelles, qu'est-ce que, la liste"
LISTED = ("slot", "unknown", "asks", "unless")
"""Texts of a list as a whole."""

Sent = Callable[[str], Sequence[str]]
"""Every value that a form sent under a name."""


@dataclass(frozen=True, slots=True)
class Opening:
    """Words that make the answer begin elsewhere."""

    start: str = ""
    when: str = ""
    """Phrases, separated by commas; so are those below."""
    path: tuple[str, ...] = ()
    """Steps said after it instead of those that follow; empty: as usual."""
    was: str = ""
    """Its place in the file, from 0; empty when it is new."""


@dataclass(frozen=True, slots=True)
class Known:
    """Words that answer a question before it is asked."""

    line: str = ""
    reply: str = "oui"
    when: str = ""
    was: str = ""


@dataclass(frozen=True, slots=True)
class Thing:
    """One thing of a list."""

    name: str = ""
    line: str = ""
    say: str = ""
    was: str = ""


@dataclass(frozen=True, slots=True)
class Listed:
    """A list about whose things callers ask yes/no questions."""

    slot: str = SLOT
    unknown: str = ""
    asks: str = ASKS
    unless: str = UNLESS
    things: tuple[Thing, ...] = ()


@dataclass(frozen=True, slots=True)
class WaysIn:
    """All of them, in the order in which they are tried."""

    openings: tuple[Opening, ...] = ()
    known: tuple[Known, ...] = ()
    listed: Listed | None = None

    def without(self, step: str) -> "WaysIn":
        """Return them when *step* is no more: what led only there goes, a list waits for another step."""
        openings = (
            replace(each, path=tuple(name for name in each.path if name != step))
            for each in self.openings
            if each.start != step
        )
        listed = self.listed and replace(
            self.listed,
            unknown=_unless(step, self.listed.unknown),
            things=tuple(replace(each, line=_unless(step, each.line)) for each in self.listed.things),
        )
        return WaysIn(tuple(openings), tuple(each for each in self.known if each.line != step), listed)


NO_WAYS_IN = WaysIn()
Row = Opening | Known | Thing
NEW: dict[str, Row] = {"opening": Opening(), "known": Known(), "thing": Thing()}
"""An empty row of each kind."""


def read_ways_in(table: Table) -> WaysIn:
    """Return the ways into an answer's file that the loaders accept."""
    return WaysIn(
        openings=tuple(
            Opening(each.text("start", ""), _joined(each, "when"), each.texts("path")[1:], str(place))
            for place, each in enumerate(table.tables("openings"))
        ),
        known=tuple(
            Known(each.text("line", ""), each.text("reply", ""), _joined(each, "when"), str(place))
            for place, each in enumerate(table.tables("known"))
        ),
        listed=_read_listed(table.table("catalogue")),
    )


def sent_ways_in(sent: Sent) -> WaysIn:
    """Return what a browser sent; a row in which nothing was filled in is not there."""
    openings = (
        Opening(start, when.strip(), tuple(name for name in sent(f"opening-path.{row}") if name), was)
        for start, when, was, row in _rows(sent, "opening", ("start", "when", "was", "row"))
    )
    known = (
        Known(line, reply, when.strip(), was)
        for line, when, reply, was in _rows(sent, "known", ("line", "when", "reply", "was"))
    )
    return WaysIn(tuple(openings), tuple(known), _sent_listed(sent))


def lines_joined(values: Sequence[str]) -> list[str]:
    """Return texts whose phrases, one per line or separated by commas, are all separated by commas."""
    return [value.strip("\n").replace("\n", ", ") for value in values]


def rearranged(ways: WaysIn, command: str, kind: str, place: str) -> WaysIn:
    """Return *ways* after a button: ``enter``, ``leave`` or ``sooner`` a row of *kind* (see :data:`NEW`)."""
    if kind not in NEW:
        return ways
    rows = list(_rows_of(ways, kind))
    at = int(place) if place.isdecimal() else len(rows)
    if command == "enter":
        rows.append(NEW[kind])
    elif command == "leave":
        del rows[at : at + 1]
    elif command == "sooner" and 0 < at < len(rows):
        rows[at - 1 : at + 1] = rows[at], rows[at - 1]
    return _with_rows(ways, kind, rows)


def _rows_of(ways: WaysIn, kind: str) -> Sequence[Row]:
    if kind == "thing":
        return ways.listed.things if ways.listed else ()
    return ways.openings if kind == "opening" else ways.known


def _with_rows(ways: WaysIn, kind: str, rows: Sequence[Any]) -> WaysIn:
    """A list comes with its first thing, and goes with its last."""
    if kind == "thing":
        listed = replace(ways.listed or Listed(), things=tuple(rows)) if rows else None
        return replace(ways, listed=listed)
    return replace(ways, openings=tuple(rows)) if kind == "opening" else replace(ways, known=tuple(rows))


def _read_listed(table: Table | None) -> Listed | None:
    if table is None:
        return None
    return Listed(
        slot=table.text("slot", ""),
        unknown=table.text("unknown", ""),
        asks=_joined(table, "asks"),
        unless=_joined(table, "unless"),
        things=tuple(
            Thing(each.text("name", ""), each.text("line", ""), _joined(each, "say"), str(place))
            for place, each in enumerate(table.tables("items"))
        ),
    )


def _sent_listed(sent: Sent) -> Listed | None:
    things = tuple(
        Thing(name.strip(), line, say.strip(), was)
        for name, say, line, was in _rows(sent, "thing", ("name", "say", "line", "was"))
    )
    if not things:
        return None
    texts = {key: "".join(lines_joined(sent(f"listed-{key}"))[:1]).strip() for key in LISTED}
    return Listed(texts["slot"], texts["unknown"], texts["asks"], texts["unless"], things)


def _rows(sent: Sent, kind: str, keys: Sequence[str]) -> Iterator[tuple[str, ...]]:
    """Rows of a form, but those whose first two fields are empty."""
    columns = [lines_joined(sent(f"{kind}-{key}")) for key in keys]
    rows = [row for row in zip(*columns, strict=False) if any(value.strip() for value in row[:2])]
    return iter(bounded(rows, "lignes de chaque sorte", MOST))


def _joined(table: Table, key: str) -> str:
    return ", ".join(" ".join(each.split()) for each in table.texts(key))


def _unless(gone: str, step: str) -> str:
    return "" if step == gone else step
