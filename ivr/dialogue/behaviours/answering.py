"""Walking through one answer: chunk by chunk, along its branches, back, into a side question and out again.

The answer is data; nothing here knows any particular one.
"""

from collections.abc import Callable

from ivr.dialogue.answers import Answer, AnswerLine, Tail
from ivr.dialogue.behaviours.asking import ask, offer_agent
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
from ivr.dialogue.behaviours.handing_off import hand_off
from ivr.dialogue.behaviours.linking import can_pass_on, can_send, offer_link, send_now
from ivr.dialogue.behaviours.questions import Kind, Question, Reply
from ivr.dialogue.behaviours.walk import (
    Target,
    Walk,
    answered_before,
    begin,
    branch_taken,
    content_of,
    go_to_step,
    keyed,
    leads_to,
    line_said,
    local_words,
    place,
    restart,
    without_offer,
)
from ivr.dialogue.understanding import Command, Outcome, Understanding
from ivr.french.numbers import say_count
from ivr.french.wishes import Wish


def respond(talk: Conversation, understood: Understanding, then: str = "") -> Behaving[None]:
    """Answer what the caller asked, one question or two; what ends in a transfer comes last."""
    talk.question = [understood.text]
    intents = yield from choose(talk, understood)
    if len(intents) == 1:
        yield from answer(talk, intents[0], then)
        return
    first, *others = sorted(intents, key=lambda intent: talk.knowledge.answer(intent).transfer == "always")
    noted = "multi.1" if len(others) == 1 else "multi.plus"
    talk.tell(talk.line(noted, label_a=talk.knowledge.answer(first).label))
    for intent, place_of in zip((first, *others), ("", "multi.2", "multi.3", "multi.encore"), strict=False):
        if place_of:
            talk.tell(talk.line(place_of, label_b=talk.knowledge.answer(intent).label))
        yield from answer(talk, intent, then if intent == others[-1] else "next")


def answer(talk: Conversation, intent: str, then: str = "", at: str = "") -> Behaving[None]:
    """Give the answer of *intent*, from the detail that was asked for, or from the line *at*, to its end."""
    walk = Walk(talk.open(intent), then)
    target = at or begin(talk, walk)
    while target != "over":
        try:
            target = yield from _go(talk, walk, target)
        except AgentWanted as wanted:
            target = yield from _hand_off(talk, walk, wanted)


def _hand_off(talk: Conversation, walk: Walk, wanted: AgentWanted) -> Behaving[Target]:
    """Give the caller to a person; who declines what there is instead of one goes on where he was."""
    said, steps, promise = talk.said, talk.steps, talk.promise
    try:
        yield from hand_off(talk, wanted)
    except OpenQuestion as declined:
        if declined.prompt != "tr.refus":
            raise
        talk.tell("tr.accord")
    if wanted.reason == "faq" or talk.promise != promise or not walk.trail:
        return "menu"
    talk.resume(walk.answer, said, steps)
    return walk.trail.pop()


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
    walk.returns = True
    if walk.trail:
        return walk.trail.pop()
    if walk.then in ("resume", "aside"):
        return "over"
    talk.tell("nav.debut")
    return current


def _push(talk: Conversation, walk: Walk, side: Behaving[None]) -> Behaving[Target]:
    """Let a side answer run, then come back to the next point, or to where we were."""
    said, steps, waited = talk.said, talk.steps, talk.waiting
    talk.waiting = walk.answer
    yield from _aside_of(talk, side, "resume" if walk.answer.resume else "aside")
    talk.resume(walk.answer, said, steps)
    talk.waiting = waited
    here = walk.answer.lines[walk.trail[-1]]
    if walk.answer.resume is None:
        return walk.trail.pop()
    talk.tell(line_said(walk, walk.answer.lines[walk.answer.resume]))
    return walk.after(here)


def _aside_of(talk: Conversation, side: Behaving[None], then: str) -> Behaving[None]:
    """Run *side* and what the caller asks after it, until he is through with it or wants the menu."""
    while True:
        try:
            yield from side
            return
        except NewQuestion as another:
            side = respond(talk, another.understanding, then)
        except OpenQuestion as done:
            if done.prompt not in SHORTER:
                raise
            talk.tell(SHORTER[done.prompt])
            return


