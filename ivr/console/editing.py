"""Changes to the YAML files of ``prompts/`` that leave everything else in them as it was, comments included.

Text in, text out; checks nothing (the loaders do) and writes no file.
"""

import difflib
import io
from collections.abc import Mapping, Sequence
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.scalarstring import LiteralScalarString

MEANING = {"transfer": "never", "queue": "support"}
"""What a missing key stands for."""


def edit_answer(text: str, fields: Mapping[str, str | Sequence[str]], lines: Mapping[str, str]) -> str:
    """Return an answer's file with other *fields* (by key) and other texts of its *lines* (by name)."""
    tree = _read(text)
    for key, value in fields.items():
        if isinstance(value, str):
            _set_text(tree, key, value)
        elif list(value) != list(tree.get(key) or []):
            _set_list(tree, key, value)
    for name, spoken in lines.items():
        if name in tree["lines"] and tree["lines"][name]["text"] != spoken:
            tree["lines"][name]["text"] = spoken
    return _write(tree)


def add_step(text: str, spoken: str) -> str | None:
    """Return an answer's file with one more step at the end of the way through it.

    None when its last line is no plain end (it asks, offers or hands off): there is no « next » to add to.
    """
    tree = _read(text)
    lines = tree["lines"]
    last = tree.get("start", "r")
    seen = {last}
    while (following := lines[last].get("next")) is not None and following not in seen:
        seen.add(last := following)
    if lines[last]["tail"] != "fin":
        return None
    name = next(f"e{n}" for n in range(1, 1000) if f"e{n}" not in lines)
    lines[last]["tail"] = "suite"
    lines[last]["next"] = name
    lines[name] = {"text": spoken, "tail": "fin"}
    return _write(tree)


def new_answer(fields: Mapping[str, str], spoken: str) -> str:
    """Return the file of a new answer of one line."""
    tree: dict[str, Any] = {key: value for key, value in fields.items() if key != "display"}
    tree["display"] = LiteralScalarString(fields["display"].strip() + "\n")
    tree["lines"] = {"r": {"text": spoken, "tail": "fin"}}
    return _write(tree)


def new_phrasings(intent: str, phrasings: Sequence[str]) -> str:
    """Return the file of what callers say for a new *intent*."""
    return _write({"intent": intent, "phrasings": list(phrasings)})


def edit_phrasings(text: str, wanted: Sequence[str], key: str = "phrasings") -> str:
    """Return a file of phrasings with the *wanted* ones under *key*; those that stay keep their comments."""
    tree = _read(text)
    present = tree[key]
    old = [str(each).strip() for each in present]
    changes = difflib.SequenceMatcher(None, old, list(wanted), autojunk=False).get_opcodes()
    for kind, start, end, first, last in reversed(changes):
        if kind == "equal":
            continue
        for index in reversed(range(start, end)):
            del present[index]
        for offset, each in enumerate(wanted[first:last]):
            present.insert(start + offset, each)
    return _write(tree)


def edit_line(text: str, prompt: str, spoken: str) -> str:
    """Return a file of shared prompts with another text for *prompt*."""
    tree = _read(text)
    if tree[prompt] != spoken:
        tree[prompt] = spoken
    return _write(tree)


def edit_lexicon(text: str, written: str, spoken: str) -> str:
    """Return the lexicon with *written* said as *spoken*; without it when *spoken* is empty."""
    tree = _read(text) or []
    at = next((n for n, entry in enumerate(tree) if str(entry["written"]) == written), None)
    if at is None:
        if spoken:
            entry = _read("{written: a, spoken: b}")
            entry["written"], entry["spoken"] = written, spoken
            tree.append(entry)
    elif not spoken:
        del tree[at]
    elif str(tree[at]["spoken"]) != spoken:
        tree[at]["spoken"] = spoken
    return _write(tree)


def _set_text(tree: Any, key: str, value: str) -> None:
    old = str(tree.get(key, MEANING.get(key, ""))).strip()
    if old == value.strip():
        return
    if key == "display" or "\n" in value:
        tree[key] = LiteralScalarString(value.strip() + "\n")
    else:
        _put(tree, key, value.strip())


def _set_list(tree: Any, key: str, value: Sequence[str]) -> None:
    if key in tree:
        tree[key].clear()
        tree[key].extend(value)
    else:
        flow = _read("[]")
        flow.extend(value)
        _put(tree, key, flow)


def _put(tree: Any, key: str, value: Any) -> None:
    """A new key goes before the texts, where a reader looks for it."""
    if key in tree:
        tree[key] = value
        return
    at = next((n for n, name in enumerate(tree) if name in ("display", "lines")), len(tree))
    tree.insert(at, key, value)


def _yaml() -> YAML:
    made = YAML(typ="rt")
    made.preserve_quotes = True
    made.width = 10_000
    made.indent(mapping=2, sequence=4, offset=2)
    return made


def _read(text: str) -> Any:
    return _yaml().load(text)


def _write(tree: Any) -> str:
    out = io.StringIO()
    made = _yaml()
    if isinstance(tree, list):  # the lexicon: a list at the margin
        made.indent(mapping=2, sequence=2, offset=0)
    made.dump(tree, out)
    return out.getvalue()
