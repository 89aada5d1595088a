"""Choosing an answer with keys alone."""

import pytest

from ivr.dialogue.answers import AnswerLine, Tail
from ivr.dialogue.behaviours.conversation import Conversation, NewQuestion
from ivr.dialogue.behaviours.keypad import keypad
from ivr.dialogue.steps import Ask, Key
from tests.fakes import FakeDesk, FakeKnowledge, small_answer

pytestmark = pytest.mark.unit


def a_category_of(size: int) -> Conversation:
    line = AnswerLine("r", "Voilà.", Tail.END)
    answers = [small_answer(f"q{number}", line, category="TOUT & RIEN") for number in range(size)]
    return Conversation(FakeKnowledge(answers), FakeDesk())


def pressed(talk: Conversation, keys: str) -> tuple[list[str], str | None]:
    """The prompts of the last menu heard, and the intent chosen, if any."""
    menu = keypad(talk)
    step = next(menu)
    try:
        for key in keys:
            step = menu.send(Key(key))
    except NewQuestion as new:
        return [], new.understanding.intents[0].intent
    assert isinstance(step, Ask)
    return [line.prompt for line in step.lines], None


@pytest.mark.parametrize(
    ("size", "keys", "intent"),
    [
        (3, "12", "q1"),
        (4, "14", "q3"),
        (10, "1##2", "q9"),
        (20, "1####4", "q19"),
        (20, "1#*1", "q0"),
        (2, "1*12", "q1"),
    ],
)
def test_keys_lead_to_a_question(size: int, keys: str, intent: str) -> None:
    """A category, then a question; « dièse » turns the page, « étoile » goes back."""
    assert pressed(a_category_of(size), keys) == ([], intent)


def test_more_than_four_questions_have_pages() -> None:
    """Keys 1 to 4 choose, 9 repeats: the rest waits behind « dièse »."""
    first, _ = pressed(a_category_of(6), "1")
    second, _ = pressed(a_category_of(6), "1#")

    assert first == ["clavier.choix"] * 4 + ["clavier.suite"]
    assert second == ["clavier.choix"] * 2 + ["clavier.retour"]


def test_the_first_menu_says_the_categories_as_words() -> None:
    """Capitals and « & » are not spoken."""
    step = next(keypad(a_category_of(1)))

    assert isinstance(step, Ask)
    assert "tout et rien" in step.lines[1].text
    assert step.lines[-1].prompt == "clavier.conseiller"
