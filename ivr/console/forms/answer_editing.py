"""From the form of a question back to its file: only what differs is written, comments and order stay.

Text in, text out; checks nothing (the loaders do) and writes no file.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

from ruamel.yaml.comments import CommentedMap
from ruamel.yaml.scalarstring import LiteralScalarString

from ivr.console.forms.answer_form import DEFAULTS, SAID, AnswerForm, Reply, Step, phrases, read_form
from ivr.console.forms.entry_points_editing import set_ways_in
from ivr.content.editing import text_of, tree_of
from ivr.content.nodes import flow, put, put_phrases, put_rows, put_text, row_of


def edit_answer(text: str, form: AnswerForm) -> str:
    """Return an answer's file that says what *form* does."""
    before = read_form(text, ())
    form = replace(
        form,
        phrasings="",
        links=_ordered(form.links, before.links),
        follow_ups=_ordered(form.follow_ups, before.follow_ups),
    )
    if form == before:
        return text
    tree = tree_of(text)
    for key, value in form.texts.items():
        _set_text(tree, key, value)
    _set_list(tree, "links", form.links)
    _set_list(tree, "follow-ups", form.follow_ups)
    _set_flag(tree, "password-guard", form.guard, before=("display", "lines"))
    put_text(tree, "start", "" if form.start == "r" else form.start, before=("display", "lines"))
    if not form.resume:
        tree.pop("resume", None)
    _set_steps(tree["lines"], form.steps)
    _set_replies(tree, "anywhere", form.anywhere, before=("openings", "known", "catalogue"))
    set_ways_in(tree, form.ways_in)
    return text_of(tree)


def _ordered(chosen: Sequence[str], before: Sequence[str]) -> tuple[str, ...]:
    """Boxes are ticked in any order; the file has one."""
    return (*(each for each in before if each in chosen), *(each for each in chosen if each not in before))


def _set_text(tree: Any, key: str, value: str) -> None:
    old = str(tree.get(key, DEFAULTS.get(key, ""))).strip()
    if old == value.strip():
        return
    if key == "display" or "\n" in value:
        tree[key] = LiteralScalarString(value.strip() + "\n")
    else:
        put(tree, key, value.strip(), ("display", "lines"))


def _set_list(tree: Any, key: str, value: Sequence[str]) -> None:
    if list(value) == [str(each) for each in tree.get(key) or []]:
        return
    if key in tree:
        tree[key].clear()
        tree[key].extend(value)
    else:
        put(tree, key, flow(value), ("display", "lines"))


def _set_steps(lines: CommentedMap, steps: Sequence[Step]) -> None:
    for name in [str(each) for each in lines if str(each) not in {step.name for step in steps}]:
        del lines[name]
    for step in steps:
        if step.name not in lines:
            lines[step.name] = CommentedMap()
        _set_step(lines[step.name], step)
    if [str(name) for name in lines] != [step.name for step in steps]:
        for step in steps:
            lines.move_to_end(step.name)


def _set_step(line: CommentedMap, step: Step) -> None:
    for key, value in (
        ("text", step.text),
        ("tail", step.tail),
        ("next", step.next),
        ("link", step.link),
        ("with-link", step.with_link),
        ("without-link", step.without_link),
        ("if-closed", step.if_closed),
    ):
        put_text(line, key, str(value), before=("branches",))
    _set_flag(line, "skip-when-pushed", step.skip, before=("branches",))
    _set_replies(line, "branches", step.replies)


def _set_replies(tree: CommentedMap, key: str, replies: Sequence[Reply], before: Sequence[str] = ()) -> None:
    put_rows(tree, key, [_reply(row_of(tree, key, reply.was), reply) for reply in replies], before)


def _reply(node: CommentedMap, reply: Reply) -> CommentedMap:
    if not node:
        node.fa.set_flow_style()
    put_text(node, "reply", "" if reply.on == SAID else reply.on)
    put_phrases(node, "say", phrases(reply.say))
    put_phrases(node, "given", phrases(reply.given))
    put_text(node, "go", reply.go)
    return node


def _set_flag(tree: CommentedMap, key: str, value: bool, before: Iterable[str]) -> None:
    if value:
        put(tree, key, True, before)
    else:
        tree.pop(key, None)
