"""Taking down a telephone number, spoken or keyed, over as many turns as it takes, and reading it back.

Digits once taken are kept: a pause, a correction or a detour loses none. Two failures are enough.
"""

import re
from collections.abc import Callable
from dataclasses import replace

from ivr.dialogue.behaviours.asking import ask
from ivr.dialogue.behaviours.conversation import (
    AgentWanted,
    Behaving,
    Conversation,
    NewQuestion,
    OpenQuestion,
)
from ivr.dialogue.behaviours.questions import SEARCHING_PATIENCE, Kind, Question, Reply
from ivr.dialogue.events import KEYS
from ivr.dialogue.steps import Ask, Key
from ivr.dialogue.understanding import Command
from ivr.french.dictation import Dictation
from ivr.french.phone import LENGTH, in_pairs
from ivr.french.phrases import fold

ATTEMPTS = 2
KEYING_PATIENCE = 4.0
"""Between two keys; after that, what was keyed is all."""
PAUSE_PATIENCE = 3.0
"""Of who has dictated a part of a number, before he is told what was taken down."""
_THIS_ONE = re.compile(
    r"\b(?:celui (?:avec|sur|dont|d ou|duquel|qui s affiche|que vous (?:voyez|avez)|ci|la)|le meme|"
    r"sur ce (?:numero|telephone|poste)|"
    r"(?:a|au|sur) (?:ce|mon) numero|numero (?:avec lequel|qui s affiche|d appel|actuel|"
    r"que vous (?:voyez|avez)|d ou)|celui d ou j appelle)\b"
)
"""« Celui avec lequel j'appelle », folded."""


def ask_number(
    talk: Conversation,
    prompt: str,
    check: str,
    fits: Callable[[str], bool],
    reason: str = "num.pourquoi",
) -> Behaving[str | None]:
    """Ask with *prompt*, read back with *check*, and return the number; None after two failures.

    *reason*: the prompt that says what the number is for.

    Raises:
        OpenQuestion: He would rather not.
        NewQuestion: He asked something else.
    """
    refused = ""
    for _ in range(ATTEMPTS):
        taken = yield from _take_down(talk, prompt, reason, refused)
        while taken is not None and fits(taken):
            refused = taken
            verdict = yield from _read_back(talk, check, taken)
            if verdict is True:
                talk.dictation = Dictation()
                return taken
            taken = verdict or None
        talk.dictation = Dictation()
    return None


def _take_down(talk: Conversation, prompt: str, reason: str, refused: str) -> Behaving[str | None]:
    """Return the number that was keyed or dictated, in whatever pieces; None if there is none in it."""
    quiet = False
    while True:
        question = _asking(talk, prompt, reason, quiet)
        reply = yield from ask(talk, replace(question, digits=Dictation(refused) if refused else None))
        if reply.word in KEYS:
            return (yield from _keyed(talk, reply.word, talk.dictation.digits))
        if reply.dictation:
            talk.dictation = reply.dictation
            if number := talk.dictation.number:
                return number
            if not talk.dictation.possible:
                return None
            quiet = True
        elif _THIS_ONE.search(fold(reply.understanding.text)) and talk.caller.number:
            return talk.caller.number
        else:
            _leave(reply)
            return None


def _asking(talk: Conversation, prompt: str, reason: str, quiet: bool) -> Question:
    """Return the question for the number, or for the rest of one; *quiet*: only after a silence."""
    explains = talk.line(reason)
    if not talk.dictation.digits:
        lines = (talk.line(prompt),)
        return Question(lines, Kind.NUMBER, patience=SEARCHING_PATIENCE, explains=explains)
    rest = talk.line("num.suite", numero_par_paires=talk.dictation.said())
    patience = PAUSE_PATIENCE if quiet else SEARCHING_PATIENCE
    return Question((rest,), Kind.NUMBER, patience=patience, explains=explains, quiet=quiet)


def _leave(reply: Reply) -> None:
    if reply.is_question and reply.command is None:
        raise NewQuestion(reply.understanding)
    if reply.command is Command.NO:
        raise OpenQuestion("tr.refus")


def _read_back(talk: Conversation, check: str, number: str) -> Behaving[bool | str]:
    """Return whether *number* is right, or what the caller made of it; an empty text to begin again."""
    digits = Dictation(number)
    line = talk.line(check, numero_par_paires=in_pairs(number))
    question = Question((line,), Kind.YES_NO, patience=SEARCHING_PATIENCE, digits=digits)
    reply = yield from ask(talk, question)
    if reply.dictation:
        talk.dictation = reply.dictation
        return reply.dictation.number or ""
    if reply.is_question and reply.command is None:
        raise NewQuestion(reply.understanding)
    return True if reply.command is Command.YES else ""


def _keyed(talk: Conversation, first: str, taken: str) -> Behaving[str | None]:
    """Return all that is keyed, « étoile » erasing; here « 0 » is a digit, unless nothing follows it."""
    keyed = (taken if first != "0" else "") + (first if first.isdigit() else "")
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
