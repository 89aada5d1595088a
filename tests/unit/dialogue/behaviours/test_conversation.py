"""What a call remembers."""

import pytest

from ivr.dialogue.actions import Line
from ivr.dialogue.behaviours.conversation import PAUSE_SECONDS, Conversation
from tests.fakes import FakeDesk, FakeKnowledge

pytestmark = pytest.mark.unit


@pytest.fixture
def talk() -> Conversation:
    return Conversation(FakeKnowledge(), FakeDesk())


def test_what_waits_is_said_before_the_question_with_pauses(talk: Conversation) -> None:
    """Lines of one turn are 0.4 s apart, and said once."""
    talk.tell("conf.corrige", Line("r", "Voilà."))

    assert [(line.prompt, line.pause) for line in talk.turn(Line("q", "Oui ?"))] == [
        ("conf.corrige", 0.0),
        ("r", PAUSE_SECONDS),
        ("q", PAUSE_SECONDS),
    ]
    assert talk.turn() == ()


def test_hints_taper(talk: Conversation) -> None:
    """Twice in full, then in one word."""
    assert [talk.hint().prompt for _ in range(4)] == ["nav.suite.1"] * 2 + ["nav.suite.2"] * 2


def test_an_answer_remembers_the_words_that_opened_it(talk: Conversation) -> None:
    """The question and what was said to tell it apart count, what was said before does not."""
    talk.hear("au fait")
    talk.question = ["un collaborateur part"]
    talk.hear("on garde son numéro")
    talk.open("depart")

    assert talk.has_said(["garde"])
    assert talk.has_said(["part"])
    assert not talk.has_said(["au fait"])


def test_the_queue_is_the_one_of_the_answer(talk: Conversation) -> None:
    """Without any answer, the support."""
    assert talk.queue == "support"
    talk.open("mac")
    assert talk.queue == "support"
