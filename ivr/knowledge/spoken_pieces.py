"""What lines with a value in them are put together from, so that it can be rendered ahead.

Pure: the sentences of the lines, each template with every value that the content knows, and pairs of digits.
"""

import re
from collections.abc import Iterator, Mapping

from ivr.dialogue.answers import Answer
from ivr.french.numbers import say_wait
from ivr.french.phone import in_pairs
from ivr.french.slots import slots
from ivr.knowledge.published import Content

DIGIT_SLOTS = {"numero-par-paires", "quatre-derniers-chiffres"}
KEYS = ("un", "deux", "trois", "quatre")
"""As ``ivr.dialogue.behaviours.keypad`` says them."""
WAITS = (120.0, 300.0, 600.0, 3600.0)
POSITIONS = 9
_SENTENCE_END = re.compile(r"(?<=[.?!])\s+")
_CLAUSE_END = re.compile(r"(?<=[.?!,:;])\s+")
_SLOT = re.compile(r"\{[a-z-]+\}")


def spoken_pieces(content: Content) -> tuple[str, ...]:
    """Return every text from which a line with a value may be said, each once."""
    return tuple(dict.fromkeys(_pieces(content)))


def texts_to_render(content: Content) -> tuple[str, ...]:
    """Return every text that is worth rendering ahead, each once: lines without a value, then pieces."""
    lines = (text for text in content.spoken().values() if not slots(text))
    return tuple(dict.fromkeys([*lines, *_pieces(content)]))


def _pieces(content: Content) -> Iterator[str]:
    values = _values(content)
    digits = False
    for prompt, text in content.spoken().items():
        if not slots(text):
            yield from _question_apart(text)
            continue
        digits = digits or bool(DIGIT_SLOTS.intersection(slots(text)))
        known = {**values, **_catalogue_values(content, prompt)}
        for sentence in _SENTENCE_END.split(text):
            yield from _sentence(sentence, known)
    if digits:
        yield from _digit_pairs()


def _question_apart(text: str) -> Iterator[str]:
    """The question at the end of a line, which is repeated alone, and what it asks about, said without it."""
    *before, last = _SENTENCE_END.split(text)
    if before and last.endswith("?"):
        yield last
        yield " ".join(before)


def _sentence(sentence: str, values: Mapping[str, tuple[str, ...]]) -> Iterator[str]:
    """A sentence with one value is said whole; with more, or with a colon, clause by clause."""
    wanted = slots(sentence)
    if not wanted:
        yield sentence
    elif len(wanted) == 1 and wanted[0] in values and ":" not in sentence:
        yield from (_filled(sentence, value) for value in values[wanted[0]])
    else:
        for clause in _CLAUSE_END.split(sentence):
            yield from _clause(clause, values)


def _clause(clause: str, values: Mapping[str, tuple[str, ...]]) -> Iterator[str]:
    """« le renvoi d'appels : » is said whole; else the value stands alone, as it does in other lines."""
    whole = ":" in clause
    if not whole:
        yield from _around(clause)
    for name in slots(clause):
        said = clause if whole else f"{{{name}}}."
        yield from (_filled(said, value) for value in values.get(name, ()))


def _around(clause: str) -> Iterator[str]:
    """What stands before and after the values of a clause; a comma keeps its voice up."""
    for literal in _SLOT.split(clause):
        words = literal.strip()
        if re.search(r"\w", words):
            yield words if words[-1] in ".?!,:;" else f"{words},"


def _filled(text: str, value: str) -> str:
    said = _SLOT.sub(lambda _: value, text)
    return said[:1].upper() + said[1:]


def _values(content: Content) -> dict[str, tuple[str, ...]]:
    answers = content.faq.answers.values()
    labels = tuple(answer.label for answer in answers)
    choices = (choice.word for question in content.choices.questions.values() for choice in question.choices)
    words = tuple(dict.fromkeys([*(answer.choice_word or answer.label for answer in answers), *choices]))
    return {
        **dict.fromkeys(("label", "label-a", "label-b"), labels),
        **dict.fromkeys(("mot-a", "mot-b"), words),
        "touche": KEYS,
        "duree": tuple(dict.fromkeys(map(say_wait, WAITS))),
        "position": tuple(map(str, range(1, POSITIONS + 1))),
    }


def _catalogue_values(content: Content, prompt: str) -> dict[str, tuple[str, ...]]:
    """The items that a line of a catalogue is said with."""
    intent, _, line = prompt.partition(".")
    answer: Answer | None = content.faq.answers.get(intent)
    if answer is None or answer.catalogue is None:
        return {}
    return {answer.catalogue.slot: tuple(i.name for i in answer.catalogue.items if i.line == line)}


def _digit_pairs() -> Iterator[str]:
    """« zéro six », « douze »: numbers are read back by pairs."""
    yield from (in_pairs(f"{number:02d}") for number in range(100))
