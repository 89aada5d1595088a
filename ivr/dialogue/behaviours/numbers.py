"""Taking down a telephone number, spoken or keyed, and reading it back.

Two failures are enough: the caller is spared a third attempt.
"""

from collections.abc import Callable

from ivr.dialogue.behaviours.asking import ask, yes_or_no
from ivr.dialogue.behaviours.conversation import (
    AgentWanted,
    Behaving,
    Conversation,
    NewQuestion,
    OpenQuestion,
)
from ivr.dialogue.behaviours.questions import SEARCHING_PATIENCE, Kind, Question
from ivr.dialogue.events import KEYS
from ivr.dialogue.steps import Ask, Key
from ivr.dialogue.understanding import Command, Outcome
from ivr.french.phone import LENGTH, in_pairs, is_complete

ATTEMPTS = 2
KEYING_PATIENCE = 4.0
"""Between two keys; after that, what was keyed is all."""


def ask_number(
    talk: Conversation, prompt: str, check: str, fits: Callable[[str], bool] = is_complete
) -> Behaving[str | None]:
    """Ask with *prompt*, read back with *check*, and return the number; None after two failures."""
    for _ in range(ATTEMPTS):
        number = yield from _take_down(talk, prompt)
        if number is None or not fits(number):
            continue
        question = talk.line(check, numero_par_paires=in_pairs(number))
        if (yield from yes_or_no(talk, Question((question,), Kind.YES_NO))):
            return number
    return None


def _take_down(talk: Conversation, prompt: str) -> Behaving[str | None]:
    """Return what was keyed or said, once."""
    reply = yield from ask(talk, Question((talk.line(prompt),), Kind.NUMBER, patience=SEARCHING_PATIENCE))
    if reply.word in KEYS:
        return (yield from _keyed(talk, reply.word))
    if reply.understanding.outcome is Outcome.ANSWER:
        raise NewQuestion(reply.understanding)
    if reply.command is Command.NO:
        raise OpenQuestion("tr.refus")
    return reply.word


def _keyed(talk: Conversation, first: str) -> Behaving[str | None]:
    """Return all that is keyed, « étoile » erasing; here « 0 » is a digit, unless nothing follows it."""
    keyed = first if first.isdigit() else ""
    while len(keyed) < LENGTH:
        heard = yield Ask((), KEYING_PATIENCE, rate=talk.rate, by_ear=False)
        match heard:
            case Key("*"):
                keyed = keyed[:-1]
            case Key(key) if key != "#":
                keyed += key
            case _:
                break
    if keyed == "0":
        raise AgentWanted("requested")
    return keyed or None
