"""The keys of an answer's file, each named once: reader, writer and the console's forms take them from here.

Pure. Names and shapes; what a value may be besides is checked by ``answer_checks``. A new key is one line
here, one field of ``ivr.dialogue.answers``, and what uses it.
"""

import enum
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from ivr.dialogue.answers import Tail
from ivr.knowledge.document import NOTE, Table
from ivr.knowledge.files.remedies import Code
from ivr.knowledge.files.writer import Tree

REPLIES = {"oui": "yes", "non": "no", "inconnu": "unknown"}
LAST = 9999
"""Position of an answer that gives none."""


class Kind(enum.Enum):
    """What is written under a key."""

    TEXT = enum.auto()
    NAMES = enum.auto()
    """A list of names: lines, questions, documents."""
    PHRASES = enum.auto()
    """A list of what callers say."""
    FLAG = enum.auto()
    WHOLE = enum.auto()
    OTHER = enum.auto()
    """Tables, each with a shape of its own."""


@dataclass(frozen=True, slots=True)
class Key:
    """One key."""

    kind: Kind = Kind.TEXT
    default: str | None = None
    """None: it must be there; empty: it may be absent."""
    values: Mapping[str, str] = field(default_factory=dict)
    """What may be written and what it means; empty: anything."""
    unread: bool = False
    """Read by hand, or no field of the dataclass."""


Shape: TypeAlias = Mapping[str, Key]
"""Keys in the order in which they are written."""

OPTION = Key(default="")
PHRASES = Key(Kind.PHRASES, "")
SAID = Key(Kind.PHRASES)
NAMES = Key(Kind.NAMES, "")
FLAG = Key(Kind.FLAG, "")
TABLES = Key(Kind.OTHER, "", unread=True)


def _one_of(*values: str, default: str | None = None) -> Key:
    return Key(default=default, values={value: value for value in values})


BRANCH: Shape = {
    "reply": Key(default="", values=REPLIES, unread=True),
    "say": PHRASES,
    "also": PHRASES,
    "hears": Key(Kind.NAMES, "", unread=True),
    "at-least": Key(default="", unread=True),
    "below": Key(default="", unread=True),
    "given": PHRASES,
    "go": Key(),
}
LINE: Shape = {
    "text": Key(),
    "tail": _one_of(*Tail),
    "next": OPTION,
    "link": OPTION,
    "with-link": OPTION,
    "without-link": OPTION,
    "if-closed": OPTION,
    "skip-when-pushed": FLAG,
    "branches": TABLES,
}
OPENING: Shape = {"start": Key(), "when": SAID, "path": NAMES}
KNOWN: Shape = {"line": Key(), "reply": Key(values=REPLIES, unread=True), "when": SAID}
ITEM: Shape = {"name": Key(), "line": Key(), "say": SAID}
CATALOGUE: Shape = {"slot": Key(), "unknown": Key(), "asks": SAID, "unless": PHRASES, "items": TABLES}
ANSWER: Shape = {
    "position": Key(Kind.WHOLE, str(LAST), unread=True),
    "category": Key(),
    "question": Key(),
    "label": Key(),
    "choice-word": Key(),
    "links": NAMES,
    "follow-ups": NAMES,
    "transfer": _one_of("never", "always", "end", "branch", "courtesy", default="never"),
    "queue": _one_of("support", "technical", default="support"),
    "password-guard": FLAG,
    "start": Key(default="r"),
    "resume": OPTION,
    "display": Key(),
    "lines": TABLES,
    "anywhere": TABLES,
    "openings": TABLES,
    "known": TABLES,
    "catalogue": TABLES,
}


def values_of(table: Table, shape: Shape) -> dict[str, Any]:
    """Return what *table* says under the keys of *shape*, by the fields of the dataclass they belong to."""
    return {name.replace("-", "_"): _value(table, name, key) for name, key in shape.items() if not key.unread}


def in_order(tree: Mapping[str, Tree], shape: Shape) -> dict[str, Tree]:
    """Return *tree* as it is written: its note first, then the keys of *shape*, then any others."""
    names = [name for name in (NOTE, *shape, *tree) if name in tree]
    return {name: tree[name] for name in dict.fromkeys(names)}


def _value(table: Table, name: str, key: Key) -> object:
    match key.kind:
        case Kind.FLAG:
            return table.flag(name)
        case Kind.NAMES | Kind.PHRASES:
            texts = table.texts(name)
            if not texts and key.default is None:
                table.complain(name, Code.MISSING_PHRASES())
            return texts
        case _ if key.values:
            return key.values[table.one_of(name, key.values, key.default)]
        case _:
            return table.maybe(name) if key.default == "" else table.text(name, key.default)
