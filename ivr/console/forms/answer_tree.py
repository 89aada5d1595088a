"""From the form of a question back to its file: what the form has no field for stays, notes too.

Text in, text out; checks nothing (the loaders do) and writes no file.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from ivr.console.forms.answer_form import SAID, AnswerForm, Reply, Step, phrases, read_form
from ivr.console.forms.entry_points_form import Listed, Thing
from ivr.content.tree import table_of
from ivr.knowledge.answer_schema import (
    ANSWER,
    BRANCH,
    CATALOGUE,
    ITEM,
    KNOWN,
    LINE,
    OPENING,
    Kind,
    Shape,
    in_order,
)
from ivr.knowledge.document import NOTE
from ivr.knowledge.files.writer import Tree, written

Table = dict[str, Tree]
Given = str | bool | Sequence[str] | Sequence[Table] | Table


def edit_answer(text: str, form: AnswerForm) -> str:
    """Return an answer's file that says what *form* does; *text* itself where it says that already."""
    before = read_form(text, ())
    form = replace(
        form,
        phrasings="",
        links=_ordered(form.links, before.links),
        follow_ups=_ordered(form.follow_ups, before.follow_ups),
    )
    if form == before:
        return text
    return written(_answer(table_of(text), form))


def _ordered(chosen: Sequence[str], before: Sequence[str]) -> tuple[str, ...]:
    """Boxes are ticked in any order; the file has one."""
    return (*(each for each in before if each in chosen), *(each for each in chosen if each not in before))


def _answer(old: Table, form: AnswerForm) -> Table:
    ways, olds = form.ways_in, _table(old.get("lines"))
    noted: Table = {NOTE: olds[NOTE]} if NOTE in olds else {}
    openings = [
        _row(old, "openings", each.was, OPENING, {"start": each.start, "when": each.when, "path": path})
        for each in ways.openings
        for path in [(each.start, *each.path) if each.path else ()]
    ]
    known = [
        _row(old, "known", each.was, KNOWN, {"line": each.line, "reply": each.reply, "when": each.when})
        for each in ways.known
    ]
    given: dict[str, Given] = {
        **form.texts,
        "links": form.links,
        "follow-ups": form.follow_ups,
        "password-guard": form.guard,
        "start": form.start,
        "resume": form.resume,
        "lines": noted | {step.name: _step(_table(olds.get(step.name)), step) for step in form.steps},
        "anywhere": [_reply(old, "anywhere", each) for each in form.anywhere],
        "openings": openings,
        "known": known,
        "catalogue": _listed(_table(old.get("catalogue")), ways.listed) if ways.listed else {},
    }
    return _changed(old, ANSWER, given)


def _step(old: Table, step: Step) -> Table:
    branches = [_reply(old, "branches", each) for each in step.replies]
    given: dict[str, Given] = {**step.texts, "skip-when-pushed": step.skip, "branches": branches}
    return _changed(old, LINE, given)


def _reply(around: Table, key: str, reply: Reply) -> Table:
    on = "" if reply.on == SAID else reply.on
    given: dict[str, Given] = {"reply": on, "say": reply.say, "given": reply.given, "go": reply.go}
    return _row(around, key, reply.was, BRANCH, given)


def _listed(old: Table, listed: Listed) -> Table:
    def item(each: Thing) -> Table:
        given: dict[str, Given] = {"name": each.name, "line": each.line, "say": each.say}
        return _row(old, "items", each.was, ITEM, given)

    texts = {"slot": listed.slot, "unknown": listed.unknown, "asks": listed.asks, "unless": listed.unless}
    return _changed(old, CATALOGUE, {**texts, "items": [item(each) for each in listed.things]})


def _row(around: Table, key: str, was: str, shape: Shape, given: Mapping[str, Given]) -> Table:
    """Return the row of a list that a form took from place *was*, changed; a new one when it took none."""
    rows = around.get(key)
    at = int(was) if was.isdecimal() else None
    old = rows[at] if isinstance(rows, list) and at is not None and at < len(rows) else None
    return _changed(_table(old), shape, given)


def _changed(old: Table, shape: Shape, given: Mapping[str, Given]) -> Table:
    """Return *old* with what was *given*; what is empty, or as it is without being written, is left out."""
    tree = dict(old)
    for name, value in given.items():
        key, found = shape[name], _value(shape[name].kind, value, old.get(name))
        if not found or (found == key.default and name not in old):
            tree.pop(name, None)
        else:
            tree[name] = found
    return in_order(tree, shape)


def _value(kind: Kind, value: Given, old: Tree) -> Tree:
    """Return what is written for *value*; a list that says the same stays as it is."""
    if isinstance(value, bool):
        return "true" if value else None
    if isinstance(value, str) and kind in (Kind.PHRASES, Kind.NAMES):
        same = isinstance(old, list) and phrases(value) == phrases(", ".join(map(str, old)))
        return old if same else [*phrases(value)]
    if isinstance(value, str):
        return old if isinstance(old, str) and old.strip() == value.strip() else value.strip()
    return value if isinstance(value, dict) else [*value]


def _table(tree: Tree) -> Table:
    return tree if isinstance(tree, dict) else {}
