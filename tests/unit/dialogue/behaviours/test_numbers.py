"""Taking down a telephone number."""

from collections.abc import Sequence

import pytest

from ivr.dialogue.behaviours.conversation import (
    AgentWanted,
    CallerDone,
    Conversation,
    EarLost,
    NewQuestion,
    OpenQuestion,
    SilentLine,
)
from ivr.dialogue.behaviours.numbers import ask_number
from ivr.dialogue.events import Hypothesis
from ivr.dialogue.steps import Ask, Heard, Key, Silence, Spoken, Trouble
from ivr.french.number_plan import NumberPlan
from tests.fakes import FakeDesk, FakeKnowledge

pytestmark = pytest.mark.unit

YES, NO = Spoken((Hypothesis("yes"),)), Spoken((Hypothesis("no"),))
SPOKEN = Spoken((Hypothesis("zéro six douze trente-quatre cinquante-six soixante-dix-huit"),))


def keyed(keys: str) -> list[Heard]:
    return [Key(key) for key in keys]


def taken_down(*heard: Heard, mobile: bool = False) -> str | None:
    """The number that a caller's moves lead to."""
    talk = Conversation(FakeKnowledge(), FakeDesk())
    plan = NumberPlan()
    asking = ask_number(talk, "ask", "check", plan.may_be_written if mobile else plan.may_be_called)
    next(asking)
    try:
        for reply in heard:
            asking.send(reply)
    except StopIteration as end:
        return end.value  # type: ignore[no-any-return]
    raise AssertionError("still asking")


@pytest.mark.parametrize(
    ("heard", "number"),
    [
        ([SPOKEN, YES], "0612345678"),
        ([*keyed("0612345678"), YES], "0612345678"),
        ([*keyed("06129*345678"), YES], "0612345678"),
        ([SPOKEN, NO, *keyed("0142920011"), YES], "0142920011"),
        ([Silence(), SPOKEN, YES], "0612345678"),
        (
            [Spoken((Hypothesis("wait"),)), Silence(), Spoken((Hypothesis("repeat"),)), SPOKEN, YES],
            "0612345678",
        ),
        ([Spoken((Hypothesis("le beau zéro"), *SPOKEN.hypotheses)), YES], "0612345678"),
    ],
)
def test_spoken_or_keyed_then_confirmed(heard: Sequence[Heard], number: str) -> None:
    """Ten digits in any way, read back before they count; « étoile » erases the last key."""
    assert taken_down(*heard) == number


@pytest.mark.parametrize(
    "heard",
    [
        [SPOKEN, NO, SPOKEN, NO],
        [*keyed("06#"), *keyed("1234567890")],
        [Spoken((Hypothesis("je ne sais plus"),)), Silence(), Spoken((Hypothesis("out-of-scope"),))],
    ],
)
def test_two_failures_are_enough(heard: Sequence[Heard]) -> None:
    """The caller is spared a third attempt, whatever failed."""
    assert taken_down(*heard) is None


def test_only_a_number_that_fits_is_read_back() -> None:
    """A desk phone receives no text message."""
    assert taken_down(*keyed("0142920011"), *keyed("0712345678"), YES, mobile=True) == "0712345678"


@pytest.mark.parametrize(
    ("heard", "leaving"),
    [
        ([Key("0"), Silence()], AgentWanted),
        ([Spoken((Hypothesis("agent"),))], AgentWanted),
        ([Spoken((Hypothesis("goodbye"),))], CallerDone),
        ([Spoken((Hypothesis("goodbye"), Hypothesis("zéro huit")))], CallerDone),
        ([NO], OpenQuestion),
        ([Spoken((Hypothesis("mac"),))], NewQuestion),
        ([Silence()] * 4, SilentLine),
        ([Trouble.EAR] * 2, EarLost),
    ],
)
def test_the_caller_may_leave(heard: Sequence[Heard], leaving: type[Exception]) -> None:
    """A lone zero, commands, another question, silence and a lost ear end it as they end any question."""
    with pytest.raises(leaving):
        taken_down(*heard)


def test_nothing_of_a_number_is_kept_among_the_callers_words() -> None:
    """Not even what was no whole number."""
    talk = Conversation(FakeKnowledge(), FakeDesk())
    asking = ask_number(talk, "ask", "check", NumberPlan().may_be_called)
    next(asking)
    for heard in (Spoken((Hypothesis("zéro six douze"),)), SPOKEN):
        asking.send(heard)

    assert (talk.words, talk.said, talk.question) == ("", [], [])


def test_only_digits_are_listened_for_and_never_kept() -> None:
    """The ear gets the words of numbers; records keep none of them."""
    talk = Conversation(FakeKnowledge(), FakeDesk())
    step = next(ask_number(talk, "ask", "check", NumberPlan().may_be_called))

    assert isinstance(step, Ask)
    assert not step.expecting.open
    assert step.expecting.private
    assert {"zéro", "quatre", "vingt", "soixante"} <= set(step.expecting.phrases)
