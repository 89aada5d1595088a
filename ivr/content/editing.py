"""Changes to the YAML files of ``prompts/`` that leave everything else in them as it was, comments included.

Text in, text out; checks nothing (the loaders do) and writes no file.
"""

import difflib
import io
from collections.abc import Mapping, Sequence
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError
from ruamel.yaml.scalarstring import LiteralScalarString

from ivr.content.nodes import put


def new_answer(fields: Mapping[str, str], spoken: str) -> str:
    """Return the file of a new answer of one line."""
    tree: dict[str, Any] = {key: value for key, value in fields.items() if key != "display"}
    tree["display"] = LiteralScalarString(fields["display"].strip() + "\n")
    tree["lines"] = {"r": {"text": spoken, "tail": "fin"}}
    return text_of(tree)


def new_phrasings(intent: str, phrasings: Sequence[str]) -> str:
    """Return the file of what callers say for a new *intent*."""
    return text_of({"intent": intent, "phrasings": list(phrasings)})


def edit_phrasings(text: str, wanted: Sequence[str], key: str = "phrasings") -> str:
    """Return a file of phrasings with the *wanted* ones under *key*; those that stay keep their comments."""
    tree = tree_of(text)
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
    return text_of(tree)


def edit_position(text: str, position: int) -> str:
    """Return an answer's file with its place among the others."""
    tree = tree_of(text)
    put(tree, "position", position, before=[str(each) for each in tree][:1])
    return text_of(tree)


def edit_line(text: str, prompt: str, spoken: str) -> str:
    """Return a file of shared prompts with another text for *prompt*."""
    tree = tree_of(text)
    if tree[prompt] != spoken:
        tree[prompt] = spoken
    return text_of(tree)


def edit_lexicon(text: str, written: str, spoken: str) -> str:
    """Return the lexicon with *written* said as *spoken*; without it when *spoken* is empty."""
    tree = tree_of(text) or []
    at = next((n for n, entry in enumerate(tree) if str(entry["written"]) == written), None)
    if at is None:
        if spoken:
            entry = tree_of("{written: a, spoken: b}")
            entry["written"], entry["spoken"] = written, spoken
            tree.append(entry)
    elif not spoken:
        del tree[at]
    elif str(tree[at]["spoken"]) != spoken:
        tree[at]["spoken"] = spoken
    return text_of(tree)


def tree_of(text: str) -> Any:
    """Return what *text* holds, comments and all."""
    return _yaml().load(text)


def text_of(tree: Any) -> str:
    """Return *tree* as the text of a file; without its comments where they would spoil it."""
    text, plain = _dumped(tree), _plain(tree)
    try:
        if _plain(tree_of(text)) == plain:
            return text
    except YAMLError:
        pass  # ruamel.yaml 0.19 loses a line's end between two comments
    return _dumped(plain)


def _dumped(tree: Any) -> str:
    out = io.StringIO()
    made = _yaml()
    if isinstance(tree, list):  # the lexicon: a list at the margin
        made.indent(mapping=2, sequence=2, offset=0)
    made.dump(tree, out)
    return out.getvalue()


def _plain(tree: Any) -> Any:
    if isinstance(tree, Mapping):
        return {str(key): _plain(value) for key, value in tree.items()}
    if isinstance(tree, list):
        return [_plain(each) for each in tree]
    return LiteralScalarString(tree) if isinstance(tree, str) and "\n" in tree else tree


def _yaml() -> YAML:
    made = YAML(typ="rt")
    made.preserve_quotes = True
    made.width = 10_000
    made.indent(mapping=2, sequence=4, offset=2)
    return made
