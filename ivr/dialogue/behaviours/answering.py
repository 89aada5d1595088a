"""Walking through one answer: chunk by chunk, along its branches, back, into a side question and out again.

The answer is data; nothing here knows any particular one.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

from ivr.dialogue.actions import Line
from ivr.dialogue.answers import Answer, AnswerLine, Item, Tail
from ivr.dialogue.behaviours.asking import Kind, Question, Reply, ask
from ivr.dialogue.behaviours.choosing import choose
from ivr.dialogue.behaviours.conversation import (
    AgentOffered,
    AgentWanted,
    Behaving,
    CallerDone,
    Conversation,
    NewQuestion,
    OpenQuestion,
)
from ivr.dialogue.behaviours.linking import offer_link
from ivr.dialogue.understanding import Command, Outcome, Understanding
from ivr.dialogue.ways_in import way_in
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


def respond(talk: Conversation, understood: Understanding, then: str = "") -> Behaving[None]:
    """Answer what the caller asked, one question or two; what ends in a transfer comes last."""
    talk.question = [understood.text]
    intents = yield from choose(talk, understood)
    if len(intents) == 1:
        yield from answer(talk, intents[0], then)
        return
    first, second = sorted(intents[:2], key=lambda intent: talk.knowledge.answer(intent).transfer == "always")
    talk.tell(talk.line("multi.1", label_a=talk.knowledge.answer(first).label))
    yield from answer(talk, first, "next")
    talk.tell(talk.line("multi.2", label_b=talk.knowledge.answer(second).label))
    yield from answer(talk, second, then)


def answer(talk: Conversation, intent: str, then: str = "") -> Behaving[None]:
    """Give the answer of *intent*, from the detail that was asked for to its end."""
    walk = Walk(talk.open(intent), then)
    target = _way_in(talk, walk)
    while target != "over":
        target = yield from _go(talk, walk, target)


def _way_in(talk: Conversation, walk: Walk) -> Target:
    """Return the line to begin with: what the caller's words ask for, else the first answer."""
    begin = way_in(walk.answer, talk.said)
    walk.item, walk.path = begin.item, list(begin.path)
    return begin.line


def _go(talk: Conversation, walk: Walk, target: Target) -> Behaving[Target]:
    kind, _, name = target.partition(":")
    match kind:
        case "intent":
            talk.question = [talk.words]
            yield from answer(talk, name, walk.then)
            return "over"
        case "push":
            talk.question = [talk.words]
            return (yield from _push(talk, walk, answer(talk, name, "resume")))
        case "link":
            return (yield from _send(talk, walk, name))
        case "transfer":
            raise AgentWanted("faq", walk.answer.queue)
        case "offer-transfer":
            return (yield from _offer_agent(talk, walk, None))
        case "near-miss":
            raise AgentOffered(talk.line("hs.proche"))
        case "back":
            return _back(talk, walk)
        case "menu":
            if walk.then in ("resume", "next"):
                return "over"
            raise OpenQuestion("menu.autre")
    return (yield from _play(talk, walk, walk.answer.lines[target]))


def _back(talk: Conversation, walk: Walk) -> Target:
    current = walk.trail.pop()
    if walk.trail:
        return walk.trail.pop()
    if walk.then in ("resume", "aside"):
        return "over"
    talk.tell("nav.debut")
    return current


def _push(talk: Conversation, walk: Walk, side: Behaving[None]) -> Behaving[Target]:
    """Let a side answer run, then come back to the next point, or to where we were."""
    said, steps = talk.said, talk.steps
    yield from side
    talk.open(walk.answer.intent)
    talk.said, talk.steps = said, steps
    here = walk.answer.lines[walk.trail[-1]]
    if walk.answer.resume is None:
        return walk.trail.pop()
    talk.tell(_spoken(walk, walk.answer.lines[walk.answer.resume]))
    return walk.after(here)


def _play(talk: Conversation, walk: Walk, line: AnswerLine) -> Behaving[Target]:
    """Say one line of the answer and return where its tail, or the caller, leads."""
    if line.if_closed and not talk.desk.availability(walk.answer.queue).open:
        return line.if_closed
    if line.skip_when_pushed and walk.then == "resume":
        return walk.after(line)
    if known := _known(talk, walk, line):
        return known
    if not walk.chained:
        walk.trail.append(line.name)
    walk.chained = line.tail is Tail.CHAIN
    talk.steps.append(line.name)
    if line.tail is Tail.QUESTION:
        return (yield from _question(talk, walk, line))
    talk.tell(_spoken(walk, line))
    if walk.answer.password_guard and not talk.warned_of_passwords and not walk.chained:
        talk.warned_of_passwords = True
        talk.tell("secu.mdp")
    if line.with_link and talk.link(line.link):
        return line.with_link
    return (yield from TAILS[line.tail](talk, walk, line))


def _known(talk: Conversation, walk: Walk, line: AnswerLine) -> Target | None:
    """Return where the caller's own words lead, when he has already answered the question of *line*."""
    for known in walk.answer.known:
        if known.line == line.name and talk.has_said(known.when):
            return _replied(talk, line, known.on)
    return None


def _replied(talk: Conversation, line: AnswerLine, reply: str) -> Target | None:
    for branch in line.branches:
        if branch.on == reply and (not branch.given or talk.has_said(branch.given)):
            return branch.go
    return None


def _branch(talk: Conversation, line: AnswerLine, reply: Reply) -> Target | None:
    """Return where *reply* leads on this line, None when the tail decides."""
    if reply.word:
        return next(b.go for b in line.branches if b.on == "say" and reply.word in b.say)
    if reply.unknown and (target := _replied(talk, line, "unknown")):
        return target
    if reply.command in (Command.YES, Command.NO):
        return _replied(talk, line, reply.command)
    return None


