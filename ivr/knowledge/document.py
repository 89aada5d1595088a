"""YAML files read by hand, so that every complaint names the file, the line, the key and the remedy.

Knows YAML and nothing of what the files mean. Scalars are text: ``no`` and ``6.3`` stay what they are.
"""

import difflib
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import yaml

from ivr.errors import ConfigurationError

NOTE = "note"
"""A key of any table that readers pass over: what a person wants to remember. The console keeps it."""

_LOADER = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
"""Libyaml where it is there; every scalar stays text."""

_OPENERS = re.compile(r"[\[{]|[-?:]\s")
_MOST_OPENERS = 5000
_LONGEST = 500_000
"""Characters. Libyaml recurses without a limit of its own: what nests too deep would end the process."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where something is written."""

    file: str
    line: int
    """From 1."""


@dataclass(slots=True)
class Problems:
    """What is wrong, collected so that a supervisor sees everything at once."""

    _found: list[tuple[str, int, str]] = field(default_factory=list)

    def add(self, place: Place, key: str, remedy: str) -> None:
        """Note that *key* at *place* is wrong and what to do about it."""
        self._found.append((place.file, place.line, f"{key}: {remedy}" if key else remedy))

    def __iter__(self) -> Iterator[str]:
        """Each problem as ``file:line: key: remedy``, in the order of the files."""
        return (f"{file}:{line}: {text}" for file, line, text in sorted(set(self._found)))

    def __len__(self) -> int:
        return len(set(self._found))

    def check(self) -> None:
        """Raise ConfigurationError with one problem per line, if there is any."""
        if self._found:
            raise ConfigurationError("\n".join(self))


class Table:
    """A YAML mapping. Reading a key marks it as known; :meth:`finish` reports the others.

    A value that is missing or of the wrong shape is noted and read as empty, so that reading goes on.
    """

    def __init__(self, file: str, node: yaml.MappingNode, problems: Problems, key: str = "") -> None:
        self.key = key
        self.place = Place(file, node.start_mark.line + 1)
        self.problems = problems
        self._values: dict[str, yaml.Node] = {}
        self._places: dict[str, Place] = {}
        self._known: set[str] = {NOTE}
        for name, value in node.value:
            self._enter(file, name, value)

    def names(self) -> tuple[str, ...]:
        """Every key but the note, in order; marks them all as known."""
        self._known.update(self._values)
        return tuple(name for name in self._values if name != NOTE)

    def has(self, name: str) -> bool:
        """Whether *name* is there and not null."""
        return self._value(name) is not None

    def at(self, name: str = "") -> Place:
        """Where *name* is written, or this table."""
        return self._places.get(name, self.place)

    def complain(self, name: str, remedy: str) -> None:
        """Note a problem with the value of *name*."""
        self.problems.add(self.at(name), self._path(name), remedy)

    def text(self, name: str, default: str | None = None) -> str:
        """Return a text; without *default* it is required and must not be empty."""
        found = self._value(name)
        if found is None:
            if default is None:
                self.complain(name, "missing: give it a text")
            return default or ""
        if not isinstance(found, yaml.ScalarNode):
            self.complain(name, "must be a text, not a list or a table")
            return default or ""
        return str(found.value).strip()

    def maybe(self, name: str) -> str | None:
        """Return a text, None when absent or null."""
        return self.text(name, "") or None

    def texts(self, name: str) -> tuple[str, ...]:
        """Return a list of texts, empty when absent."""
        found = self._value(name)
        if found is None:
            return ()
        items = found.value if isinstance(found, yaml.SequenceNode) else [found]
        texts = [str(item.value).strip() for item in items if isinstance(item, yaml.ScalarNode)]
        if not (isinstance(found, yaml.SequenceNode) and len(texts) == len(items) and all(texts)):
            self.complain(name, "must be a list of texts: [one, two]")
            return ()
        return tuple(texts)

    def whole(self, name: str, default: int) -> int:
        """Return a whole number."""
        found = self.text(name, str(default))
        if not found.isdecimal():
            self.complain(name, f"must be a whole number, not « {found} »")
            return default
        return int(found)

    def flag(self, name: str) -> bool:
        """Return true or false; false when absent."""
        return self.one_of(name, ("false", "true"), "false") == "true"

    def one_of(self, name: str, allowed: Iterable[str], default: str | None = None) -> str:
        """Return one of the *allowed* texts."""
        allowed = tuple(allowed)
        found = self.text(name, default)
        if found in allowed:
            return found
        if found:
            self.complain(name, f"« {found} » is not one of: {', '.join(allowed)}")
        return default or allowed[0]

    def table(self, name: str) -> "Table | None":
        """Return the table under *name*, None when absent."""
        found = self._value(name)
        return None if found is None else self._table(name, found, name)

    def tables(self, name: str) -> "list[Table]":
        """Return the tables of a list, empty when absent."""
        found = self._value(name)
        if found is None:
            return []
        if not isinstance(found, yaml.SequenceNode):
            self.complain(name, "must be a list (lines that start with « - »)")
            return []
        made = (self._table(name, item, f"{name}[{n}]") for n, item in enumerate(found.value, 1))
        return [table for table in made if table is not None]

    def lists(self, name: str) -> list[tuple[str, ...]]:
        """Return a list of lists of texts, empty when absent."""
        found = self._value(name)
        if found is None:
            return []
        items = found.value if isinstance(found, yaml.SequenceNode) else [found]
        inner = [item for item in items if isinstance(item, yaml.SequenceNode)]
        if len(inner) != len(items):
            self.complain(name, "must be a list of lists: - [one, two]")
            return []
        return [tuple(str(text.value).strip() for text in item.value) for item in inner]

    def finish(self) -> None:
        """Note every key that nobody asked for."""
        for name in self._values.keys() - self._known:
            near = difflib.get_close_matches(name, self._known, 1)
            hint = (
                f"do you mean « {near[0]} »?" if near else f"known: {', '.join(sorted(self._known - {NOTE}))}"
            )
            self.complain(name, f"unknown key; {hint}")

    def _enter(self, file: str, name: yaml.Node, value: yaml.Node) -> None:
        key, place = str(name.value), Place(file, name.start_mark.line + 1)
        if key in self._values:
            first = self._places[key].line
            self.problems.add(place, self._path(key), f"written twice (first on line {first}): remove one")
            return
        self._values[key] = value
        self._places[key] = place

    def _value(self, name: str) -> yaml.Node | None:
        self._known.add(name)
        found = self._values.get(name)
        plain = isinstance(found, yaml.ScalarNode) and not found.style
        return None if found is None or (plain and found.value in ("", "~", "null")) else found

    def _table(self, name: str, node: yaml.Node, label: str) -> "Table | None":
        if isinstance(node, yaml.MappingNode):
            return Table(self.place.file, node, self.problems, self._path(label))
        self.problems.add(
            Place(self.place.file, node.start_mark.line + 1), self._path(label), "must be a table"
        )
        return None

    def _path(self, name: str) -> str:
        return f"{self.key}.{name}" if self.key and name else self.key or name


