"""What is said to a reply that has nothing to do with the question: commands, remarks, wishes.

Decides; the detours that it asks for are made by ``asking``.
"""

from dataclasses import dataclass

from ivr.dialogue.actions import Line, Rate
from ivr.dialogue.behaviours.attempts import INVITING, Attempts, Lines, Offer
from ivr.dialogue.behaviours.conversation import (
    AgentWanted,
    CallbackWanted,
    CallerDone,
    Conversation,
    LinkWanted,
    MenuWanted,
    OpenQuestion,
)
from ivr.dialogue.behaviours.line_remarks import ABOUT_US, HELPLESS, aside
from ivr.dialogue.behaviours.questions import ABOUT_THE_ANSWER, ASKS, UNANSWERED, Kind, Reply
from ivr.dialogue.entry_points import way_in
from ivr.dialogue.understanding import Command, Guard, Outcome, Reject
from ivr.french.assent import refuses_agent, takes_leave
from ivr.french.numbers import say_count
from ivr.french.phrases import fold
from ivr.french.spelling import spelled
from ivr.french.wishes import Wish

LOUDEST = 2
"""Steps by which the voice is raised at most."""
OFFERS_A_PERSON = "conseiller"
"""Word of every prompt that offers one."""


@dataclass(frozen=True, slots=True)
class Farewell:
    """Ask whether the call may end, and end it with this prompt."""

    prompt: str


Turn = Lines | Offer | Farewell


def turn(attempts: Attempts, reply: Reply) -> Turn | None:
    """Return what to do about *reply*; None: only the asker can judge it.

    Raises:
        Leaving: The caller wants to be elsewhere.
    """
    talk, understood = attempts.talk, reply.understanding
    attempts.heard(reply)
    if understood.guard is Guard.EMERGENCY:
        return (talk.line("urgence.1"), talk.line("menu.court"))
    if (
        reply.word
        or reply.target
        or reply.dictation
        or reply.appointment
        or (reply.unknown and attempts.question.kind is Kind.YES_NO)
    ):
        return None
    if reply.wanted:
        return _wish(attempts, reply)
    if reply.unknown and attempts.question.kind is Kind.CHOICE and not reply.is_question:
        return attempts.explain()
    if reply.command is Command.NO and attempts.listens:
        return Farewell("fin.2")
    if attempts.refuses_nothing(reply):
        return attempts.miss()
    if remark := aside(talk, understood):
        return _remark(attempts, remark, understood.reject)
    if _is_no_news(attempts, reply):
        return _remark(attempts, talk.line("apropos.bloque"), Reject.STUCK)
    return _command(attempts, reply)


def _command(attempts: Attempts, reply: Reply) -> Turn | None:
    talk, question, text = attempts.talk, attempts.question, reply.understanding.text
    match reply.command:
        case Command.AGENT | Command.NO if refuses_agent(text) and question.kind is not Kind.YES_NO:
            return attempts.resumed("menu.court", "tr.accord")
        case Command.AGENT if reply.understanding.doubtful and not talk.refused_agent:
            return Offer((talk.line("tr.proposer"),), "requested")
        case Command.AGENT:
            raise AgentWanted("requested")
        case Command.GOODBYE:
            return _leave(reply, "fin.1")
        case Command.NO if question.kind is Kind.OPEN and attempts.last.prompt in INVITING:
            return _leave(reply, "fin.2")
        case Command.REPEAT:
            return attempts.said
        case Command.SLOWER:
            talk.rate = Rate.SLOWER if talk.rate is Rate.SLOW else Rate.SLOW
            return (talk.line("nav.lent"), *attempts.said)
        case Command.HELP:
            return attempts.help()
    understood = reply.understanding
    unanswered = understood.reject in (*UNANSWERED, Reject.UNSURE)
    taken_for_one = question.kind in (Kind.NUMBER, Kind.TIME) and unanswered
    if understood.outcome is not Outcome.REJECT or taken_for_one:
        return None
    return attempts.reject(understood.reject or Reject.NO_MATCH)


def _leave(reply: Reply, prompt: str) -> Farewell:
    """End the call, at once if that is all the caller said, and the ear is sure of it."""
    text = reply.understanding.text
    if not text or (reply.clear and takes_leave(text)):
        raise CallerDone(prompt)
    return Farewell(prompt)


def _remark(attempts: Attempts, remark: Line, why: Reject | None) -> Turn:
    """Return what is said to a remark about the line or its words, and a person where nothing else helps."""
    talk, question = attempts.talk, attempts.question
    if remark.prompt == "glose.inconnu":  # the FAQ uses the term without explaining it
        return Offer((remark,), "missing")
    _count(talk, why)
    if remark.prompt in HELPLESS and not talk.refused_agent:
        return Offer((remark, talk.line("tr.proposer")), "requested")
    answers = question.kind is Kind.OPEN and remark.prompt not in ABOUT_US.values()
    return attempts.say(remark, talk.line("menu.autre") if answers else question.lines[-1])