def _spoken(walk: Walk, line: AnswerLine) -> Line:
    catalogue, text = walk.answer.catalogue, line.text
    if catalogue and walk.item and catalogue.slot in slots(text):
        text = fill(text, **{catalogue.slot: walk.item.name})
    return Line(f"{walk.answer.intent}.{line.name}", text)


def _words(line: AnswerLine) -> tuple[str, ...]:
    return tuple(word for branch in line.branches for word in branch.say)


# Tails: what follows a line, and where the reply leads.


def _chain(talk: Conversation, walk: Walk, line: AnswerLine) -> Behaving[Target]:
    yield from ()
    return walk.after(line)


def _more(talk: Conversation, walk: Walk, line: AnswerLine) -> Behaving[Target]:
    reply = yield from ask(talk, Question((talk.hint(),), Kind.MORE, _words(line)))
    if target := _branch(talk, line, reply):
        return target
    match reply.command:
        case Command.BACK:
            return "back"
        case Command.NO:
            return "menu"
    return (yield from _aside(talk, walk, reply)) if reply.is_question else walk.after(line)


def _hands(talk: Conversation, walk: Walk, line: AnswerLine) -> Behaving[Target]:
    prompt = "nav.manip"
    while True:
        reply = yield from ask(talk, Question((talk.line(prompt),), Kind.HANDS, _words(line)))
        if target := _branch(talk, line, reply):
            return target
        match reply.command:
            case Command.BACK:
                return "back"
            case Command.NO:
                prompt = "nav.attente"
                continue
        return (yield from _aside(talk, walk, reply)) if reply.is_question else walk.after(line)


def _question(talk: Conversation, walk: Walk, line: AnswerLine) -> Behaving[Target]:
    yes_no = any(branch.on in ("yes", "no") for branch in line.branches)
    spoken = _spoken(walk, line)
    kind = Kind.YES_NO if yes_no else Kind.CHOICE
    reply = yield from ask(talk, Question((spoken,), kind, _words(line)))
    if target := _branch(talk, line, reply):
        return target
    if reply.command is Command.BACK:
        return "back"
    if reply.is_question:
        return (yield from _aside(talk, walk, reply))
    if reply.command in (Command.NEXT, Command.YES):
        return line.next or _replied(talk, line, "yes") or "menu"
    return _replied(talk, line, "no") or "menu"


def _end(talk: Conversation, walk: Walk, line: AnswerLine) -> Behaving[Target]:
    if walk.then in ("resume", "next"):
        return "over"
    prompt = "menu.autre"
    while True:
        reply = yield from ask(talk, Question((talk.line(prompt),), words=_words(line)))
        if target := _branch(talk, line, reply):
            return target
        match reply.command:
            case Command.NEXT if walk.then == "aside":
                return "over"
            case Command.NEXT:
                prompt = "nav.plus-rien"
            case Command.BACK:
                return "back"
            case Command.YES:
                raise OpenQuestion("menu.court")
            case Command.NO:
                raise CallerDone("fin.2")
            case _:
                raise NewQuestion(reply.understanding)


def _transfer(talk: Conversation, walk: Walk, line: AnswerLine) -> Behaving[Target]:
    insists = walk.answer.transfer == "always"
    if walk.then == "next" or (talk.refused_agent and not insists):
        return (yield from _end(talk, walk, line))
    return (yield from _offer_agent(talk, walk, line))


def _offer_agent(talk: Conversation, walk: Walk, line: AnswerLine | None) -> Behaving[Target]:
    words = _words(line) if line else ()
    reply = yield from ask(talk, Question((talk.line("tr.proposer"),), Kind.YES_NO, words))
    if line and (target := _branch(talk, line, reply)):
        return target
    match reply.command:
        case Command.YES:
            raise AgentWanted("faq", walk.answer.queue)
        case Command.NEXT if line and line.next:
            return line.next
        case Command.BACK:
            return "back"
    if reply.is_question:
        raise NewQuestion(reply.understanding)
    talk.refused_agent = True
    if walk.then in ("resume", "next"):
        return "over"
    raise OpenQuestion("tr.refus")


def _link(talk: Conversation, walk: Walk, line: AnswerLine) -> Behaving[Target]:
    if line.without_link and not talk.link(line.link):
        return line.without_link
    return (yield from _send(talk, walk, line.link or ""))


def _send(talk: Conversation, walk: Walk, key: str) -> Behaving[Target]:
    yield from offer_link(talk, key)
    return "menu"


def _aside(talk: Conversation, walk: Walk, reply: Reply) -> Behaving[Target]:
    """Another question in the middle of this answer: answer it and come back; only one answer waits."""
    understood = reply.understanding
    if _is_about(understood, walk.answer.intent):
        talk.question = [understood.text]
        talk.open(walk.answer.intent)
        return _way_in(talk, walk)
    if walk.then:
        raise NewQuestion(understood)
    then = "resume" if walk.answer.resume else "aside"
    return (yield from _push(talk, walk, respond(talk, understood, then)))


def _is_about(understood: Understanding, intent: str) -> bool:
    intents = [candidate.intent for candidate in understood.intents]
    return understood.outcome is Outcome.ANSWER and intents == [intent]


TAILS: dict[Tail, Callable[[Conversation, Walk, AnswerLine], Behaving[Target]]] = {
    Tail.CHAIN: _chain,
    Tail.NEXT: _more,
    Tail.HANDS: _hands,
    Tail.END: _end,
    Tail.TRANSFER: _transfer,
    Tail.LINK: _link,
}
"""``QUESTION`` is not here: such a line is itself the question."""
