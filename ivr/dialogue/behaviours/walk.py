"""Where we are in an answer, and where the caller's words lead from there.

Reads the answer's data; says nothing.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from itertools import takewhile

from ivr.dialogue.actions import Line
from ivr.dialogue.answers import Answer, AnswerLine, Item, Tail
from ivr.dialogue.behaviours.conversation import Conversation, Place
from ivr.dialogue.behaviours.questions import Reply
from ivr.dialogue.entry_points import way_in
from ivr.dialogue.expectations import branch_by_content, put_right
from ivr.dialogue.understanding import Command
from ivr.french.slots import fill, slots

Target = str
"""Where to go next: see :class:`ivr.dialogue.answers.Branch`; also ``back``, and ``over``: this walk ends."""


@dataclass(slots=True)
class Walk:
    """Where we are in an answer."""

    answer: Answer
    then: str = ""
    """What follows its end: ``resume`` the answer that waits for it, ``next`` question, ``aside``: the caller
    may go back to the answer he left, or nothing."""
    path: list[str] = field(default_factory=list)
    """Lines to play instead of following ``next``."""
    trail: list[str] = field(default_factory=list)
    """Chunks already heard, for « retour »."""
    line: AnswerLine | None = None
    """Played last."""
    returns: bool = False
    """The caller went back: a question is put again, though he has answered it."""
    chained: bool = False
    """Whether the line to come belongs to the chunk before it."""
    item: Item | None = None
    """The one thing of a list that the caller asks about."""
    replies: dict[str, str] = field(default_factory=dict)
    """What was replied to each question (``yes``, ``no``, ``unknown``), to be corrected later."""

    def after(self, line: AnswerLine) -> Target:
        """Return what follows *line* on « suite »."""
        return self.path.pop(0) if self.path else line.next or "menu"


def begin(talk: Conversation, walk: Walk) -> Target:
    """Return the line to begin with: what the caller's words ask for, else the first answer."""
    way = way_in(walk.answer, talk.said)
    walk.item, walk.path = way.item, list(way.path)
    return way.line


def place(walk: Walk, line: AnswerLine, text: str) -> Place:
    """Return where the caller is once *line* has been said."""
    return Place(tuple(walk.trail), tuple(_ahead(walk, line)), text)


def _ahead(walk: Walk, line: AnswerLine) -> Iterator[str]:
    """Yield the first lines of the chunks that follow, as far as no reply decides."""
    path, seen, chained = list(walk.path), {line.name}, line.tail is Tail.CHAIN
    while (name := path.pop(0) if path else line.next) and name not in seen:
        seen.add(name)
        line = walk.answer.lines[name]
        if not chained:
            yield name
        chained = line.tail is Tail.CHAIN


def go_to_step(walk: Walk, where: Place, number: int) -> Target | None:
    """Return the *number*-th chunk of the answer, from 1, -1 for the last; None if there is none."""
    chunks = (*where.trail, *where.ahead)
    index = number - 1 if number > 0 else len(chunks) + number
    if not 0 <= index < len(chunks):
        return None
    walk.trail = list(chunks[:index])
    if walk.path:
        walk.path = list(chunks[index + 1 :])
    return chunks[index]


def last_step(talk: Conversation) -> str | None:
    """Return the line at which a caller was when he was handed off; None at the end of an answer."""
    lines = talk.answer.lines if talk.answer else {}
    step = next((name for name in reversed(talk.caller.previous_steps) if name in lines), None)
    ends = step is None or lines[step].tail in (Tail.END, Tail.TRANSFER)
    return None if ends else step


def restart(talk: Conversation, walk: Walk) -> Target:
    """Return the line with which the answer begins again."""
    walk.trail.clear()
    walk.chained = False
    return begin(talk, walk)


def answered_before(talk: Conversation, walk: Walk, line: AnswerLine) -> Target | None:
    """Return where the caller's own words lead, when he has already answered the question of *line*."""
    for known in walk.answer.known:
        if known.line == line.name and talk.has_said(known.when):
            walk.replies[line.name] = known.on
            return leads_to(talk, line, known.on)
    return None


def leads_to(talk: Conversation, line: AnswerLine, reply: str) -> Target | None:
    """Return where *reply* (``yes``, ``no``, ``unknown``) leads on this line."""
    for branch in line.branches:
        if branch.on == reply and (not branch.given or talk.has_said(branch.given)):
            return branch.go
    return None


def branch_taken(talk: Conversation, walk: Walk, line: AnswerLine, reply: Reply) -> Target | None:
    """Return where *reply* leads on this line, None when the tail decides."""
    if reply.target:
        return reply.target
    if reply.word:
        return next(b.go for b in line.branches if b.on == "say" and reply.word in b.say)
    if reply.unknown and (target := leads_to(talk, line, "unknown")):
        return target
    if reply.command in (Command.YES, Command.NO):
        target = leads_to(talk, line, reply.command)
        if target:
            walk.replies[line.name] = reply.command
        return target
    return None


def content_of(talk: Conversation, walk: Walk, line: AnswerLine) -> Callable[[str], Target | None]:
    """Return what tells where the content of a reply leads from *line*, or back to a question put right."""

    def leads(text: str) -> Target | None:
        branch = branch_by_content(line, text, talk.said)
        if branch:
            if branch.on in ("yes", "no", "unknown"):
                walk.replies[line.name] = branch.on
            return branch.go
        if (right := put_right(walk.answer, walk.replies, text)) is None:
            return None
        name, on = right
        walk.replies[name] = on
        talk.tell("conf.corrige")
        return leads_to(talk, walk.answer.lines[name], on)

    return leads


def line_said(walk: Walk, line: AnswerLine) -> Line:
    """Return *line* as it is spoken, with what the caller asks about in its slot."""
    catalogue, text = walk.answer.catalogue, line.text
    if catalogue and walk.item and catalogue.slot in slots(text):
        text = fill(text, **{catalogue.slot: walk.item.name})
    return Line(f"{walk.answer.intent}.{line.name}", text)


def without_offer(line: AnswerLine) -> AnswerLine:
    """Return *line* as the end of an answer, its question left out, if all it asks is « voulez-vous un
    conseiller ? »; else the line itself."""
    if line.tail is not Tail.QUESTION or not any((b.on, b.go) == ("yes", "transfer") for b in line.branches):
        return line
    statement = " ".join(re.split(r"(?<=[.!?]) ", line.text)[:-1])
    words = tuple(branch for branch in line.branches if branch.on == "say")
    return replace(line, name=f"{line.name}.sans-offre", text=statement, tail=Tail.END, branches=words)


def keyed(line: AnswerLine) -> tuple[str, ...]:
    """Return a word for each way out of a question that begins with a choice between words: they have the
    keys 1, 2, 3… in this order; nothing for any other question."""
    ways: dict[str, str] = {}
    for branch in takewhile(lambda branch: branch.on == "say", line.branches):
        ways.setdefault(branch.go, branch.say[0])
    return tuple(ways.values()) if len(ways) > 1 else ()


def local_words(line: AnswerLine) -> tuple[str, ...]:
    """Return the words that choose a branch of this line."""
    return tuple(word for branch in line.branches for word in branch.say)
