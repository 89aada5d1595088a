"""Finding out which question the caller means: confirmation, choices, corrections.

Ends with the intents to answer; answers nothing itself.
"""

from collections.abc import Iterator

from ivr.dialogue.actions import Line
from ivr.dialogue.behaviours.asking import ask
from ivr.dialogue.behaviours.conversation import (
    AgentOffered,
    Behaving,
    Conversation,
    NotUnderstood,
    OpenQuestion,
)
from ivr.dialogue.behaviours.questions import Kind, Question, Reply
from ivr.dialogue.ports import Choice, Disambiguation
from ivr.dialogue.understanding import Command, Outcome, Understanding

GENERIC = "amb.generique"
ALL = ("les deux", "l'un et l'autre", "les trois", "tous les trois", "toutes les trois")
NEITHER = (
    "aucun des deux",
    "aucune des deux",
    "aucun",
    "aucune",
    "ni l'un ni l'autre",
    "ni l'une ni l'autre",
)
ORDINALS = (
    ("le premier", "la première", "premier", "première"),
    ("le deuxième", "la deuxième", "le second", "la seconde", "deuxième", "second", "seconde"),
    ("le troisième", "la troisième", "troisième"),
)
LAST = ("le dernier", "la dernière", "l'autre")
EVASIONS = 2
"""« Oui » to a choice is asked again this often."""


def choose(talk: Conversation, understood: Understanding) -> Behaving[tuple[str, ...]]:
    """Return the intents that the caller means, in the order of mention.

    Raises:
        OpenQuestion: None of those offered; he shall say it again.
    """
    if understood.corrects:
        talk.tell("conf.corrige")
    intents = tuple(candidate.intent for candidate in understood.intents)
    match understood.outcome:
        case Outcome.CONFIRM:
            return (yield from _confirm(talk, intents[0]))
        case Outcome.CHOOSE if len(intents) > 1:
            question = talk.knowledge.disambiguation(intents) or _generic(talk, intents)
            return (yield from narrow(talk, question))
    return intents


def narrow(talk: Conversation, question: Disambiguation) -> Behaving[tuple[str, ...]]:
    """Ask the closed *question*, and the one it may lead to, and return the intents chosen."""
    evasions = 0
    while True:
        reply = yield from ask(talk, _as_question(talk, question, again=evasions > 0))
        if reply.wanted:
            raise OpenQuestion("amb.aucun")
        offered = _intents(talk, question)
        if reply.is_question and not reply.word:
            meant = [c.intent for c in reply.understanding.intents if c.intent in offered]
            return (meant[0],) if meant else (yield from choose(talk, reply.understanding))
        chosen = _chosen(question, reply)
        if not chosen and reply.command is not Command.NO and reply.word not in NEITHER:
            evasions += 1
            if evasions > EVASIONS:
                raise NotUnderstood
        elif not chosen:
            raise OpenQuestion("amb.aucun")
        elif len(chosen) == 1 and chosen[0].go not in talk.knowledge.intents():
            question = talk.knowledge.choice(chosen[0].go)
        else:
            return tuple(choice.go for choice in chosen if choice.go in talk.knowledge.intents())


def _confirm(talk: Conversation, intent: str) -> Behaving[tuple[str, ...]]:
    label = talk.knowledge.answer(intent).label
    question = Question((talk.line("conf.1", label=label),), Kind.YES_NO, candidates=(intent,))
    reply = yield from ask(talk, question)
    if reply.is_question and intent not in [c.intent for c in reply.understanding.intents]:
        return (yield from choose(talk, reply.understanding))
    if reply.is_question or reply.command in (Command.YES, Command.NEXT):
        return (intent,)
    talk.denials += 1
    if talk.denials > 1:
        raise AgentOffered(talk.line("conf.non.2"))
    raise OpenQuestion("conf.non")


def _generic(talk: Conversation, intents: tuple[str, ...]) -> Disambiguation:
    """Return the question for intents that nobody wrote one for: the two best."""
    answers = [talk.knowledge.answer(intent) for intent in intents[:2]]
    return Disambiguation(GENERIC, tuple(Choice(a.choice_word or a.label, a.intent) for a in answers))


def _as_question(talk: Conversation, question: Disambiguation, again: bool) -> Question:
    words = (word for _, ways in _ways(question) for word in ways)
    reminder = _reminder(talk, question)
    return Question(
        (reminder if again and reminder else _line(talk, question),),
        Kind.CHOICE,
        words=(*NEITHER, *ALL, *words),
        keyed=tuple(choice.word for choice in question.choices),
        candidates=tuple(_intents(talk, question)),
        rephrase=reminder,
        explains=_difference(talk, question),
    )


def _difference(talk: Conversation, question: Disambiguation) -> Line | None:
    """Return what each option is about, if all of them are questions of the FAQ."""
    labels = [talk.knowledge.answer(intent).label for intent in _intents(talk, question)]
    if len(labels) != len(question.choices) or len(labels) not in (2, 3):
        return None
    values = dict(zip(("label_a", "label_b", "label_c"), labels, strict=False))
    return talk.line("amb.difference" if len(labels) == 2 else "amb.difference.trois", **values)


def _line(talk: Conversation, question: Disambiguation) -> Line:
    if question.prompt != GENERIC:
        return talk.line(question.prompt)
    first, second = (talk.knowledge.answer(choice.go).label for choice in question.choices)
    return talk.line(GENERIC, label_a=first, label_b=second)


def _reminder(talk: Conversation, question: Disambiguation) -> Line | None:
    """Return « dites x, y, ou aucun des deux »; with three choices the question itself says it better."""
    if len(question.choices) != 2:
        return None
    first, second = (choice.word for choice in question.choices)
    return talk.line("amb.relance", mot_a=first, mot_b=second)


def _intents(talk: Conversation, question: Disambiguation) -> list[str]:
    known = talk.knowledge.intents()
    return [choice.go for choice in question.choices if choice.go in known]


def _chosen(question: Disambiguation, reply: Reply) -> tuple[Choice, ...]:
    if reply.word in ALL:
        return question.choices if len(question.choices) == 2 else ()  # three answers are too many at once
    return tuple(choice for choice, words in _ways(question) if reply.word in words)


def _ways(question: Disambiguation) -> Iterator[tuple[Choice, tuple[str, ...]]]:
    for choice, ordinals in zip(question.choices, ORDINALS, strict=False):
        last = LAST if choice is question.choices[-1] else ()
        yield choice, (choice.word, *choice.say, *ordinals, *last)
