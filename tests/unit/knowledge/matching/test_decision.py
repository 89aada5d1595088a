"""A careful receptionist's rules."""

from dataclasses import replace

import pytest

from ivr.dialogue.understanding import Candidate, Command, Outcome, Reject
from ivr.knowledge.matching.decision import Belief, Thresholds, decide

pytestmark = pytest.mark.unit


def belief(*intents: float, command: float = 0.0, reject: float = 0.0) -> Belief:
    candidates = tuple(Candidate(f"i{n}", score) for n, score in enumerate(intents))
    trust = max(intents, default=0.0)
    return Belief(candidates, ((Command.AGENT, command),), ((Reject.OUT_OF_SCOPE, reject),), trust=trust)


@pytest.mark.parametrize(
    ("held", "outcome", "offered"),
    [
        (belief(0.95, 0.03), Outcome.ANSWER, 1),
        (belief(0.50, 0.10, reject=0.1), Outcome.CONFIRM, 1),
        (belief(0.48, 0.44), Outcome.CHOOSE, 2),
        (belief(0.25, 0.2, 0.2, reject=0.2), Outcome.CHOOSE, 3),
        (belief(0.05, 0.04, 0.03, reject=0.2), Outcome.REJECT, 3),
        (belief(0.10, 0.02, reject=0.85), Outcome.REJECT, 2),
        (belief(0.20, command=0.7), Outcome.COMMAND, 0),
        (Belief((), (), ()), Outcome.REJECT, 0),
    ],
)
def test_outcomes(held: Belief, outcome: Outcome, offered: int) -> None:
    """Sure: answer; fairly sure: confirm; torn: offer; obey commands; else decline."""
    decided = decide("x", held, Thresholds())
    assert decided.outcome is outcome
    assert len(decided.intents) == offered


def test_likely_but_not_trusted_is_confirmed() -> None:
    """Votes for what leaves half of the utterance unexplained are no answer yet."""
    doubtful = replace(belief(0.95, 0.03), trust=0.5)
    assert decide("x", doubtful, Thresholds()).outcome is Outcome.CONFIRM


def test_reasons_for_declining() -> None:
    """What was understood as foreign is out of scope; what was not understood is no match."""
    assert decide("x", belief(0.1, reject=0.8), Thresholds()).reject is Reject.OUT_OF_SCOPE
    assert decide("x", belief(0.1, 0.1, 0.05, reject=0.05), Thresholds()).reject is Reject.NO_MATCH


def test_caution_can_be_configured() -> None:
    """A higher threshold asks back instead of answering."""
    assert decide("x", belief(0.9), Thresholds(answer=0.95)).outcome is Outcome.CONFIRM


def test_a_command_that_is_a_part_of_what_was_said_is_doubtful() -> None:
    """It is obeyed where that can be taken back, and asked about where it cannot."""
    heard = belief(0.1, command=0.7)
    assert decide("x", replace(heard, obeyed=0.5), Thresholds()).doubtful
    assert not decide("x", replace(heard, obeyed=0.7), Thresholds()).doubtful