SHORTER = {"tr.refus": "tr.accord", "lien.envoye": "lien.envoye.court"}
"""« Avez-vous une autre question ? » is not asked of whoever comes back from a side question."""


def _play(talk: Conversation, walk: Walk, line: AnswerLine) -> Behaving[Target]:
    """Say one line of the answer and return where its tail, or the caller, leads."""
    if line.if_closed and not talk.desk.availability(walk.answer.queue).open:
        return line.if_closed
    if line.skip_when_pushed and walk.then == "resume":
        return walk.after(line)
    returns, walk.returns = walk.returns, False
    if not returns and (target := answered_before(talk, walk, line)):
        return target
    walk.line = line
    if not walk.chained:
        walk.trail.append(line.name)
    walk.chained = line.tail is Tail.CHAIN
    talk.steps.append(line.name)
    if not talk.offers.courtesy:
        line = without_offer(line)
    talk.place = place(walk, line, line.text)
    if line.tail is Tail.QUESTION:
        return (yield from _question(talk, walk, line))
    talk.tell(line_said(walk, line))
    if walk.answer.password_guard and not talk.warned_of_passwords and not walk.chained:
        talk.warned_of_passwords = True
        talk.tell("secu.mdp")
    if line.with_link and can_send(talk, line.link):
        return line.with_link
    talk.place = place(walk, line, line.text)
    return (yield from TAILS[line.tail](talk, walk, line))


# Tails: what follows a line, and where the reply leads.


def _chain(talk: Conversation, walk: Walk, line: AnswerLine) -> Behaving[Target]:
    yield from ()
    return walk.after(line)


def _more(talk: Conversation, walk: Walk, line: AnswerLine) -> Behaving[Target]:
    while True:
        reply = yield from ask(
            talk, Question((talk.hint(),), Kind.MORE, local_words(line), content=content_of(talk, walk, line))
        )
        if target := (branch_taken(talk, walk, line, reply) or (yield from _moved(talk, walk, reply))):
            return target
        if reply.wanted:
            continue
        match reply.command:
            case Command.BACK:
                return "back"
            case Command.NO:
                return "menu"
        return (yield from _aside(talk, walk, reply)) if reply.is_question else walk.after(line)


def _hands(talk: Conversation, walk: Walk, line: AnswerLine) -> Behaving[Target]:
    prompt = "nav.manip"
    while True:
        reply = yield from ask(
            talk,
            Question(
                (talk.line(prompt),), Kind.HANDS, local_words(line), content=content_of(talk, walk, line)
            ),
        )
        if target := (branch_taken(talk, walk, line, reply) or (yield from _moved(talk, walk, reply))):
            return target
        if reply.command is Command.NO or reply.wanted:
            prompt = "nav.manip" if reply.wanted else "nav.attente"
            continue
        if reply.command is Command.BACK:
            return "back"
        return (yield from _aside(talk, walk, reply)) if reply.is_question else walk.after(line)


def _question(talk: Conversation, walk: Walk, line: AnswerLine) -> Behaving[Target]:
    keys = keyed(line)
    kind = Kind.CHOICE if keys else Kind.YES_NO
    content = content_of(talk, walk, line)
    question = Question((line_said(walk, line),), kind, local_words(line), keys, content=content)
    reply = yield from ask(talk, question)
    offer = leads_to(talk, line, "yes") == "transfer"
    if offer and reply.command is Command.NO:
        return _refuse_agent(talk, walk)
    if target := (branch_taken(talk, walk, line, reply) or (yield from _moved(talk, walk, reply))):
        return target
    if reply.wanted:
        return walk.trail.pop()
    if reply.command is Command.BACK:
        return "back"
    if reply.is_question:
        return (yield from _aside(talk, walk, reply))
    if reply.command in (Command.NEXT, Command.YES) and not offer:
        return line.next or leads_to(talk, line, "yes") or "menu"
    return leads_to(talk, line, "no") or "menu"


