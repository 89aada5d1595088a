"""From the form of a question back to its file: only what differs is written, comments and order stay.

Text in, text out; checks nothing (the loaders do) and writes no file.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import Any

from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.scalarstring import LiteralScalarString

from ivr.console.answer_form import DEFAULTS, SAID, AnswerForm, Reply, Step, phrases, read_form
from ivr.console.editing import text_of, tree_of


def edit_answer(text: str, form: AnswerForm) -> str:
    """Return an answer's file that says what *form* does.

    What led into a step that is gone (openings, replies known beforehand) goes with it.
    """
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
    _set(tree, "start", "" if form.start == "r" else form.start, before=("display", "lines"))
    if not form.resume:
        tree.pop("resume", None)
    _set_steps(tree["lines"], form.steps)
    _set_replies(tree, "anywhere", form.anywhere, before=("openings", "known", "catalogue"))
    _forget(tree, {step.name for step in form.steps})
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
        _put(tree, key, value.strip(), ("display", "lines"))


def _set_list(tree: Any, key: str, value: Sequence[str]) -> None:
    if list(value) == [str(each) for each in tree.get(key) or []]:
        return
    if key in tree:
        tree[key].clear()
        tree[key].extend(value)
    else:
        _put(tree, key, _flow(value), ("display", "lines"))


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
        _set(line, key, str(value), before=("branches",))
    _set_flag(line, "skip-when-pushed", step.skip, before=("branches",))
    _set_replies(line, "branches", step.replies)


def _set_replies(tree: CommentedMap, key: str, replies: Sequence[Reply], before: Sequence[str] = ()) -> None:
    """Those that were there keep their comments and shared lists."""
    old = list(tree.get(key) or [])
    kept = [
        old[int(each.was)] if each.was.isdecimal() and int(each.was) < len(old) else None for each in replies
    ]
    made = [_reply(node, reply) for node, reply in zip(kept, replies, strict=True)]
    if not made:
        tree.pop(key, None)
    elif key not in tree:
        _put(tree, key, CommentedSeq(made), before)
    elif len(made) != len(old) or any(new is not one for new, one in zip(made, old, strict=True)):
        tree[key].clear()
        tree[key].extend(made)


def _reply(node: CommentedMap | None, reply: Reply) -> CommentedMap:
    if node is None:
        node = CommentedMap()
        node.fa.set_flow_style()
    _set(node, "reply", "" if reply.on == SAID else reply.on)
    for key, text in (("say", reply.say), ("given", reply.given)):
        wanted = phrases(text)
        if wanted != [" ".join(str(each).split()) for each in node.get(key) or []]:
            node.pop(key, None)
            if wanted:
                node[key] = _flow(wanted)
    _set(node, "go", reply.go)
    return node


def _forget(tree: CommentedMap, names: set[str]) -> None:
    """Without the ways into steps that are gone."""
    _keep(tree, "openings", lambda each: str(each["start"]) in names)
    _keep(tree, "known", lambda each: str(each["line"]) in names)
    for opening in tree.get("openings") or ():
        path = [str(name) for name in opening.get("path") or ()]
        if left := [name for name in path if name in names]:
            _set_list(opening, "path", left)
        elif path:
            del opening["path"]


def _keep(tree: CommentedMap, key: str, wanted: Callable[[Any], bool]) -> None:
    entries = tree.get(key) or []
    for place in reversed([n for n, each in enumerate(entries) if not wanted(each)]):
        del entries[place]
    if key in tree and not entries:
        del tree[key]


def _set_flag(tree: CommentedMap, key: str, value: bool, before: Iterable[str]) -> None:
    if value:
        _put(tree, key, True, before)
    else:
        tree.pop(key, None)


def _set(tree: CommentedMap, key: str, value: str, before: Iterable[str] = ()) -> None:
    if not value:
        tree.pop(key, None)
    elif str(tree.get(key) or "") != value:
        _put(tree, key, value, before)


def _put(tree: CommentedMap, key: str, value: Any, before: Iterable[str]) -> None:
    """A new key goes before those where a reader no longer looks for it."""
    if key in tree:
        tree[key] = value
        return
    at = next((n for n, name in enumerate(tree) if name in before), len(tree))
    tree.insert(at, key, value)


def _flow(values: Iterable[str]) -> CommentedSeq:
    made = CommentedSeq(values)
    made.fa.set_flow_style()
    return made
