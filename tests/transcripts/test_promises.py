"""Promises about every call, checked on the real FAQ."""

import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ivr.dialogue.actions import Line
from ivr.dialogue.prompt_segments import spoken_seconds
from ivr.knowledge.published import PublishedKnowledge, load_content
from ivr.simulator.transcript import Replay
from tests.shipped import PROMPTS

pytestmark = pytest.mark.transcripts

CONTENT = load_content(PROMPTS)
MOVES = [
    "next", "yes", "no", "back", "repeat", "slower", "help", "no-match", "noise", "near-miss",
    "wait", "presence", "hours", "anger",
]  # fmt: skip
LOCAL = ["réseau", "firmware", "adresse MAC", "ping", "je ne sais pas", "utilisateurs", "lien", "guide"]
moves = st.lists(st.sampled_from([*MOVES, *LOCAL, "answer adresse-mac", "confirm test-ping"]), max_size=8)


class NoMatcher:
    """Never asked: every utterance here says what it means."""

    def understand(self, hypotheses: object, closed: object, context: object) -> object:
        raise AssertionError(f"dictate what this means: {hypotheses}")


KNOWLEDGE = PublishedKnowledge(CONTENT, NoMatcher())  # type: ignore[arg-type]


def after(intent: str, steps: list[str]) -> Replay:
    """A call about *intent*, after these moves of the caller."""
    call = Replay(KNOWLEDGE)
    call.read(f"CALLER {{answer {intent}}} ma question")
    for step in steps:
        if call.hear_out():
            break
        meaning = step if step not in LOCAL else "no-match"
        call.read(f"CALLER {{{meaning}}} {step if step in LOCAL else 'bla'}")
    return call


@settings(max_examples=150, deadline=None)
@given(
    st.sampled_from(CONTENT.faq.intents),
    moves,
    st.sampled_from(["CALLER  {agent} un conseiller", "KEY     0"]),
)
def test_every_answer_can_be_left_by_asking_for_an_agent(intent: str, steps: list[str], wish: str) -> None:
    """Wherever a caller is, « conseiller » and zero lead to a person."""
    call = after(intent, steps)
    if not call.hear_out():
        call.read(wish)
        assert call.hear_out()
        assert call.told[-1].startswith("END     Transfer(")


@settings(max_examples=100, deadline=None)
@given(st.sampled_from(CONTENT.faq.intents), moves)
def test_every_turn_says_something_and_a_silent_caller_is_let_go(intent: str, steps: list[str]) -> None:
    """Whatever was said before, at most five silences end the call."""
    call = after(intent, steps)
    for _ in range(5):
        if not call.hear_out():
            call.read("(silence)")
    assert call.hear_out()


def test_no_line_is_longer_than_ten_seconds() -> None:
    """At 165 words a minute."""
    long = [prompt for prompt, text in CONTENT.spoken().items() if spoken_seconds((Line(prompt, text),)) > 10]
    assert long == []


ELSEWHERE = {
    "msg.ok": "said by the voicemail",
    "msg.relire": "said by the voicemail",
    "msg.vide": "said by the voicemail",
    "ni.3.sans-touches": "for a line without keys",
    "tr.agent": "shown to the agent",
    "tr.attente.2": "said by the queue",
    "tr.attente.position": "said by the queue",
}
"""Lines that no transcript says, and why."""


def test_every_line_is_said_in_some_transcript() -> None:
    """What callers can hear has been heard: every line of every answer, every shared prompt."""
    told = "\n".join(path.read_text(encoding="utf-8") for path in Path(__file__).parent.glob("*.txt"))
    silent = {prompt for prompt, text in CONTENT.spoken().items() if not is_said(text, told)}
    assert silent == ELSEWHERE.keys()


def is_said(text: str, told: str) -> bool:
    """Whether *told* has *text*, whatever its slots were filled with."""
    pieces = [piece.strip(" .?") for piece in re.split(r"\{[a-z-]+\}", text)]
    return all(piece in told for piece in pieces)
