"""The one way in which files of ``prompts/`` are written: the same content is always the same text.

A list of phrases has one line each where it is long, so that two people's changes meet in few lines.
Knows YAML and nothing of what the files mean, like ``document``, which reads them.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import TypeAlias

Tree: TypeAlias = "str | list[Tree] | dict[str, Tree] | None"
"""What a file holds: every scalar is text, null is None."""

WIDTH = 110
"""Columns of a list that is written on one line."""
ONE_PER_LINE = "phrasings/"
"""Files whose lists are long, or will be."""

_UNSEEN = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ufeff]")
_PLAIN = re.compile(r"[^\W_]|«")
"""Begins like a word or a quotation: no sign of YAML."""
_MISTAKEN = re.compile(r": |:$| #|\s$|\s\s")
"""Would end a plain scalar, or not come back as it is."""
_NOTHING = frozenset({"", "~", "null", "Null", "NULL"})
_TRUTH = re.compile("y|n|yes|no|on|off", re.IGNORECASE)
"""Words, to us; truth values to programs that follow YAML 1.1 (yaml.org/type/bool.html)."""


def written(tree: Tree, path: str = "", header: str = "") -> str:
    """Return the text of the file *path* (relative to ``prompts/``) that holds *tree*, after *header*.

    Reading it gives *tree* again; texts of several lines lose blanks around them.
    """
    return header + "\n".join(_top(tree, path.startswith(ONE_PER_LINE))) + "\n"


def _top(tree: Tree, spread: bool) -> Iterator[str]:
    if isinstance(tree, str):
        yield _scalar(tree)
        return
    if not isinstance(tree, dict) or not tree:
        first, *rest = _value(tree, "", True)
        yield from (line.removeprefix("  ") for line in rest or [first.strip()])
        return
    parted = False
    for number, (key, value) in enumerate(tree.items()):
        lines = list(_entry(key, value, "", spread))
        if number and (parted or len(lines) > 1):
            yield ""
        parted = len(lines) > 1
        yield from lines


def _entry(key: str, value: Tree, indent: str, spread: bool) -> Iterator[str]:
    first, *rest = _value(value, indent, spread)
    yield f"{indent}{_scalar(key)}:{first}"
    yield from rest


def _value(value: Tree, indent: str, spread: bool) -> list[str]:
    """Return what follows a colon: the rest of its line, then the lines below it."""
    if isinstance(value, dict) and value:
        return ["", *(line for each in value.items() for line in _entry(*each, indent + "  ", spread))]
    if isinstance(value, list) and value:
        return _list(value, indent, spread)
    if isinstance(value, str) and "\n" in value and (block := _block(value, indent)):
        return block
    return [f" {_scalar(value)}"]


def _list(items: Sequence[Tree], indent: str, spread: bool) -> list[str]:
    texts = [each for each in items if isinstance(each, str) or not each]
    if len(texts) == len(items) and not spread:
        line = f" [{', '.join(_scalar(each, in_line=True) for each in texts)}]"
        if len(indent) + len(line) <= WIDTH:
            return [line]
    return ["", *(line for each in items for line in _item(each, indent + "  "))]


def _item(item: Tree, indent: str) -> list[str]:
    """Return the lines of one item; lists in it are short."""
    if isinstance(item, dict) and item:
        lines = [line for key, value in item.items() for line in _entry(key, value, indent + "  ", False)]
        return [f"{indent}- {lines[0].lstrip()}", *lines[1:]]
    first, *rest = _value(item, indent, False)
    return [f"{indent}-{first}", *rest]


def _block(text: str, indent: str) -> list[str] | None:
    """Return a text of several lines as it is read; None where quotes are needed."""
    lines = text.strip().splitlines()
    if not lines or text.strip() != "\n".join(lines) or any(map(_UNSEEN.search, lines)):
        return None
    return [" |", *(f"{indent}  {each}" if each else "" for each in lines)]


def _scalar(value: Tree, *, in_line: bool = False) -> str:
    if not isinstance(value, str):
        return "null" if value is None else "{}" if isinstance(value, Mapping) else "[]"
    plain = _PLAIN.match(value) and not (_MISTAKEN.search(value) or _UNSEEN.search(value))
    plain = plain and value not in _NOTHING and not _TRUTH.fullmatch(value)
    if plain and not (in_line and re.search(r"[\[\]{},]", value)):
        return value
    quoted = json.dumps(value, ensure_ascii=False)
    return _UNSEEN.sub(lambda found: f"\\u{ord(found[0]):04x}", quoted)
