"""The whole call, from one behaviour to the next."""

import pytest

from ivr.dialogue.actions import Transfer
from ivr.dialogue.behaviours import Conversation, reception
from ivr.dialogue.events import Hypothesis
from ivr.dialogue.ports import Caller
from ivr.dialogue.steps import Ask, Heard, Key, Leave, Spoken, Step, TakenOver
from tests.fakes import ANSWERS, FakeDesk, FakeKnowledge

pytestmark = pytest.mark.unit


def said(text: str) -> Spoken:
    return Spoken((Hypothesis(text),))


def prompts(step: Step) -> list[str]:
    assert isinstance(step, Ask | Leave)
    return [line.prompt for line in step.lines]


def after(talk: Conversation, *heard: Heard) -> Step:
    call = reception(talk)
    step = next(call)
    for reply in heard:
        step = call.send(reply)
    return step


def test_the_operator_chooses_the_greeting() -> None:
    """The prompt that opens the call is a setting."""
    talk = Conversation(FakeKnowledge(), FakeDesk(), greeting="accueil.maison")

    assert prompts(after(talk)) == ["accueil.maison", "menu.1"]


def test_the_first_question_waits_longer() -> None:
    """Eight seconds to find one's words; six for the next question."""
    talk = Conversation(FakeKnowledge(), FakeDesk())
    first, second = after(talk), after(talk, said("mac"), said("no"))

    assert isinstance(first, Ask)
    assert isinstance(second, Ask)
    assert (first.patience, second.patience) == (8, 6)


def test_a_refused_agent_is_remembered() -> None:
    """The caller is asked for another question, and not offered one again."""
    talk = Conversation(FakeKnowledge(), FakeDesk())
    first = after(talk, said("near-miss"), said("no"))
    assert prompts(first) == ["tr.refus"]
    assert talk.refused_agent


def test_the_notice_comes_before_the_question() -> None:
    """Only on a recorded call."""
    talk = Conversation(FakeKnowledge(), FakeDesk(), Caller(recorded=True))

    assert prompts(after(talk)) == ["accueil.1", "enreg.avis", "menu.1"]


def test_an_answer_removed_in_mid_call_is_finished_all_the_same() -> None:
    """A new edition never breaks a call: what is in progress is kept."""
    knowledge = FakeKnowledge()
    talk = Conversation(knowledge, FakeDesk())
    call = reception(talk)
    next(call)
    call.send(said("mac"))
    knowledge._answers.pop("mac")

    assert prompts(call.send(Key("#"))) == ["mac.e1", "nav.manip"]
    given = call.send(Key("0"))
    assert isinstance(given, Leave)
    assert isinstance(given.exit, Transfer)
    assert given.exit.intent == "mac"


@pytest.mark.parametrize("intent", ["gone", None, "mac"])
def test_what_a_returning_caller_asked_before_is_known(intent: str | None) -> None:
    """Unless the FAQ has it no longer."""
    talk = Conversation(FakeKnowledge(), FakeDesk(), Caller(returned_from="busy", previous_intent=intent))

    assert prompts(after(talk))[0] == "tr.echec"
    assert talk.intent == ("mac" if intent == "mac" else None)


def test_a_supervisor_is_obeyed_anywhere() -> None:
    """The caller is told, and goes to the queue that the supervisor named."""
    call = reception(Conversation(FakeKnowledge(ANSWERS), FakeDesk()))
    next(call)
    given = call.throw(TakenOver("vip"))

    assert prompts(given) == ["tr.libre"]
    assert isinstance(given, Leave)
    assert given.exit == Transfer("vip", "supervisor")
