"""How a question is asked: patience, rate, what the ear listens for."""

import re

import pytest

from ivr.dialogue.actions import Line, Rate, RefuseRecording
from ivr.dialogue.behaviours.asking import ask, perform, yes_or_no
from ivr.dialogue.behaviours.attempts import INVITING
from ivr.dialogue.behaviours.conversation import (
    AgentWanted,
    Conversation,
    EarLost,
    NewQuestion,
    SilentLine,
)
from ivr.dialogue.behaviours.questions import Kind, Question
from ivr.dialogue.events import Hypothesis
from ivr.dialogue.steps import Ask, Do, Done, Heard, Key, Silence, Spoken, Step, Trouble
from ivr.knowledge.published import load_content
from tests.fakes import FakeDesk, FakeKnowledge
from tests.shipped import PROMPTS

pytestmark = pytest.mark.unit

QUESTION = Line("q", "Est-ce le cas ?")


def talk() -> Conversation:
    return Conversation(FakeKnowledge(), FakeDesk())


def said(text: str) -> Spoken:
    return Spoken((Hypothesis(text),))


def asked(question: Question, *heard: Heard) -> Ask:
    """The last step of asking *question* while the caller does this."""
    asking = ask(talk(), question)
    step: Step = next(asking)
    for reply in heard:
        step = asking.send(reply)
    assert isinstance(step, Ask)
    return step


@pytest.mark.parametrize(
    ("kind", "patience"),
    [(Kind.OPEN, [6, 6, 6, 5]), (Kind.YES_NO, [6, 6, 6, 5]), (Kind.HANDS, [25, 40, 6, 5])],
)
def test_patience(kind: Kind, patience: list[float]) -> None:
    """Busy hands get 25 s, then 40 s; the last sign of life 5 s."""
    question = Question((QUESTION,), kind)
    assert [asked(question, *[Silence()] * n).patience for n in range(4)] == patience


def test_a_caller_who_asks_us_to_wait_has_the_patience_of_busy_hands() -> None:
    """From then on at this question, whatever its kind and however often he was silent before."""
    question = Question((QUESTION,), Kind.YES_NO)
    silences = [Silence(), said("wait"), Silence(), Silence(), Silence()]
    assert [asked(question, *silences[:n]).patience for n in range(6)] == [6, 6, 25, 40, 6, 5]


def test_the_first_question_is_patient_once() -> None:
    """Eight seconds at the greeting, six when asked again."""
    first = Question((QUESTION,), patience=8)
    assert [asked(first, *[Silence()] * n).patience for n in range(3)] == [8, 6, 6]


def test_the_fourth_silence_ends_it() -> None:
    """Nobody is there."""
    with pytest.raises(SilentLine):
        asked(Question((QUESTION,)), *[Silence()] * 4)


def test_the_ear_knows_the_commands_and_the_local_words() -> None:
    """Each may be decoded on its own, beside free speech."""
    expecting = asked(Question((QUESTION,), words=("réseau", "oui"))).expecting

    assert expecting.phrases == (
        *("oui", "non", "suite", "retour", "répéter", "moins vite", "conseiller", "aide", "au revoir"),
        "réseau",
    )
    assert expecting.open


def test_repeating_twice_is_slower_until_something_else_is_said() -> None:
    """The second repeat in a row is said at 85 %."""
    question = Question((QUESTION,))
    rates = [asked(question, *[said("repeat")] * n).rate for n in range(3)]

    assert rates == [Rate.NORMAL, Rate.NORMAL, Rate.SLOW]
    assert asked(question, said("repeat"), said("repeat"), said("help")).rate is Rate.NORMAL


def test_whoever_insists_on_another_subject_is_offered_a_person() -> None:
    """Saying the same thing a third time helps nobody."""
    question = Question((QUESTION,))
    assert asked(question, *[said("out-of-scope")] * 2).lines[0].prompt == "hs.1"
    assert asked(question, *[said("out-of-scope")] * 3).lines[0].prompt == "hs.proche"


def test_an_ear_that_fails_twice_is_lost() -> None:
    """Once it may be an accident."""
    assert asked(Question((QUESTION,)), Trouble.EAR).lines[0].prompt == "err.1"
    with pytest.raises(EarLost):
        asked(Question((QUESTION,)), Trouble.EAR, Trouble.EAR)


@pytest.mark.parametrize(
    ("reply", "agreed"), [("yes", True), ("next", True), ("no", False), ("je ne sais pas", False)]
)
def test_yes_or_no(reply: str, agreed: bool) -> None:
    """Who does not know does not agree."""
    asking = yes_or_no(talk(), Question((QUESTION,), Kind.YES_NO))
    next(asking)
    with pytest.raises(StopIteration) as end:
        asking.send(said(reply))
    assert end.value.value is agreed


def test_a_question_wins_over_yes_or_no() -> None:
    """The caller is never held at our question."""
    asking = yes_or_no(talk(), Question((QUESTION,), Kind.YES_NO))
    next(asking)
    with pytest.raises(NewQuestion):
        asking.send(said("mac"))


@pytest.mark.parametrize(("heard", "worked"), [(Done(True), True), (Done(False), False)])
def test_effects(heard: Heard, worked: bool) -> None:
    """An effect works or not; a key in between is the wish for an agent."""
    doing = perform(talk(), RefuseRecording())
    assert isinstance(next(doing), Do)
    with pytest.raises(StopIteration) as end:
        doing.send(heard)
    assert end.value.value is worked

    doing = perform(talk(), RefuseRecording())
    next(doing)
    with pytest.raises(AgentWanted):
        doing.send(Key("0"))


def test_every_prompt_that_offers_another_question_takes_a_no() -> None:
    """« Avez-vous une autre question ? », and no other prompt, lets « non » end the call."""
    lines = load_content(PROMPTS).lines
    assert {
        prompt for prompt, text in lines.items() if re.search(r"Avez-vous une\b.* question", text)
    } == INVITING


def test_a_password_is_not_passed_on() -> None:
    """Said unasked, it is gone from everything that a transfer or a later turn could tell."""
    call = talk()
    asking = ask(call, Question((QUESTION,), Kind.OPEN))
    next(asking)
    asking.send(said("mon mot de passe c'est toto quarante-deux"))
    assert "toto" not in repr((call.words, call.said, call.question))
