"""Whatever happens in whatever order, nobody is left in silence."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ivr.dialogue import events
from ivr.dialogue.actions import HangUp, LeaveMessage, Listen, Perform, Say, Transfer
from ivr.dialogue.behaviours import Conversation, reception
from ivr.dialogue.dialogue import Dialogue, State
from ivr.dialogue.events import Hypothesis
from ivr.dialogue.ports import Availability, Caller, Offers
from tests.fakes import FakeDesk, FakeKnowledge

pytestmark = pytest.mark.unit

WORDS = [
    "mac", "depart", "site", "mac depart", "peut-être mac", "mac ou depart", "non, c'est mac", "poste",
    "c'est quoi le poe", "agent", "repeat", "slower", "next", "back", "yes", "no", "goodbye", "help",
    "no-match", "out-of-scope", "near-miss", "noise", "wait", "presence", "hours",
    "anger", "stuck", "menu", "restart", "stop", "louder", "another", "not-my-question", "hearing", "step",
    "steps", "spell", "send", "unsure", "difference", "why", "cost", "later", "identity", "delay",
    "le dernier", "zéro six douze", "je ne sais pas", "être rappelé",
    "zéro six douze trente quatre cinquante six soixante dix huit", "les deux", "aucun", "",
]  # fmt: skip

happenings = st.sampled_from(
    [("say", word) for word in WORDS]
    + [("key", key) for key in "0123456789*#"]
    + [(what, "") for what in ("silence", "finished", "cut", "failed", "deaf", "started", "done", "not done")]
    + [("supervisor", ""), ("stale", "")]
)
desks = st.builds(
    Availability,
    open=st.booleans(),
    agents_free=st.sampled_from([None, 0, 1]),
    hold_seconds=st.sampled_from([None, 70.0, 900.0]),
    callback=st.booleans(),
    slots=st.booleans(),
    voicemail=st.booleans(),
)
callers = st.builds(
    Caller,
    number=st.sampled_from([None, "0612345678", "0112345678"]),
    recorded=st.booleans(),
    previous_intent=st.sampled_from([None, "mac", "gone"]),
    returned_from=st.sampled_from([None, "busy"]),
)


def an_event(what: str, word: str, turn: int) -> events.Event:
    said = (Hypothesis(word),) if word else ()
    return {
        "say": events.Utterance(turn, said),
        "key": events.KeyPressed(word or "0"),
        "silence": events.DeadlineReached(),
        "finished": events.PromptFinished(turn),
        "cut": events.PromptCut(turn, 1),
        "failed": events.PromptFailed(turn, "broken"),
        "deaf": events.RecognitionFailed(turn, "broken"),
        "started": events.SpeechStarted(),
        "done": events.EffectDone(turn, succeeded=True),
        "not done": events.EffectDone(turn, succeeded=False),
        "supervisor": events.HandOffRequested("support"),
        "stale": events.PromptFinished(turn - 1),
    }[what]


@settings(max_examples=150, deadline=None)
@given(st.lists(happenings, max_size=80), desks, callers)
def test_no_storm_leaves_a_caller_in_silence(
    storm: list[tuple[str, str]], desk: Availability, caller: Caller
) -> None:
    """Until its one exit, an answered call always has a deadline."""
    talk = Conversation(FakeKnowledge(), FakeDesk(desk), caller, Offers(sms=True))
    dialogue, exits, turn = Dialogue(reception(talk)), 0, 0
    event: events.Event = events.CallAnswered()
    for now, (what, word) in enumerate([("say", ""), *storm]):
        event = event if now == 0 else an_event(what, word, turn)
        was_ended = dialogue.state is State.ENDED
        actions = dialogue.handle(event, float(now))
        assert not (was_ended and actions)
        turn = next((a.turn for a in reversed(actions) if isinstance(a, Say | Listen | Perform)), turn)
        exits += sum(isinstance(a, HangUp | Transfer | LeaveMessage) for a in actions)
        assert (dialogue.state is State.ENDED) == (exits == 1)
        assert (dialogue.deadline is None) == (dialogue.state is State.ENDED)
