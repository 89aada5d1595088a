"""Turn-taking: who speaks, who listens, until when."""

import pytest

from ivr.dialogue import events
from ivr.dialogue.actions import (
    Action,
    HangUp,
    Line,
    Listen,
    Perform,
    RefuseRecording,
    Say,
    StopPrompt,
    Transfer,
)
from ivr.dialogue.dialogue import TRANSITIONS, Dialogue, IllegalEvent, State
from ivr.dialogue.events import Hypothesis
from ivr.dialogue.steps import Ask, Behaviour, Do, Heard, Key, Leave, Silence, Spoken, Step, Trouble

pytestmark = pytest.mark.unit

MENU = Line("menu.1", "Votre question ?")
NOTICE = Line("enreg.avis", "Cet appel peut être enregistré.")
INSTANT = Line("nav.instant", "Un instant.")


def following(heard: list[Heard], *steps: Step) -> Behaviour:
    """A behaviour that takes *steps* one after the other and keeps what it heard."""
    for step in steps:
        heard.append((yield step))


def started(*steps: Step) -> tuple[Dialogue, list[Heard], list[Action]]:
    """A dialogue whose call was answered at second 0."""
    heard: list[Heard] = []
    dialogue = Dialogue(following(heard, *steps))
    return dialogue, heard, dialogue.handle(events.CallAnswered(), 0.0)


def spoken(turn: int, text: str) -> events.Utterance:
    return events.Utterance(turn, (Hypothesis(text),))


def test_a_question_is_played_then_the_ear_opens() -> None:
    """The caller is heard from the last frame of the prompt on, for as long as the step is patient."""
    dialogue, _, actions = started(Ask((MENU,), patience=6))

    assert actions == [Say(1, (MENU,))]
    assert dialogue.handle(events.PromptFinished(1), 2.0) == [Listen(1)]
    assert (dialogue.state, dialogue.deadline) == (State.LISTENING, 8.0)


def test_silence_is_told() -> None:
    """When patience ends, the behaviour knows."""
    dialogue, heard, _ = started(Ask((), patience=6))
    dialogue.handle(events.DeadlineReached(), 6.0)

    assert heard == [Silence()]


def test_barge_in_cuts_the_prompt_and_listens() -> None:
    """Speech during a prompt stops it at once; what follows is the reply."""
    dialogue, heard, _ = started(Ask((MENU,)), Ask((MENU,)))

    assert dialogue.handle(events.SpeechStarted(), 1.0) == [StopPrompt(), Listen(1)]
    assert dialogue.handle(spoken(1, "l'adresse mac"), 2.0) == [Say(2, (MENU,))]
    assert heard == [Spoken((Hypothesis("l'adresse mac"),))]


def test_the_end_of_a_cut_prompt_is_not_the_end_of_the_next() -> None:
    """A report that comes late carries an old turn number and is dropped."""
    dialogue, _, _ = started(Ask((MENU,)), Ask((MENU,)))
    dialogue.handle(events.SpeechStarted(), 1.0)
    dialogue.handle(spoken(1, "zut"), 2.0)

    assert dialogue.handle(events.PromptFinished(1), 2.1) == []
    assert dialogue.state is State.SPEAKING


def test_speech_that_began_in_the_turn_before_is_no_barge_in() -> None:
    """A noise heard just before the line spoke again does not cut it, nor leave it waiting for words."""
    dialogue, _, _ = started(Ask((MENU,)), Ask((MENU,)))
    dialogue.handle(events.KeyPressed("9"), 1.0)

    assert dialogue.handle(events.SpeechStarted(1), 1.0) == []
    assert dialogue.state is State.SPEAKING


def test_the_recording_notice_cannot_be_talked_over() -> None:
    """A protected line is a prompt of its own, which speech does not cut; a key does."""
    dialogue, heard, actions = started(Ask((NOTICE, MENU)))

    assert actions == [Say(1, (NOTICE,), interruptible=False)]
    assert dialogue.handle(events.SpeechStarted(), 0.5) == []
    assert dialogue.handle(events.PromptFinished(1), 3.0) == [Say(2, (MENU,))]
    dialogue.handle(events.KeyPressed("0"), 3.5)
    assert heard == [Key("0")]


def test_a_cough_says_again_what_it_cut_but_only_once() -> None:
    """A barge-in without words was none; a noisy line does not replay the prompt for ever."""
    dialogue, heard, _ = started(Ask((MENU,)))
    dialogue.handle(events.SpeechStarted(), 0.5)
    assert dialogue.handle(events.Utterance(1, ()), 1.0) == [Say(2, (MENU,))]

    dialogue.handle(events.SpeechStarted(), 1.5)
    assert dialogue.handle(events.Utterance(2, ()), 2.0) == [Listen(2)]
    assert heard == []


def test_coughs_do_not_prolong_patience_for_ever() -> None:
    """However noisy the line, silence is told in the end."""
    dialogue, heard, _ = started(Ask((), patience=6))
    now = 0.0
    while not heard:
        dialogue.handle(events.SpeechStarted(), now)
        dialogue.handle(events.Utterance(1, ()), now + 0.3)
        now += 0.5
        if dialogue.deadline is not None and dialogue.deadline <= now:
            dialogue.handle(events.DeadlineReached(), now)

    assert now < 10


