"""The whole call: greet, answer questions, and pass from one behaviour to the next until the call ends.

Every behaviour may be left in the middle; here is decided what comes instead.
"""

from ivr.dialogue.actions import HangUp, Transfer
from ivr.dialogue.behaviours.answering import answer, respond
from ivr.dialogue.behaviours.asking import ask, yes_or_no
from ivr.dialogue.behaviours.choosing import narrow
from ivr.dialogue.behaviours.conversation import (
    AgentOffered,
    AgentWanted,
    Behaving,
    CallerDone,
    Conversation,
    EarLost,
    Leaving,
    LinkWanted,
    MenuWanted,
    NewQuestion,
    NotUnderstood,
    OpenQuestion,
    SilentLine,
    SubjectNamed,
)
from ivr.dialogue.behaviours.handing_off import come_back, hand_off, transfer
from ivr.dialogue.behaviours.keypad import keypad
from ivr.dialogue.behaviours.linking import send_now
from ivr.dialogue.behaviours.questions import FIRST_PATIENCE, PATIENCE, Kind, Question
from ivr.dialogue.behaviours.walk import last_step
from ivr.dialogue.ports import Disambiguation
from ivr.dialogue.steps import Behaviour, Leave, TakenOver
from ivr.dialogue.understanding import Command

_PROMPTS_AGAIN = {
    Command.YES: "menu.court",
    Command.NEXT: "nav.sans-contexte",
    Command.BACK: "nav.sans-contexte",
}
"""What is said to a command that leads nowhere here; the same twice in a row is not understanding."""


def reception(talk: Conversation) -> Behaviour:
    """Run one call from the greeting to its exit."""
    behaviour = _greet(talk)
    while True:
        try:
            yield from behaviour
            behaviour = open_question(talk)
        except Leaving as leaving:
            behaviour = _instead(talk, leaving)
        except TakenOver as taken:
            behaviour = _give_to(talk, taken.queue)


def _instead(talk: Conversation, leaving: Leaving) -> Behaving[None]:
    """Return the behaviour that does what the caller, or the machine, wants now."""
    match leaving:
        case NewQuestion(understanding=understanding):
            return respond(talk, understanding)
        case SubjectNamed(question=question):
            return _narrow_down(talk, question)
        case OpenQuestion(prompt=prompt) | MenuWanted(prompt=prompt):
            return open_question(talk, prompt)
        case AgentWanted():
            return hand_off(talk, leaving)
        case AgentOffered():
            return _offer_agent(talk, leaving)
        case LinkWanted(channel=channel):
            return _send_link(talk, channel)
        case NotUnderstood():
            return _give_up(talk)
        case EarLost():
            talk.deaf = True
            return keypad(talk)
        case CallerDone(prompt=prompt):
            return _say_goodbye(talk, prompt)
        case SilentLine():
            return _end_silent_call(talk)
    return _transfer_unheard(talk)


def _greet(talk: Conversation) -> Behaving[None]:
    previous = talk.caller.previous_intent
    if previous and previous in talk.knowledge.intents():
        talk.open(previous)
    if talk.caller.returned_from:
        yield from _receive_again(talk)
        return
    talk.tell(talk.greeting)
    talk.tell(*talk.knowledge.incidents())
    if talk.caller.recorded:
        talk.tell("enreg.avis")
    yield from open_question(talk, "menu.1")


def _receive_again(talk: Conversation) -> Behaving[None]:
    """Receive a caller whom nobody answered; who wants nothing of what there is goes on where he was."""
    try:
        yield from come_back(talk)
    except OpenQuestion as declined:
        step = last_step(talk)
        if step is None or declined.prompt != "tr.refus":
            raise
        talk.tell("tr.accord")
        yield from answer(talk, talk.intent or "", at=step)


def open_question(talk: Conversation, prompt: str = "menu.autre") -> Behaving[None]:
    """Ask for a question, and answer it."""
    talk.place = talk.waiting = None
    if talk.deaf:
        yield from keypad(talk)
    patience = FIRST_PATIENCE if prompt == "menu.1" else PATIENCE
    reply = yield from ask(talk, Question((talk.line(prompt),), patience=patience))
    if reply.command is Command.NO:
        raise CallerDone("fin.2")
    if reply.command and (again := _PROMPTS_AGAIN.get(reply.command)):
        raise NotUnderstood if again == prompt else OpenQuestion(again)
    yield from respond(talk, reply.understanding)


def _narrow_down(talk: Conversation, question: Disambiguation) -> Behaving[None]:
    talk.question = [talk.words]
    for intent in (yield from narrow(talk, question)):
        yield from answer(talk, intent)


def _offer_agent(talk: Conversation, offered: AgentOffered) -> Behaving[None]:
    if (yield from yes_or_no(talk, Question((offered.line,), Kind.YES_NO))):
        raise AgentWanted(offered.reason)
    talk.refused_agent = True
    raise OpenQuestion("tr.refus")


def _send_link(talk: Conversation, channel: str) -> Behaving[None]:
    """Send what belongs to the answer just given."""
    yield from send_now(talk, talk.answer.links if talk.answer else (), channel)


def _give_up(talk: Conversation) -> Behaving[None]:
    """Three attempts failed: a person, else keys, and if these fail too, a person without asking."""
    talk.failures += 1
    if talk.failures > 2:
        raise AgentWanted("no-match")
    if talk.failures == 1:
        if (yield from yes_or_no(talk, Question((talk.line("nm.3"),), Kind.YES_NO))):
            raise AgentWanted("no-match")
        talk.failures = 2
    yield from keypad(talk)


def _say_goodbye(talk: Conversation, prompt: str) -> Behaving[None]:
    match talk.promise:
        case "callback" if not talk.tells("cb.ok"):
            prompt = "fin.rappel"
        case "link":
            prompt = "fin.lien"
    if prompt == "fin.2" and not talk.desk.availability(talk.queue).daytime:
        prompt = "fin.1"
    yield Leave(HangUp(), talk.turn(talk.line(prompt)), talk.rate, talk.louder)


def _end_silent_call(talk: Conversation) -> Behaving[None]:
    yield Leave(HangUp(), talk.turn(talk.line("ni.fin")))


def _give_to(talk: Conversation, queue: str) -> Behaving[None]:
    talk.tell("tr.libre")
    yield transfer(talk, queue, "supervisor")


def _transfer_unheard(talk: Conversation) -> Behaving[None]:
    """The voice is gone: a person is the only prompt left."""
    yield Leave(Transfer(talk.queue, "failure", talk.intent or "", talk.words))