def read_table(path: Path, problems: Problems) -> Table:
    """Read the YAML mapping in *path*; an empty table when that fails, with the reason noted."""
    return parse_table(_read(path, problems), str(path), problems)


def parse_table(text: str, name: str, problems: Problems) -> Table:
    """Read a YAML mapping from *text*; *name* stands for the file in complaints."""
    node = _compose(text, name, problems)
    if isinstance(node, yaml.MappingNode):
        return Table(name, node, problems)
    if node is not None:
        problems.add(Place(name, node.start_mark.line + 1), "", "must be a table: « key: value » lines")
    return Table(name, yaml.MappingNode("", [], yaml.Mark(name, 0, 0, 0, "", 0)), problems)


def read_tables(path: Path, problems: Problems) -> list[Table]:
    """Read the YAML list of mappings in *path*."""
    node = _compose(_read(path, problems), str(path), problems)
    if node is None:
        return []
    name = yaml.ScalarNode("", "entries", node.start_mark)
    return Table(str(path), yaml.MappingNode("", [(name, node)], node.start_mark), problems).tables("entries")


def compose(text: str) -> yaml.Node | None:
    """Return the nodes of *text*. Raises ConfigurationError."""
    problems = Problems()
    node = _compose(text, "", problems)
    problems.check()
    return node


def _read(path: Path, problems: Problems) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except FileNotFoundError:
        problems.add(Place(str(path), 1), "", "no such file: restore it")
    except OSError as error:
        problems.add(Place(str(path), 1), "", f"cannot be read: {error.strerror}")
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        problems.add(Place(str(path), line), "", "is not UTF-8: save the file in UTF-8")
    return ""


def _compose(text: str, name: str, problems: Problems) -> yaml.Node | None:
    if len(_OPENERS.findall(text)) > _MOST_OPENERS or len(text) > _LONGEST:
        problems.add(Place(name, 1), "", "too large for one file: split it")
        return None
    try:
        node: yaml.Node | None = yaml.compose(text, Loader=_LOADER)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark else 1
        problems.add(Place(name, line), "", f"not valid YAML here: {error.problem or error.context}")
        return None
    except yaml.YAMLError as error:
        problems.add(Place(name, 1), "", f"not valid YAML: {error}".replace("\n", " "))
        return None
    return node
