"""A typed call: virtual time, real dialogue."""

import pytest

from ivr.dialogue.actions import Expecting, HangUp, Line, Listen, Perform, RefuseRecording, Say, StopPrompt
from ivr.dialogue.dialogue import Dialogue, State
from ivr.dialogue.steps import Ask, Behaviour, Do, Heard, Key, Leave, Silence, Spoken
from ivr.dialogue.typed import TextCall

pytestmark = pytest.mark.unit

MENU = Line("menu.1", "Votre question ?")


def asking(heard: list[Heard], patience: float = 6.0) -> Behaviour:
    heard.append((yield Ask((MENU,), patience)))
    yield Leave(HangUp())


def test_prompts_are_heard_out_before_the_caller_speaks() -> None:
    """Time passes with the words of the prompt; the caller speaks after it."""
    heard: list[Heard] = []
    call = TextCall(Dialogue(asking(heard)))

    assert [type(action) for action in call.answer()] == [Say]
    assert [type(action) for action in call.say("bonjour")] == [Listen, HangUp]
    assert isinstance(heard[0], Spoken)
    assert call.now > 1.0
    assert call.ended


def test_interrupting_cuts_the_prompt() -> None:
    """A barge-in comes while the prompt plays."""
    call = TextCall(Dialogue(asking([])))
    call.answer()

    assert [type(action) for action in call.interrupt("stop")] == [StopPrompt, Listen, HangUp]


@pytest.mark.parametrize("patience", [6.0, 40.0])
def test_silence_lasts_as_long_as_the_line_is_patient(patience: float) -> None:
    """A caller who says nothing waits for the deadline of the dialogue, in no time."""
    heard: list[Heard] = []
    call = TextCall(Dialogue(asking(heard, patience)))
    call.answer()
    call.stay_silent()

    assert heard == [Silence()]
    assert call.now > patience


def test_the_closed_grammar_hears_its_own_phrases() -> None:
    """What the step listens for is reported as the closed reading too, whatever the capitals."""
    heard: list[Heard] = []

    def behaviour() -> Behaviour:
        heard.append((yield Ask((), expecting=Expecting(("adresse MAC",)))))
        heard.append((yield Ask((), expecting=Expecting(("adresse MAC",)))))

    call = TextCall(Dialogue(behaviour()))
    call.answer()
    call.say("adresse mac")
    call.say("l'adresse")
    closed = [reply.closed for reply in heard if isinstance(reply, Spoken)]
    assert [reading and reading.text for reading in closed] == ["adresse mac", None]


def test_slow_effects_let_the_dialogue_cover_them() -> None:
    """An effect takes the time it is given, in virtual seconds."""

    def behaviour() -> Behaviour:
        yield Do(RefuseRecording(), Line("nav.instant", "Un instant."))
        yield Leave(HangUp())

    call = TextCall(Dialogue(behaviour()), lambda effect: (True, 4.0))
    assert [type(action) for action in call.answer()] == [Perform]
    assert [type(action) for action in call.listen()] == [Say, HangUp]
    assert call.now == pytest.approx(4.0)


def test_keys_and_failures_happen_at_once() -> None:
    """A key cuts the prompt; a lost prompt and a lost ear are told to the dialogue."""
    heard: list[Heard] = []
    call = TextCall(Dialogue(asking(heard)))
    call.answer()
    call.press("0")
    assert heard == [Key("0")]

    for lose in (TextCall.lose_voice, TextCall.lose_ear):
        call = TextCall(Dialogue(asking(heard)))
        call.answer()
        lose(call)
        assert call.dialogue.state is State.ENDED
