"""Asking one question until it is answered; whatever any question must obey is done before the asker sees it.

A detour (an offer of a person, an explanation, a farewell taken back) comes back to the question it left.
"""

from collections.abc import Sequence
from dataclasses import replace

from ivr.dialogue.actions import Effect, Line, RefuseRecording
from ivr.dialogue.behaviours.attempts import Attempts, Lines, Offer
from ivr.dialogue.behaviours.conversation import (
    AgentOffered,
    AgentWanted,
    Behaving,
    CallerDone,
    Conversation,
    NewQuestion,
)
from ivr.dialogue.behaviours.questions import Kind, Question, Reply
from ivr.dialogue.behaviours.turns import Farewell, Turn, turn
from ivr.dialogue.steps import Do, Done, Key, Spoken
from ivr.dialogue.understanding import Command, Guard
from ivr.french.assent import assent
from ivr.french.passwords import tells_a_password


def ask(talk: Conversation, question: Question) -> Behaving[Reply]:
    """Ask until there is a reply that only the asker can judge.

    Raises:
        Leaving: The caller wants something else, or nothing is heard or understood any more.
    """
    attempts = Attempts(talk, question)
    lines = attempts.said = talk.turn(*question.lines) if not question.quiet else ()
    while True:
        heard = yield attempts.step(lines)
        if isinstance(heard, Spoken | Key):
            reply = attempts.interpret(heard)
            if tells_a_password(reply.understanding.text):
                stripped = _without_secret(talk, reply)
                if stripped is None:
                    lines = _warn(talk, attempts)
                    continue
                reply = stripped
            if reply.understanding.guard is Guard.NO_RECORDING:
                lines = yield from _refuse_recording(talk, attempts)
                continue
            what = turn(attempts, reply)
        else:
            what = attempts.bear(heard)
        if what is None:
            return reply
        answered = yield from _take(attempts, what)
        if isinstance(answered, Reply):
            return answered
        lines = answered


def yes_or_no(talk: Conversation, question: Question) -> Behaving[bool]:
    """Ask until the caller agrees or not; whoever does not know does not agree.

    Raises:
        NewQuestion: The caller asked something instead.
    """
    reply = yield from ask(talk, question)
    if reply.is_question and reply.command is None:
        raise NewQuestion(replace(reply.understanding, corrects=False))  # « non mais… »: nothing to correct
    return reply.command in (Command.YES, Command.NEXT)


def perform(talk: Conversation, effect: Effect) -> Behaving[bool]:
    """Have *effect* done and return whether it worked."""
    done = yield Do(effect, talk.line("nav.instant"))
    if isinstance(done, Key):
        raise AgentWanted("requested")
    return isinstance(done, Done) and done.succeeded


def offer_agent(talk: Conversation, lines: Sequence[Line], reason: str) -> Behaving[Reply | None]:
    """Offer a person with *lines*; return None when he is declined, a reply that is something else as it is.

    Raises:
        AgentWanted: Accepted.
    """
    reply = yield from ask(talk, Question(tuple(lines), Kind.YES_NO))
    if reply.command in (Command.YES, Command.NEXT):
        raise AgentWanted(reason)
    if reply.wanted or (reply.is_question and reply.command is None):
        return reply
    talk.refused_agent = True
    return None


def _take(attempts: Attempts, what: Turn) -> Behaving[Lines | Reply]:
    """Say what *what* has to say, or make its detour; return the lines that go on with the question."""
    talk = attempts.talk
    match what:
        case Offer(lines, reason):
            elsewhere = yield from offer_agent(talk, lines, reason)
            return elsewhere or attempts.resumed("tr.refus", "tr.accord")
        case Farewell(prompt):
            reply = yield from ask(talk, Question((talk.line("fin.question"),), Kind.YES_NO))
            said = reply.understanding.text
            if reply.command is Command.YES and (not said or assent(said)):  # « c'est affiché » ends no call
                raise CallerDone(prompt)
            return reply if reply.is_question or reply.wanted else attempts.resumed("menu.court", "tr.accord")
    return what


def _without_secret(talk: Conversation, reply: Reply) -> Reply | None:
    """Return *reply* without the password it says; None if there is nothing else in it."""
    understood = reply.understanding
    talk.forget()
    if reply.command is not None:
        return reply
    if not reply.is_question:
        return None
    talk.warned_of_passwords = True
    talk.tell("secu.mdp")
    return replace(reply, understanding=replace(understood, text=""))


def _warn(talk: Conversation, attempts: Attempts) -> Lines:
    talk.warned_of_passwords = True
    return (talk.line("secu.mdp"), attempts.question.lines[-1])


def _refuse_recording(talk: Conversation, attempts: Attempts) -> Behaving[Lines]:
    if not (yield from perform(talk, RefuseRecording())):
        raise AgentOffered(talk.line("err.2"), "failure")
    talk.refused_recording = True
    return (talk.line("enreg.refus"), attempts.question.lines[-1])
