"""Where we are in an answer, and where the caller's words lead from there.

Reads the answer's data; says nothing.
"""

import re
from dataclasses import dataclass, field, replace

from ivr.dialogue.actions import Line
from ivr.dialogue.answers import Answer, AnswerLine, Item, Tail
from ivr.dialogue.behaviours.conversation import Conversation
from ivr.dialogue.behaviours.questions import Reply
from ivr.dialogue.entry_points import way_in
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
    chained: bool = False
    """Whether the line to come belongs to the chunk before it."""
    item: Item | None = None
    """The one thing of a list that the caller asks about."""

    def after(self, line: AnswerLine) -> Target:
        """Return what follows *line* on « suite »."""
        return self.path.pop(0) if self.path else line.next or "menu"


def begin(talk: Conversation, walk: Walk) -> Target:
    """Return the line to begin with: what the caller's words ask for, else the first answer."""
    way = way_in(walk.answer, talk.said)
    walk.item, walk.path = way.item, list(way.path)
    return way.line


def answered_before(talk: Conversation, walk: Walk, line: AnswerLine) -> Target | None:
    """Return where the caller's own words lead, when he has already answered the question of *line*."""
    for known in walk.answer.known:
        if known.line == line.name and talk.has_said(known.when):
            return leads_to(talk, line, known.on)
    return None


def leads_to(talk: Conversation, line: AnswerLine, reply: str) -> Target | None:
    """Return where *reply* (``yes``, ``no``, ``unknown``) leads on this line."""
    for branch in line.branches:
        if branch.on == reply and (not branch.given or talk.has_said(branch.given)):
            return branch.go
    return None


def branch_taken(talk: Conversation, line: AnswerLine, reply: Reply) -> Target | None:
    """Return where *reply* leads on this line, None when the tail decides."""
    if reply.word:
        return next(b.go for b in line.branches if b.on == "say" and reply.word in b.say)
    if reply.unknown and (target := leads_to(talk, line, "unknown")):
        return target
    if reply.command in (Command.YES, Command.NO):
        return leads_to(talk, line, reply.command)
    return None


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


def local_words(line: AnswerLine) -> tuple[str, ...]:
    """Return the words that choose a branch of this line."""
    return tuple(word for branch in line.branches for word in branch.say)
