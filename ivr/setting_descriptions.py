"""What each setting means and what it is by default, read from the source of the settings itself.

Reads the source of two modules; knows no values of a running server.
"""

import ast
import inspect
import textwrap
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, get_origin

from pydantic import BaseModel

from ivr import config, config_asterisk
from ivr.config import Settings
from ivr.config_asterisk import Section
from ivr.places import shipped

WIDTH = 110
"""Columns of a generated settings file."""
MISSING = '"…"'
"""Stands for the value of a key that has no default."""


@dataclass(frozen=True, slots=True)
class Key:
    """One key of a table: its name, what it is by default (in TOML; None: it must be given), its meaning."""

    name: str
    default: str | None
    meaning: str


@dataclass(frozen=True, slots=True)
class Table:
    """One table of ``ivr.toml``; the top level is called ``""``."""

    name: str
    summary: str
    keys: Sequence[Key]
    many: bool = False
    """Whether it may stand there several times: ``[[name]]``."""

    @property
    def heading(self) -> str:
        """The line that begins it."""
        return f"[[{self.name}]]" if self.many else f"[{self.name}]"

    @property
    def is_example(self) -> bool:
        """Whether it stands for tables that an operator adds."""
        return self.many or "KEY" in self.name


def tables(
    model: type[BaseModel] = Settings, path: tuple[str, ...] = (), *, many: bool = False
) -> Iterator[Table]:
    """Return every table, outer ones before the tables in them."""
    yield Table(".".join(path), _summary(model) if path else "", tuple(_keys(model)), many)
    for name, field in model.model_fields.items():
        if isinstance(field.annotation, type) and issubclass(field.annotation, BaseModel):
            yield from tables(field.annotation, (*path, name))
        for inner in getattr(field.annotation, "__args__", ()):
            if isinstance(inner, type) and issubclass(inner, BaseModel):
                listed = get_origin(field.annotation) is list
                yield from tables(inner, (*path, name) if listed else (*path, name, "KEY"), many=listed)


def commented(given: dict[str, dict[str, Any]]) -> str:
    """Return a settings file that has *given* (table → key → value), all else as comments."""
    return "\n".join(_commented_table(table, given.get(table.name, {})) for table in tables())


def in_toml(value: object) -> str:
    """Return *value* as it stands in TOML.

    >>> in_toml(["a", True])
    '["a", "True"]'
    """
    match value:
        case bool():
            return str(value).lower()
        case Path():
            return f'"{shipped(value)}"'
        case list():
            return f"[{', '.join(in_toml(str(each)) for each in value)}]"
        case dict():
            return "{}"
        case str():
            return f"'{value}'" if '"' in value else f'"{value}"'
        case _:
            return str(value)


def _commented_table(table: Table, given: dict[str, Any]) -> str:
    lines = [f"# {line}" for line in textwrap.wrap(table.summary, WIDTH - 2)]
    if table.name:
        lines.append(f"# {table.heading}" if table.is_example else table.heading)
    for key in table.keys:
        lines += [f"# {line}" for line in textwrap.wrap(key.meaning.replace("`", ""), WIDTH - 2)]
        if key.name in given:
            lines.append(f"{key.name} = {in_toml(given[key.name])}")
        else:
            lines.append(f"# {key.name} = {key.default or MISSING}")
    return "\n".join([*lines, ""])


def _keys(model: type[BaseModel]) -> Iterator[Key]:
    for name, field in model.model_fields.items():
        default = field.get_default()
        if isinstance(default, BaseModel) or "dict[str, ivr." in str(field.annotation):
            continue
        yield Key(name, None if field.is_required() else in_toml(default), _meaning(model, name))


def _meaning(model: type[BaseModel], name: str) -> str:
    for base in model.__mro__:
        if text := _meanings().get((base.__name__, name)):
            return text
    raise LookupError(f"say below {model.__name__}.{name} in ivr/config.py what it means")


def _summary(model: type[BaseModel]) -> str:
    return (
        "" if model.__doc__ == Section.__doc__ else " ".join((model.__doc__ or "").replace("``", "`").split())
    )


@cache
def _meanings() -> dict[tuple[str, str], str]:
    """(class, field) → the docstring below the field."""
    found = {}
    modules = (ast.parse(inspect.getsource(module)) for module in (config_asterisk, config))
    for node in (node for module in modules for node in module.body):
        if not isinstance(node, ast.ClassDef):
            continue
        for field, below in zip(node.body, node.body[1:], strict=False):
            match field, below:
                case ast.AnnAssign(target=ast.Name(name)), ast.Expr(ast.Constant(str(text))):
                    found[node.name, name] = " ".join(text.replace("``", "`").split())
    return found