def _moved(talk: Conversation, walk: Walk, reply: Reply) -> Behaving[Target | None]:
    """Return where a wish about the answer as a whole leads; None: nowhere, what there is to say is told."""
    wanted, where = reply.wanted, talk.place
    if wanted is None or where is None:
        return None
    match wanted.wish:
        case Wish.RESTART:
            talk.tell("nav.recommence")
            return restart(talk, walk)
        case Wish.STEP:
            target = go_to_step(walk, where, wanted.number)
            if target is None:
                total = len(where.trail) + len(where.ahead)
                talk.tell(talk.line("nav.etapes.total", nombre=say_count(total, "étape")))
            return target
        case Wish.SEND:
            yield from send_now(
                talk, (walk.line.link if walk.line else None, *walk.answer.links), wanted.channel
            )
            talk.place = where
    return None


def _end(talk: Conversation, walk: Walk, line: AnswerLine) -> Behaving[Target]:
    if walk.then in ("resume", "next"):
        return "over"
    if walk.then == "aside" and talk.waiting:
        return (yield from _come_back(talk, walk, line, talk.waiting))
    prompt = "menu.autre"
    while True:
        reply = yield from ask(
            talk,
            Question((talk.line(prompt),), words=local_words(line), content=content_of(talk, walk, line)),
        )
        if target := (branch_taken(talk, walk, line, reply) or (yield from _moved(talk, walk, reply))):
            return target
        if reply.wanted:
            continue
        match reply.command:
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


def _come_back(talk: Conversation, walk: Walk, line: AnswerLine, waiting: Answer) -> Behaving[Target]:
    """Ask whether to go back to the answer that waits for the end of this one."""
    question = talk.line("nav.reprise", label=waiting.label)
    reply = yield from ask(talk, Question((question,), Kind.YES_NO, local_words(line)))
    if target := (branch_taken(talk, walk, line, reply) or (yield from _moved(talk, walk, reply))):
        return target
    if reply.is_question:
        raise NewQuestion(reply.understanding)
    if reply.command is Command.NO:
        raise OpenQuestion("menu.autre")
    return "over"


def _transfer(talk: Conversation, walk: Walk, line: AnswerLine) -> Behaving[Target]:
    insists = walk.answer.transfer == "always"
    if walk.then == "next" or (talk.refused_agent and not insists):
        return (yield from _end(talk, walk, line))
    return (yield from _offer_agent(talk, walk, line))


def _offer_agent(talk: Conversation, walk: Walk, line: AnswerLine | None) -> Behaving[Target]:
    local = local_words(line) if line else ()
    content = content_of(talk, walk, line) if line else (lambda text: None)
    question = Question((talk.line("tr.proposer"),), Kind.YES_NO, local, content=content)
    reply = yield from ask(talk, question)
    if line and (target := branch_taken(talk, walk, line, reply) or (yield from _moved(talk, walk, reply))):
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
    return _refuse_agent(talk, walk)


def _refuse_agent(talk: Conversation, walk: Walk) -> Target:
    talk.refused_agent = True
    if walk.then in ("resume", "next", "aside"):
        talk.tell("tr.accord")
        return "over"
    raise OpenQuestion("tr.refus")


def _link(talk: Conversation, walk: Walk, line: AnswerLine) -> Behaving[Target]:
    if line.without_link and not can_pass_on(talk, line.link):
        return line.without_link
    return (yield from _send(talk, walk, line.link or ""))


def _send(talk: Conversation, walk: Walk, key: str) -> Behaving[Target]:
    """Offer the document *key*; who asked for it in the middle of the answer goes on from there."""
    here = walk.line
    if here is None or here.tail in (Tail.LINK, Tail.END, Tail.TRANSFER):
        yield from offer_link(talk, key)
        return "menu"
    try:
        yield from offer_link(talk, key)
    except OpenQuestion as done:
        talk.tell(SHORTER.get(done.prompt, "tr.accord"))
    except AgentOffered as offered:
        elsewhere = yield from offer_agent(talk, (offered.line,), offered.reason)
        if elsewhere and elsewhere.is_question:
            raise NewQuestion(elsewhere.understanding) from None
        talk.tell("tr.accord")
    return walk.trail.pop()


def _aside(talk: Conversation, walk: Walk, reply: Reply) -> Behaving[Target]:
    """Another question in the middle of this answer: answer it and come back; only one answer waits."""
    understood = reply.understanding
    if _is_about(understood, walk.answer.intent):
        talk.question = [understood.text]
        talk.open(walk.answer.intent)
        return begin(talk, walk)
    if walk.then or understood.corrects:
        raise NewQuestion(understood)  # the answer that waits, if any, takes it as another side question
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
