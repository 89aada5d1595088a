"""What replaces a person who cannot answer."""

import pytest

from ivr.dialogue.actions import LeaveMessage, Transfer
from ivr.dialogue.behaviours.conversation import AgentWanted, Conversation
from ivr.dialogue.behaviours.handing_off import hand_off
from ivr.dialogue.ports import Availability
from ivr.dialogue.steps import Ask, Key, Leave, Step
from tests.fakes import FakeDesk, FakeKnowledge

pytestmark = pytest.mark.unit


def first_step(desk: Availability, reason: str = "requested") -> Step | None:
    """What a caller hears first who wants an agent; None when nothing is left to say or ask."""
    talk = Conversation(FakeKnowledge(), FakeDesk(desk))
    return next(hand_off(talk, AgentWanted(reason)), None)


@pytest.mark.parametrize("free", [None, 1, 7])
def test_somebody_may_answer(free: int | None) -> None:
    """The caller is transferred, also when the queue tells us nothing."""
    step = first_step(Availability(agents_free=free))

    assert isinstance(step, Leave)
    assert step.exit == Transfer("support", "requested")


@pytest.mark.parametrize(
    ("opened", "callback", "voicemail", "prompt"),
    [
        (True, True, True, "tr.occupe.choix"),
        (True, True, False, "tr.occupe.choix.rappel"),
        (True, False, True, "tr.occupe.choix.message"),
        (False, True, True, "tr.ferme.choix"),
        (False, True, False, "cb.proposer"),
        (False, False, True, "msg.proposer"),
    ],
)
def test_only_what_exists_is_offered(opened: bool, callback: bool, voicemail: bool, prompt: str) -> None:
    """Each set of options has its own question."""
    step = first_step(Availability(open=opened, agents_free=0, callback=callback, voicemail=voicemail))

    assert isinstance(step, Ask)
    assert step.lines[-1].prompt == prompt


def test_with_nothing_to_offer_the_caller_is_told() -> None:
    """The conversation goes on; after a failure it ends."""
    nothing = Availability(open=False, callback=False, voicemail=False)

    assert first_step(nothing) is None
    failed = first_step(nothing, "failure")
    assert isinstance(failed, Leave)
    assert [line.prompt for line in failed.lines] == ["tr.ferme.sans-horaires", "err.fin"]


@pytest.mark.parametrize(
    ("seconds", "said"),
    [(30, "deux minutes"), (121, "cinq minutes"), (600, "dix minutes"), (601, "tr.occupe.longtemps")],
)
def test_waits_are_rounded_up(seconds: float, said: str) -> None:
    """Never shorter than measured."""
    step = first_step(Availability(agents_free=0, hold_seconds=seconds))

    assert isinstance(step, Ask)
    assert said in step.lines[0].text


def test_the_agent_is_told_what_is_known() -> None:
    """Queue, reason, answer, the caller's question and what he has heard go with him."""
    talk = Conversation(FakeKnowledge(), FakeDesk(Availability(open=False)))
    talk.question = ["où est l'adresse mac"]
    talk.open("mac")
    talk.steps += ["r", "e1"]
    offered = hand_off(talk, AgentWanted("requested"))
    next(offered)
    message = offered.send(Key("1"))

    assert isinstance(message, Leave)
    assert message.exit == LeaveMessage("requested", "mac")
    talk.desk.state = Availability()  # type: ignore[attr-defined]
    given = next(hand_off(talk, AgentWanted("faq", "technical")))
    assert isinstance(given, Leave)
    assert given.exit == Transfer("technical", "faq", "mac", "où est l'adresse mac", "r, e1")
