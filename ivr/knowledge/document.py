"""YAML files read by hand, so that every complaint names the file, the line, the key and the remedy.

Knows YAML and nothing of what the files mean. Scalars are text: ``no`` and ``6.3`` stay what they are.
"""

import difflib
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import yaml

from ivr.knowledge.files.remedies import Code, FilesRefused, Found, Remedy

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

    _found: dict[tuple[str, int, str], Found] = field(default_factory=dict)

    def add(self, place: Place, key: str, remedy: Remedy) -> None:
        """Note that *key* at *place* is wrong and what to do about it."""
        told = f"{key}: {remedy}" if key else str(remedy)
        self._found[place.file, place.line, told] = Found(place.file, place.line, key, remedy)

    def __iter__(self) -> Iterator[str]:
        """Each problem as ``file:line: key: remedy``, in the order of the files."""
        return (str(self._found[at]) for at in sorted(self._found))

    def __len__(self) -> int:
        return len(self._found)

    def check(self) -> None:
        """Raise FilesRefused with one problem per line, if there is any."""
        if self._found:
            raise FilesRefused(self._found[at] for at in sorted(self._found))


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

    def complain(self, name: str, remedy: Remedy) -> None:
        """Note a problem with the value of *name*."""
        self.problems.add(self.at(name), self._path(name), remedy)

    def text(self, name: str, default: str | None = None) -> str:
        """Return a text; without *default* it is required and must not be empty."""
        found = self._value(name)
        if found is None:
            if default is None:
                self.complain(name, Code.MISSING())
            return default or ""
        if not isinstance(found, yaml.ScalarNode):
            self.complain(name, Code.NO_TEXT())
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
            self.complain(name, Code.NO_TEXTS())
            return ()
        return tuple(texts)

    def whole(self, name: str, default: int) -> int:
        """Return a whole number."""
        found = self.text(name, str(default))
        if not found.isdecimal():
            self.complain(name, Code.NO_NUMBER(found=found))
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
            self.complain(name, Code.NO_CHOICE(found=found, known=", ".join(allowed)))
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
            self.complain(name, Code.NO_LIST())
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
            self.complain(name, Code.NO_LISTS())
            return []
        return [tuple(str(text.value).strip() for text in item.value) for item in inner]

    def finish(self) -> None:
        """Note every key that nobody asked for."""
        for name in self._values.keys() - self._known:
            near = difflib.get_close_matches(name, self._known, 1)
            known = ", ".join(sorted(self._known - {NOTE}))
            self.complain(
                name, Code.UNKNOWN_KEY_NEAR(near=near[0]) if near else Code.UNKNOWN_KEY(known=known)
            )

    def _enter(self, file: str, name: yaml.Node, value: yaml.Node) -> None:
        key, place = str(name.value), Place(file, name.start_mark.line + 1)
        if key in self._values:
            first = self._places[key].line
            self.problems.add(place, self._path(key), Code.TWICE(first=first))
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
            Place(self.place.file, node.start_mark.line + 1), self._path(label), Code.NO_TABLE_HERE()
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
        problems.add(Place(name, node.start_mark.line + 1), "", Code.NO_TABLE())
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
        problems.add(Place(str(path), 1), "", Code.NO_FILE())
    except OSError as error:
        problems.add(Place(str(path), 1), "", Code.UNREADABLE(problem=error.strerror))
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        problems.add(Place(str(path), line), "", Code.NOT_UTF8())
    return ""


def _compose(text: str, name: str, problems: Problems) -> yaml.Node | None:
    if len(_OPENERS.findall(text)) > _MOST_OPENERS or len(text) > _LONGEST:
        problems.add(Place(name, 1), "", Code.TOO_LARGE())
        return None
    try:
        node: yaml.Node | None = yaml.compose(text, Loader=_LOADER)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark else 1
        problems.add(Place(name, line), "", Code.NO_YAML_HERE(problem=error.problem or error.context))
        return None
    except yaml.YAMLError as error:
        problems.add(Place(name, 1), "", Code.NO_YAML(problem=str(error).replace("\n", " ")))
        return None
    return node
