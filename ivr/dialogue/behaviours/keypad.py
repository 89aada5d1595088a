"""Finding an answer with keys alone, when speech cannot be recognised: categories, then their questions.

The menu is made from the FAQ; speech, where it is understood, still wins.
"""

from collections.abc import Sequence

from ivr.dialogue.behaviours.asking import ask
from ivr.dialogue.behaviours.conversation import Behaving, Conversation, NewQuestion
from ivr.dialogue.behaviours.questions import SEARCHING_PATIENCE, Kind, Question
from ivr.dialogue.understanding import Candidate, Command, Outcome, Understanding

PAGE = 4
"""Choices on the keys 1 to 4: nobody remembers more than he hears in a breath. 9 repeats."""
DIGITS = ("un", "deux", "trois", "quatre")


def keypad(talk: Conversation) -> Behaving[None]:
    """Lead the caller to an answer.

    Raises:
        NewQuestion: The one he chose.
    """
    talk.tell("clavier.1")
    categories: dict[str, list[str]] = {}
    for intent in talk.knowledge.intents():
        categories.setdefault(talk.knowledge.answer(intent).category, []).append(intent)
    while True:
        category = yield from _choose(talk, [_spoken(name) for name in categories], "clavier.conseiller")
        if category is None:
            continue
        intents = list(categories.values())[category]
        number = yield from _choose(talk, [talk.knowledge.answer(intent).label for intent in intents])
        if number is not None:
            chosen = Candidate(intents[number], 1.0)
            raise NewQuestion(Understanding("", Outcome.ANSWER, (chosen,)))


def _choose(talk: Conversation, labels: Sequence[str], last: str = "clavier.retour") -> Behaving[int | None]:
    """Return the number of the label chosen, counted from 0; None for « retour »."""
    page = 0
    while True:
        shown = labels[page : page + PAGE]
        lines = [talk.line("clavier.choix", touche=n, label=x) for n, x in zip(DIGITS, shown, strict=False)]
        more = page + PAGE < len(labels)
        lines.append(talk.line("clavier.suite" if more else last))
        keyed = tuple(f"touche {digit}" for digit in DIGITS[: len(shown)])
        question = Question(tuple(lines), Kind.CHOICE, keyed, keyed, patience=SEARCHING_PATIENCE)
        reply = yield from ask(talk, question)
        if reply.word:
            return page + keyed.index(reply.word)
        if reply.is_question:
            raise NewQuestion(reply.understanding)
        if reply.command is Command.BACK and page == 0:
            return None
        page = _turn_page(page, reply.command, more)


def _turn_page(page: int, command: Command | None, more: bool) -> int:
    if command is Command.NEXT and more:
        return page + PAGE
    return page - PAGE if command is Command.BACK else page


def _spoken(category: str) -> str:
    return category.lower().replace("&", "et")
