"""What a reply means to the question it answers."""

import pytest

from ivr.dialogue.actions import Line
from ivr.dialogue.behaviours.conversation import Conversation
from ivr.dialogue.behaviours.questions import Kind, Question, asks_about_recording, interpret
from ivr.dialogue.events import Hypothesis
from ivr.dialogue.steps import Key, Spoken
from ivr.dialogue.understanding import Command, Outcome, Reject, Understanding
from tests.fakes import FakeDesk, FakeKnowledge

pytestmark = pytest.mark.unit

CHOICE = Question(
    (Line("q", "A ou B ?"),), Kind.CHOICE, words=("réseau", "message"), keyed=("réseau", "message")
)


def talk() -> Conversation:
    return Conversation(FakeKnowledge(), FakeDesk())


@pytest.mark.parametrize(
    ("said", "word"),
    [
        ("réseau", "réseau"),
        ("le Réseau, s'il vous plaît", "réseau"),
        ("mac", None),
        ("le réseau de mac", "réseau"),
        ("je ne trouve pas mac sur le réseau de mon entreprise", None),
        ("je voudrais plutôt le réseau de mon entreprise qui est là", "réseau"),
        ("agent", None),
    ],
)
def test_a_local_word_decides_in_a_short_reply(said: str, word: str | None) -> None:
    """« Réseau » is the choice just offered; in a whole question it is a word like another."""
    assert interpret(talk(), CHOICE, Spoken((Hypothesis(said),))).word == word


@pytest.mark.parametrize(
    ("said", "command"),
    [
        ("c'est bon", Command.NEXT),
        ("voilà c'est fait", Command.NEXT),
        ("agent", Command.AGENT),
        ("bof", None),
    ],
)
def test_busy_hands_report_that_they_are_done(said: str, command: Command | None) -> None:
    """« C'est bon » goes on, after a menu path only."""
    hands = Question((Line("q", "Prenez votre temps."),), Kind.HANDS)
    assert interpret(talk(), hands, Spoken((Hypothesis(said),))).command is command
    assert interpret(talk(), Question((Line("q", "?"),)), Spoken((Hypothesis("c'est bon"),))).command is None


@pytest.mark.parametrize(
    ("kind", "command"),
    [(Kind.OPEN, Command.NO), (Kind.MORE, Command.NO), (Kind.YES_NO, None), (Kind.HANDS, None)],
)
def test_thanks_mean_that_it_was_enough(kind: Kind, command: Command | None) -> None:
    """Not where a yes or no is pending, nor while hands are busy."""
    question = Question((Line("q", "?"),), kind)
    assert interpret(talk(), question, Spoken((Hypothesis("merci beaucoup"),))).command is command


def test_the_other_readings_are_searched_for_the_word_too() -> None:
    """The closed grammar first, then the n-best list."""
    heard = Spoken((Hypothesis("rideau"), Hypothesis("réseau")), Hypothesis("message"))

    assert interpret(talk(), CHOICE, heard).word == "message"
    assert interpret(talk(), CHOICE, Spoken(heard.hypotheses)).word == "réseau"


@pytest.mark.parametrize(
    ("key", "command"),
    [("1", Command.YES), ("2", Command.NO), ("#", Command.NEXT), ("*", Command.BACK), ("9", Command.REPEAT)],
)
def test_keys_are_commands(key: str, command: Command) -> None:
    """The same at every prompt."""
    question = Question((Line("q", "Oui ?"),), Kind.YES_NO)
    assert interpret(talk(), question, Key(key)).command is command


def test_keys_choose_where_a_choice_is_pending() -> None:
    """1 is the first option, not « oui »; 0 is the agent all the same."""
    assert interpret(talk(), CHOICE, Key("2")).word == "message"
    assert interpret(talk(), CHOICE, Key("0")).command is Command.AGENT
    assert interpret(talk(), CHOICE, Key("7")).understanding.reject is Reject.NO_MATCH


def test_the_pending_sentence_is_the_last_one() -> None:
    """« Répondez par oui ou par non » is followed by the question alone, in the middle of a sentence."""
    line = Line("e1", "Ensuite, assurez-vous que le poste a une adresse IP. Est-elle bien indiquée ?")
    assert Question((line,)).pending == "est-elle bien indiquée ?"


@pytest.mark.parametrize(
    ("said", "word"), [("là le réseau mac alors", "réseau"), ("là le réseau mac alors madame", None)]
)
def test_how_much_may_stand_around_a_local_word(said: str, word: str | None) -> None:
    """Four words may; with five, a question that was understood wins."""
    assert interpret(talk(), CHOICE, Spoken((Hypothesis(said),))).word == word


@pytest.mark.parametrize(
    ("text", "outcome", "asks"),
    [
        ("combien de temps gardez-vous l'enregistrement", Outcome.REJECT, True),
        ("et qui conserve cet enregistrement", Outcome.REJECT, True),
        ("sans enregistrement", Outcome.REJECT, False),
        ("je refuse, qui que ce soit qui garde l'enregistrement", Outcome.REJECT, False),
        ("pourquoi mon poste ne peut pas s'enregistrer", Outcome.ANSWER, False),
    ],
)
def test_a_question_about_the_recording_is_told_from_a_set_that_does_not_register(
    text: str, outcome: Outcome, asks: bool
) -> None:
    """What becomes of it, not how to refuse it, nor the FAQ's own « enregistrement »."""
    assert asks_about_recording(Understanding(text, outcome)) is asks