def _count(talk: Conversation, why: Reject | None) -> None:
    """Give a caller who is angry or not helped for the second time to a person."""
    talk.angers += why is Reject.ANGER
    talk.stuck += why is Reject.STUCK
    if max(talk.angers, talk.stuck) > 1 and why in (Reject.ANGER, Reject.STUCK):
        raise AgentWanted("anger" if why is Reject.ANGER else "no-match")


def _is_no_news(attempts: Attempts, reply: Reply) -> bool:
    """Whether the caller only talks on about the answer he has just been given: it is not said again."""
    talk, understood = attempts.talk, reply.understanding
    about = [candidate.intent for candidate in understood.intents]
    if talk.answer is None or understood.outcome is not Outcome.ANSWER or about != [talk.intent]:
        return False
    way = way_in(talk.answer, [understood.text])
    fresh = way.item is not None or (way.line != talk.answer.start and way.line not in talk.steps)
    return not (fresh or not talk.steps or ASKS.search(fold(understood.text)))


def _wish(attempts: Attempts, reply: Reply) -> Turn | None:
    """Do what the caller wants of the conversation, where any question can."""
    talk, question = attempts.talk, attempts.question
    assert reply.wanted is not None
    match reply.wish:
        case Wish.MENU:
            raise MenuWanted
        case Wish.STOP if question.kind is Kind.OPEN:
            return attempts.say(
                attempts.last if attempts.last.prompt in INVITING else talk.line("menu.court")
            )
        case Wish.STOP:
            raise MenuWanted("nav.stop" if question.kind not in (Kind.NUMBER, Kind.TIME) else "tr.refus")
        case Wish.CALLBACK:
            raise CallbackWanted
        case Wish.ANOTHER:
            return attempts.say(talk.line("menu.court"))
        case Wish.CUSTOMER_NUMBER:
            return attempts.say(talk.line("apropos.numero-client"))
        case Wish.LOUDER | Wish.BADLY | Wish.PRESENCE:
            return _hear_better(attempts, reply.wish)
        case Wish.CORRECTION:
            return _correct(talk)
        case Wish.SPELL | Wish.STEPS:
            return _about_the_text(attempts, reply.wish)
        case Wish.DIFFERENCE:
            return attempts.explain()
        case wish if wish in ABOUT_THE_ANSWER and question.kind is Kind.NUMBER:
            return attempts.explain()
        case wish if wish in ABOUT_THE_ANSWER:
            return _unknown_about(attempts, reply.wish)
    if talk.place:
        return None  # a step, the beginning, a document: the answer knows
    if reply.wish is Wish.SEND and talk.answer:
        raise LinkWanted(reply.wanted.channel)
    return attempts.say(talk.line("nav.sans-contexte")) if question.kind is Kind.OPEN else attempts.miss()


def _correct(talk: Conversation) -> Offer:
    """« Ce n'est pas ce que je demandais »: ask again, the second time offer a person."""
    talk.denials += 1
    if talk.denials > 1:
        return Offer((talk.line("conf.non.2"),), "missing")
    raise OpenQuestion("conf.non")


def _hear_better(attempts: Attempts, wish: Wish) -> Lines:
    """Say that we are heard; louder and more slowly, what was said, to whoever hears badly."""
    talk, pending = attempts.talk, attempts.question.lines[-1]
    if wish is Wish.PRESENCE:
        attempts.calls += 1
        return attempts.say(
            talk.line("apropos.presence" if attempts.calls < 2 else "apropos.presence.2"), pending
        )
    if talk.louder == LOUDEST:
        prompt = "apropos.fort.limite"
    else:
        prompt = "apropos.fort" if wish is Wish.LOUDER else "apropos.coupe"
    talk.louder = min(talk.louder + 1, LOUDEST)
    talk.rate = min(talk.rate, Rate.SLOW)
    return (talk.line(prompt), *attempts.said)


def _about_the_text(attempts: Attempts, wish: Wish) -> Lines:
    """Say how many steps are left, or spell what was said last."""
    talk, pending = attempts.talk, attempts.question.lines[-1]
    if wish is Wish.SPELL:
        text = talk.place.text if talk.place else " ".join(line.text for line in attempts.said)
        letters = spelled(text)
        line = talk.line("epeler.1", lettres=letters) if letters else talk.line("epeler.rien")
        return attempts.say(line, pending)
    if talk.place is None:
        return attempts.say(talk.line("nav.sans-contexte"))
    left = len(talk.place.ahead)
    line = talk.line("nav.etapes", nombre=say_count(left, "étape")) if left else talk.line("nav.derniere")
    return attempts.say(line, pending)


def _unknown_about(attempts: Attempts, wish: Wish | None) -> Turn:
    """« C'est payant ? », « pourquoi ? »: the answer says nothing about that."""
    talk, pending = attempts.talk, attempts.question.lines[-1]
    if OFFERS_A_PERSON in fold(pending.text):
        return attempts.say(talk.line("contexte.attente" if wish is Wish.DURATION else "hs.court"), pending)
    assert talk.answer is not None
    unknown = talk.line("contexte.inconnu", label=talk.answer.label)
    if talk.refused_agent:
        return attempts.say(unknown, pending)
    return Offer((unknown, talk.line("tr.proposer")), "missing")
