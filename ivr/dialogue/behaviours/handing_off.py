"""Giving the caller to a person, or to what replaces one: waiting, a callback, a message.

A caller who asked for a person always gets one of them; nothing is promised that the desk does not have.
"""

from dataclasses import replace

from ivr.dialogue.actions import HangUp, LeaveMessage, Line, Transfer
from ivr.dialogue.behaviours.asking import ask, yes_or_no
from ivr.dialogue.behaviours.calling_back import call_back
from ivr.dialogue.behaviours.conversation import (
    AgentWanted,
    Behaving,
    CallbackWanted,
    Conversation,
    NewQuestion,
    OpenQuestion,
)
from ivr.dialogue.behaviours.questions import SEARCHING_PATIENCE, Kind, Question
from ivr.dialogue.ports import Availability
from ivr.dialogue.steps import Leave
from ivr.dialogue.understanding import Command
from ivr.french.numbers import say_wait

LONG_WAIT_SECONDS = 600.0
WAIT, CALLBACK, MESSAGE = "attendre", "être rappelé", "laisser un message"
SAID = {
    WAIT: (WAIT, "attends", "j'attends", "patienter", "je patiente", "rester en ligne"),
    CALLBACK: (CALLBACK, "être rappelée", "rappel", "rappeler", "rappelez-moi", "rappelez", "rappelle"),
    MESSAGE: (MESSAGE, "message", "un message", "messagerie", "répondeur"),
}
OPTIONS = {
    (WAIT, CALLBACK, MESSAGE): "tr.occupe.choix",
    (WAIT, CALLBACK): "tr.occupe.choix.rappel",
    (WAIT, MESSAGE): "tr.occupe.choix.message",
    (CALLBACK, MESSAGE): "tr.ferme.choix",
    (CALLBACK,): "cb.proposer",
    (MESSAGE,): "msg.proposer",
}
"""What can be offered → the question that offers just that."""


def hand_off(talk: Conversation, wanted: AgentWanted) -> Behaving[None]:
    """Transfer the caller if somebody can answer; else offer what there is."""
    talk.place = None
    queue = wanted.queue or talk.queue
    desk = talk.desk.availability(queue)
    if isinstance(wanted, CallbackWanted) and desk.callback:
        yield from _call_back(talk, desk, wanted.reason)
    elif desk.open and desk.agents_free != 0:
        talk.tell("tr.libre")
        if talk.intent:
            talk.tell("tr.contexte")
        yield transfer(talk, queue, wanted.reason)
    elif desk.open and desk.nobody:
        talk.tell("tr.ferme.sans-horaires")
        yield from _offer(talk, desk, queue, wanted.reason)
    elif desk.open:
        talk.tell(_announce_wait(talk, desk))
        yield from _offer(talk, desk, queue, wanted.reason, (WAIT,))
    else:
        hours = desk.hours
        talk.tell(talk.line("tr.ferme", horaires=hours) if hours else talk.line("tr.ferme.sans-horaires"))
        yield from _offer(talk, desk, queue, wanted.reason)


def come_back(talk: Conversation) -> Behaving[None]:
    """Receive a caller whom nobody answered: he is not greeted again, nor asked again what he wants."""
    talk.tell("tr.echec")
    queue = talk.queue
    yield from _offer(talk, talk.desk.availability(queue), queue, "returned")


def transfer(talk: Conversation, queue: str, reason: str) -> Leave:
    """Return the step that hands the caller off with all that is known."""
    words = talk.question[0] if talk.question else talk.words
    exit = Transfer(queue, reason, talk.intent or "", words, ", ".join(talk.steps))
    return Leave(exit, talk.turn(), talk.rate)


def _announce_wait(talk: Conversation, desk: Availability) -> Line:
    if desk.hold_seconds is None:
        return talk.line("tr.occupe.sans-duree")
    if desk.hold_seconds > LONG_WAIT_SECONDS:
        return talk.line("tr.occupe.longtemps")
    return talk.line("tr.occupe", duree=say_wait(desk.hold_seconds))


def _offer(
    talk: Conversation, desk: Availability, queue: str, reason: str, first: tuple[str, ...] = ()
) -> Behaving[None]:
    message = desk.voicemail and not (talk.refused_recording and desk.callback)  # it is a recording too
    options = first + ((CALLBACK,) if desk.callback else ()) + ((MESSAGE,) if message else ())
    chosen = WAIT if options == (WAIT,) else (yield from _choose(talk, options)) if options else ""
    if chosen == WAIT:
        talk.tell("tr.attente.1")
        yield transfer(talk, queue, reason)
    elif chosen == CALLBACK:
        yield from _call_back(talk, desk, reason)
    elif chosen == MESSAGE:
        yield _leave_message(talk, reason)
    elif reason == "failure":
        yield Leave(HangUp(), talk.turn(talk.line("err.fin")))
    # nobody to offer: the caller has been told so, and may still ask something else


def _choose(talk: Conversation, options: tuple[str, ...]) -> Behaving[str]:
    line = talk.line(OPTIONS[options])
    words = tuple(word for option in options for word in SAID[option])
    kind = Kind.CHOICE if len(options) > 1 else Kind.YES_NO
    keyed = options if len(options) > 1 else ()
    reply = yield from ask(talk, Question((line,), kind, words, keyed, patience=SEARCHING_PATIENCE))
    if reply.word:
        return next(option for option in options if reply.word in SAID[option])
    if reply.is_question:
        raise NewQuestion(replace(reply.understanding, corrects=False))
    if reply.command not in (Command.YES, Command.NEXT):
        talk.refused_agent = True
        raise OpenQuestion("tr.refus")
    return options[0]


def _call_back(talk: Conversation, desk: Availability, reason: str) -> Behaving[None]:
    """Have a callback booked; without a number, or when that fails, a message replaces it."""
    if (yield from call_back(talk, desk)):
        return
    if not desk.voicemail:
        talk.tell("tr.echec")
        return
    if not (yield from yes_or_no(talk, Question((talk.line("cb.echec"),), Kind.YES_NO))):
        raise OpenQuestion("tr.refus")
    yield _leave_message(talk, reason)


def _leave_message(talk: Conversation, reason: str) -> Leave:
    lines = (talk.line("msg.1"), talk.line("msg.mdp")) if talk.is_private else (talk.line("msg.1"),)
    return Leave(LeaveMessage(reason, talk.intent or ""), talk.turn(*lines), talk.rate)
