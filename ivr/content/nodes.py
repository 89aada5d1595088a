"""What forms change in the tree of a YAML file: a key set in its place, rows that came, went or moved.

What says the same stays the same node, with its comments and what it shares; checks nothing.
"""

from collections.abc import Iterable, Sequence
from typing import Any

from ruamel.yaml.comments import CommentedMap, CommentedSeq


def put(tree: CommentedMap, key: str, value: Any, before: Iterable[str] = ()) -> None:
    """Set *key*; a new one goes before those where a reader no longer looks for it."""
    if key in tree:
        tree[key] = value
        return
    at = next((n for n, name in enumerate(tree) if name in before), len(tree))
    tree.insert(at, key, value)


def put_text(tree: CommentedMap, key: str, value: str, before: Iterable[str] = ()) -> None:
    """Set *key*, or take it away when *value* is empty."""
    if not value:
        tree.pop(key, None)
    elif str(tree.get(key) or "") != value:
        put(tree, key, value, before)


def put_phrases(tree: CommentedMap, key: str, wanted: Sequence[str]) -> None:
    """Set a list of *wanted* phrases, or take it away when there are none; a shared one is left to others."""
    if list(wanted) == [" ".join(str(each).split()) for each in tree.get(key) or []]:
        return
    at = list(tree).index(key) if key in tree else len(tree)
    tree.pop(key, None)
    if wanted:
        tree.insert(at, key, flow(wanted))


def put_rows(tree: CommentedMap, key: str, made: Sequence[CommentedMap], before: Iterable[str] = ()) -> None:
    """Set a list of tables, or take it away when there are none."""
    old = list(tree.get(key) or [])
    if not made:
        tree.pop(key, None)
    elif key not in tree:
        put(tree, key, CommentedSeq(made), before)
    elif len(made) != len(old) or any(new is not one for new, one in zip(made, old, strict=True)):
        tree[key].clear()
        tree[key].extend(made)


def row_of(tree: CommentedMap, key: str, was: str) -> CommentedMap:
    """Return the row of the list *key* that a form took from place *was*; an empty one when it is new."""
    old = tree.get(key) or []
    found: CommentedMap = old[int(was)] if was.isdecimal() and int(was) < len(old) else CommentedMap()
    return found


def flow(values: Iterable[str]) -> CommentedSeq:
    """Return a list that is written on one line."""
    made = CommentedSeq(values)
    made.fa.set_flow_style()
    return made
