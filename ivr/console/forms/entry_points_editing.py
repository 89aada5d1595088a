"""The ways into an answer, from their form back to its tree: only what differs is written.

Changes the tree it is given; checks nothing (the loaders do) and writes no file.
"""

from collections.abc import Mapping, Sequence

from ruamel.yaml.comments import CommentedMap

from ivr.console.forms.answer_form import phrases
from ivr.console.forms.entry_points_form import Listed, WaysIn
from ivr.content.nodes import put_phrases, put_rows, put_text, row_of


def set_ways_in(tree: CommentedMap, ways: WaysIn) -> None:
    """Have an answer's *tree* say what *ways* do."""
    openings = [
        _row(
            row_of(tree, "openings", each.was),
            {"start": each.start},
            {"when": phrases(each.when), "path": (each.start, *each.path) if each.path else ()},
        )
        for each in ways.openings
    ]
    known = [
        _row(
            row_of(tree, "known", each.was),
            {"line": each.line, "reply": each.reply},
            {"when": phrases(each.when)},
        )
        for each in ways.known
    ]
    put_rows(tree, "openings", openings, ("known", "catalogue"))
    put_rows(tree, "known", known, ("catalogue",))
    if ways.listed is None:
        tree.pop("catalogue", None)
    else:
        _set_listed(tree.setdefault("catalogue", CommentedMap()), ways.listed)


def _set_listed(node: CommentedMap, listed: Listed) -> None:
    _row(
        node,
        {"slot": listed.slot, "unknown": listed.unknown},
        {"asks": phrases(listed.asks), "unless": phrases(listed.unless)},
    )
    things = [
        _row(
            row_of(node, "items", each.was),
            {"name": each.name, "line": each.line},
            {"say": phrases(each.say)},
        )
        for each in listed.things
    ]
    put_rows(node, "items", things)


def _row(node: CommentedMap, texts: Mapping[str, str], lists: Mapping[str, Sequence[str]]) -> CommentedMap:
    for key, text in texts.items():
        put_text(node, key, text)
    for key, wanted in lists.items():
        put_phrases(node, key, wanted)
    return node
