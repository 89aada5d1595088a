"""Acts that cannot be undone."""

import pytest

from ivr.dialogue.behaviours.asking import ask
from ivr.dialogue.behaviours.conversation import CallerDone, Conversation
from ivr.dialogue.behaviours.questions import Kind, Question
from ivr.dialogue.events import Hypothesis
from ivr.dialogue.steps import Ask, Spoken
from tests.fakes import FakeDesk, FakeKnowledge

pytestmark = pytest.mark.unit


def asked(text: str, confidence: float) -> Ask:
    """What is said next to a caller who is asked for another question."""
    talk = Conversation(FakeKnowledge(), FakeDesk())
    asking = ask(talk, Question((talk.line("menu.autre"),), Kind.OPEN))
    next(asking)
    step = asking.send(Spoken((Hypothesis(text, confidence),)))
    assert isinstance(step, Ask)
    return step


@pytest.mark.parametrize("text", ["goodbye", "no"])
def test_a_farewell_that_the_ear_doubts_is_asked_about(text: str) -> None:
    """« Et on déménage bientôt » was once heard as « à bientôt »."""
    with pytest.raises(CallerDone):
        asked(text, 0.9)
    assert asked(text, 0.42).lines[0].prompt == "fin.question"
