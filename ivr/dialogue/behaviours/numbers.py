"""Taking down a telephone number, spoken or keyed, and reading it back.

Two failures are enough: the caller is spared a third attempt. A number is never kept among his words.
"""

from collections.abc import Callable

from ivr.dialogue.actions import Expecting
from ivr.dialogue.behaviours.asking import yes_or_no
from ivr.dialogue.behaviours.conversation import AgentWanted, Behaving, CallerDone, Conversation
from ivr.dialogue.behaviours.questions import SEARCHING_PATIENCE, Kind, Question
from ivr.dialogue.ports import Context
from ivr.dialogue.steps import Ask, Key, Spoken
from ivr.dialogue.understanding import Command, Guard
from ivr.french.phone import LENGTH, NUMBER_WORDS, hear_number, in_pairs, is_complete

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
    """Return what was keyed or said, once; here « 0 » is a digit, unless nothing follows it."""
    lines = talk.turn(talk.line(prompt))
    keyed = ""
    while len(keyed) < LENGTH:
        patience = KEYING_PATIENCE if keyed else SEARCHING_PATIENCE
        heard = yield Ask(lines, patience, EXPECTING, talk.rate, not talk.deaf)
        lines = ()
        match heard:
            case Spoken():
                return _spoken(talk, heard)
            case Key("*"):
                keyed = keyed[:-1]
            case Key(key) if key != "#":
                keyed += key
            case _:
                break
    if keyed == "0":
        raise AgentWanted("requested")
    return keyed or None


def _spoken(talk: Conversation, heard: Spoken) -> str | None:
    texts = [h.text for h in ((heard.closed,) if heard.closed else ()) + heard.hypotheses]
    if number := next((number for text in texts if (number := hear_number(text))), None):
        return number
    understood = talk.knowledge.understand(heard.hypotheses, heard.closed, Context(talk.intent))
    if understood.guard is Guard.EMERGENCY:
        talk.tell("urgence.1")
    match understood.command:
        case Command.AGENT:
            raise AgentWanted("requested")
        case Command.GOODBYE:
            raise CallerDone
    return None


EXPECTING = Expecting((*NUMBER_WORDS, "conseiller", "au revoir"), open=False, private=True)
