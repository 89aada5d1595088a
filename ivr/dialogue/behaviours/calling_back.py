"""Booking a callback: which number, when, and the promise, which nothing that ends the call may lose.

Once its number is confirmed a callback is booked whatever follows, or the caller is told that it is not.
"""

from dataclasses import replace

from ivr.dialogue.actions import BookCallback
from ivr.dialogue.behaviours.asking import ask, perform, yes_or_no
from ivr.dialogue.behaviours.choosing import NEITHER
from ivr.dialogue.behaviours.conversation import (
    AgentWanted,
    Behaving,
    CallerDone,
    Conversation,
    Leaving,
    MenuWanted,
    NewQuestion,
    VoiceLost,
)
from ivr.dialogue.behaviours.numbers import ask_number
from ivr.dialogue.behaviours.questions import SEARCHING_PATIENCE, Kind, Question, Reply
from ivr.dialogue.ports import Appointment, Availability
from ivr.dialogue.steps import CallerGone, Do, TakenOver
from ivr.dialogue.understanding import Command, Outcome
from ivr.french.phone import in_pairs, last_digits
from ivr.french.phrases import says

TIMES_ASKED = 2
"""« Le matin, ou l'après-midi ? » is asked this often of who names no time."""


def call_back(talk: Conversation, desk: Availability) -> Behaving[bool]:
    """Book a callback and return whether it is; the caller is told so.

    Raises:
        Leaving: The caller wants something else; a callback with a confirmed number has been booked.
    """
    number = yield from _number(talk)
    if number is None:
        return False
    talk.booking = BookCallback(number, "", talk.intent or "")
    when = None
    try:
        if desk.slots:
            when = yield from _appointment(talk)
    except MenuWanted as stopped:
        if stopped.prompt != "tr.refus":
            yield from book(talk, None)
        else:
            talk.booking = None
            talk.tell("cb.abandon")
        raise
    except CallerGone:
        yield from keep(talk)
        raise
    except (AgentWanted, TakenOver) as wanted:
        if isinstance(wanted, AgentWanted) and not desk.open:
            return (yield from book(talk, None))
        talk.booking = None
        talk.tell("cb.abandon")
        raise
    except VoiceLost:
        yield from keep(talk)
        raise
    except Leaving:
        yield from book(talk, None)
        raise
    return (yield from book(talk, when))


def keep(talk: Conversation) -> Behaving[None]:
    """Book what is agreed to, with nobody to tell."""
    booking, talk.booking = talk.booking, None
    if booking:
        yield Do(booking, talk.line("nav.instant"))


def book(talk: Conversation, when: Appointment | None) -> Behaving[bool]:
    """Have the callback booked, and tell the caller when and on which number; False when that failed."""
    booking, talk.booking = talk.booking, None
    if booking is None:
        return False
    if when:
        booking = replace(booking, slot=when.half, due=when.due)
    if not (yield from perform(talk, booking)):
        return False
    talk.promise = "callback"
    number = in_pairs(booking.number)
    if when and when.spoken:
        talk.tell(talk.line("cb.ok.quand", quand=when.spoken, numero_par_paires=number))
    else:
        talk.tell(talk.line("cb.ok", numero_par_paires=number))
    return True


def _number(talk: Conversation) -> Behaving[str | None]:
    """Return the number to call; who leaves before it is confirmed is told that nothing is noted."""
    try:
        return (yield from _known_number(talk)) or (
            yield from ask_number(talk, "cb.autre-numero", "cb.verif", talk.offers.plan.may_be_called)
        )
    except CallerDone:
        talk.tell("cb.abandon")
        raise


def _known_number(talk: Conversation) -> Behaving[str | None]:
    number = talk.caller.number
    if number is None or not talk.offers.plan.may_be_called(number) or talk.dictation.digits:
        return None
    line = talk.line("cb.numero", quatre_derniers_chiffres=last_digits(number))
    question = Question((line,), Kind.YES_NO, patience=SEARCHING_PATIENCE)
    return number if (yield from yes_or_no(talk, question)) else None


def _appointment(talk: Conversation) -> Behaving[Appointment | None]:
    """Ask when to call; None: whenever somebody can."""
    for _ in range(TIMES_ASKED):
        question = Question((talk.line("cb.creneau"),), Kind.TIME, keyed=("le matin", "l'après-midi"))
        reply = yield from ask(talk, question)
        if reply.appointment:
            if reply.appointment.moved:
                talk.tell("cb.creneau.ferme")
            return reply.appointment
        if reply.is_question and reply.command is None:
            raise NewQuestion(replace(reply.understanding, corrects=False))
        if not _asks_again(reply):
            return None
    return None


def _asks_again(reply: Reply) -> bool:
    """Whether the time is open still; « non » and « je ne sais pas » leave it to the desk."""
    text = reply.understanding.text
    if reply.command in (Command.YES, Command.NEXT, Command.BACK):
        return True
    return reply.understanding.outcome is Outcome.REJECT and not (reply.unknown or says(text, NEITHER))