def test_speech_that_never_ends_is_given_up() -> None:
    """An ear that is stuck does not hold the call."""
    dialogue, heard, _ = started(Ask(()))
    dialogue.handle(events.SpeechStarted(), 1.0)
    dialogue.handle(events.DeadlineReached(), 26.0)

    assert heard == [Silence()]


def test_a_prompt_that_never_ends_has_failed() -> None:
    """A lost report of the channel is a failed prompt, not a silent call."""
    dialogue, heard, _ = started(Ask((MENU,)), Leave(HangUp()))
    assert dialogue.deadline is not None

    actions = dialogue.handle(events.DeadlineReached(), dialogue.deadline)
    assert actions == [StopPrompt(), HangUp()]
    assert heard == [Trouble.VOICE]


def test_an_ear_that_fails_during_the_prompt_is_told_after_it() -> None:
    """The prompt is heard to its end; nobody waits for speech that cannot be recognised."""
    dialogue, heard, _ = started(Ask((MENU,)))
    dialogue.handle(events.RecognitionFailed(1, "gone"), 0.5)
    dialogue.handle(events.PromptFinished(1), 2.0)

    assert heard == [Trouble.EAR]


def test_without_recognition_only_keys_count() -> None:
    """A deaf step opens no ear and cannot be cut by speech."""
    dialogue, heard, actions = started(Ask((MENU,), by_ear=False))

    assert actions == [Say(1, (MENU,), interruptible=False)]
    assert dialogue.handle(events.PromptFinished(1), 2.0) == []
    dialogue.handle(events.KeyPressed("3"), 3.0)
    assert heard == [Key("3")]


def test_a_slow_effect_is_covered_by_a_prompt() -> None:
    """After a second and a half the caller hears « un instant »; the result cuts it."""
    dialogue, _, actions = started(Do(RefuseRecording(), INSTANT), Leave(HangUp()))

    assert actions == [Perform(1, RefuseRecording())]
    assert dialogue.deadline == 1.5
    assert dialogue.handle(events.DeadlineReached(), 1.5) == [Say(1, (INSTANT,), interruptible=False)]
    assert dialogue.handle(events.EffectDone(1, True), 1.8) == [StopPrompt(), HangUp()]


def test_an_effect_that_never_ends_has_failed() -> None:
    """The caller does not wait for a lost report."""
    dialogue, _, _ = started(Do(RefuseRecording(), INSTANT), Ask((MENU,)))
    dialogue.handle(events.DeadlineReached(), 1.5)
    dialogue.handle(events.PromptFinished(1), 2.5)

    assert dialogue.handle(events.DeadlineReached(), 16.5) == [Say(2, (MENU,))]


def test_the_exit_follows_the_last_prompt() -> None:
    """Goodbye is heard to the end, speech or not, then the call is over for good."""
    dialogue, _, _ = started(Leave(Transfer("support", "requested"), (MENU,)))

    assert dialogue.handle(events.SpeechStarted(), 0.5) == []
    assert dialogue.handle(events.PromptFinished(1), 2.0) == [Transfer("support", "requested")]
    assert dialogue.handle(events.KeyPressed("0"), 3.0) == []


@pytest.mark.parametrize("lost", [events.PromptFailed(1, "no voice"), events.DeadlineReached()])
def test_an_exit_never_waits_for_its_prompt(lost: events.Event) -> None:
    """A goodbye that cannot be played does not keep the caller from the agent."""
    dialogue, _, _ = started(Leave(Transfer("support", "requested"), (MENU,)))

    assert dialogue.handle(lost, 60.0)[-1] == Transfer("support", "requested")


def test_a_supervisor_takes_the_call_even_from_a_behaviour_that_does_not_know() -> None:
    """The call goes to the queue that was named."""
    dialogue, _, _ = started(Ask((MENU,)))

    assert dialogue.handle(events.HandOffRequested("vip"), 1.0) == [
        StopPrompt(),
        Transfer("vip", "supervisor"),
    ]


def test_a_behaviour_that_just_ends_hangs_up() -> None:
    """A generator that returns leaves nobody on the line."""
    dialogue, _, actions = started()

    assert actions == [HangUp()]
    assert dialogue.state is State.ENDED


def test_a_call_is_answered_once() -> None:
    """Only an adapter's bug can answer twice: it is raised, not hidden."""
    dialogue, _, _ = started(Ask((MENU,)))

    with pytest.raises(IllegalEvent, match="CallAnswered while SPEAKING"):
        dialogue.handle(events.CallAnswered(), 1.0)


@pytest.mark.parametrize("state", State)
def test_everything_an_adapter_may_send_is_legal_in_every_state(state: State) -> None:
    """Adapters race: only a second CallAnswered is refused."""
    assert set(events.Event.__args__) - {events.CallAnswered} <= set(TRANSITIONS[state])  # type: ignore[attr-defined]
