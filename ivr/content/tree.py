"""A YAML file as plain values to be changed, its comments as ``note`` of the table they belong to.

Reads what the loaders accept; what it means is theirs to say.
"""

from collections.abc import Iterator
from itertools import pairwise

import yaml

from ivr.knowledge.document import NOTE, compose
from ivr.knowledge.files.writer import Tree

DEEPEST = 20
"""Tables and lists in each other: what a loader accepts has less."""


def tree_of(text: str) -> Tree:
    """Return what *text* holds, shared lists each for itself.

    Raises:
        ConfigurationError: it is not YAML.
    """
    root = compose(text)
    tree = _plain(root)
    if root is not None and "#" in text:
        tables = list(_tables(root, tree))
        for line, comment, alone in comments_of(text):
            _keep(tables, line, comment, alone=alone)
    return tree


def table_of(text: str) -> dict[str, Tree]:
    """Return what *text* holds, a table; an empty one where it holds nothing else."""
    tree = tree_of(text)
    return tree if isinstance(tree, dict) else {}


def comments_of(text: str) -> Iterator[tuple[int, str, bool]]:
    """Yield each comment with its line from 0, and whether it stands alone there; neighbours are one."""
    found = list(_comments(text))
    while found:
        line, comment, alone = found.pop(0)
        last = line
        while alone and found and found[0][2] and found[0][0] == last + 1:
            last, more, _ = found.pop(0)
            comment += f"\n{more}"
        if comment.strip():
            yield line, comment.strip(), alone


def _comments(text: str) -> Iterator[tuple[int, str, bool]]:
    """What the scanner passes over: the text between two tokens."""
    tokens = [token for token in yaml.scan(text) if token.start_mark.index < token.end_mark.index]
    gaps = [(before.end_mark.index, after.start_mark.index) for before, after in pairwise(tokens)]
    ends = [(0, tokens[0].start_mark.index), *gaps, (tokens[-1].end_mark.index, len(text))] if tokens else []
    for start, end in ends or [(0, len(text))]:
        begin = text.rfind("\n", 0, start) + 1
        for line in text[begin:end].splitlines(keepends=True):
            at = line.find("#", max(0, start - begin))
            if at >= 0:
                told = line[at:].strip().lstrip("#").strip().strip("-").strip()
                yield text.count("\n", 0, begin), told, not line[:at].strip()
            begin += len(line)


def _plain(node: yaml.Node | None, depth: int = 0) -> Tree:
    if depth > DEEPEST:
        raise RecursionError("a table or list in itself")
    if isinstance(node, yaml.MappingNode):
        return {str(key.value): _plain(value, depth + 1) for key, value in node.value}
    if isinstance(node, yaml.SequenceNode):
        return [_plain(each, depth + 1) for each in node.value]
    if not isinstance(node, yaml.ScalarNode) or (not node.style and node.value in ("", "~", "null")):
        return None
    return str(node.value)


_Table = tuple[list[tuple[int, str]], dict[str, Tree]]
"""The lines of a table's keys, and the table."""


def _tables(node: yaml.Node, tree: Tree) -> Iterator[_Table]:
    """Yield every table, those inside after those around."""
    if isinstance(node, yaml.MappingNode) and isinstance(tree, dict):
        yield [(key.start_mark.line, str(key.value)) for key, _ in node.value], tree
        for key, value in node.value:
            yield from _tables(value, tree[str(key.value)])
    elif isinstance(node, yaml.SequenceNode) and isinstance(tree, list):
        for one, inside in zip(node.value, tree, strict=True):
            yield from _tables(one, inside)


def _keep(tables: list[_Table], line: int, comment: str, *, alone: bool) -> None:
    """Put a comment into the table of the key it stands beside, or above, under the name of that key."""
    keys = [
        (at, key, keys[0] == (at, key), tree)
        for keys, tree in tables
        for at, key in keys
        if (at >= line if alone else at <= line)
    ]
    if not keys:
        keys = [(at, key, False, tree) for keys, tree in tables[:1] for at, key in keys]
    if not keys:
        return
    nearest = min(each[0] for each in keys) if alone else max(each[0] for each in keys)
    beside = [each for each in keys if each[0] == nearest]
    _, key, is_first, tree = beside[0 if alone else -1]
    inside = tree.get(key)
    if not alone and isinstance(inside, dict) and inside:  # beside the name of a table
        is_first, tree = True, inside
    told = comment if is_first and (alone or tree is inside) else f"{key}: {comment}"
    before = tree.pop(NOTE, None)
    others = dict(tree)
    tree.clear()
    tree[NOTE] = f"{before}\n{told}" if isinstance(before, str) else told
    tree.update(others)
