"""Lines without the offer that is mere courtesy."""

import pytest

from ivr.dialogue.answers import AnswerLine, Branch, Tail
from ivr.dialogue.behaviours.walk import without_offer

pytestmark = pytest.mark.unit

GUIDE = Branch("say", "link:guide", ("le guide",))


def question(text: str, yes: str) -> AnswerLine:
    branches = (Branch("yes", yes), Branch("no", "menu"), GUIDE)
    return AnswerLine("e1", text, Tail.QUESTION, branches=branches)


def test_an_offer_becomes_the_end_of_the_answer() -> None:
    """Its statement stays, under a name of its own: a recording of the whole must not be played for it."""
    line = without_offer(question("Je n'ai pas ce guide. Voulez-vous un conseiller ?", "transfer"))
    assert (line.text, line.tail, line.name) == ("Je n'ai pas ce guide.", Tail.END, "e1.sans-offre")
    assert line.branches == (GUIDE,)


@pytest.mark.parametrize("yes", ["e2", "intent:adresse-mac"])
def test_any_other_question_stays(yes: str) -> None:
    """It is the answer's own."""
    line = question("Il y en a deux. Est-ce le cas ?", yes)
    assert without_offer(line) is line
