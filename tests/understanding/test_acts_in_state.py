"""What the line does about an utterance, in the state in which it was said.

The real matcher, the real prompts. ``acts_in_state.tsv`` holds state, utterance and what may follow, written
before the code that passes it.
"""

from fnmatch import fnmatchcase
from pathlib import Path
from typing import cast

import pytest

from ivr.knowledge.published import PublishedKnowledge
from tests.understanding.states import done, reach

pytestmark = pytest.mark.unit

FLOOR = 0.9
"""Of the acts that are right; most utterances are here because an earlier line failed at them."""
CASES = [
    cast(tuple[str, str, str], tuple(line.split("\t")))
    for line in Path(__file__).with_suffix(".tsv").with_stem("acts_in_state").read_text("utf-8").splitlines()
]


def acts(knowledge: PublishedKnowledge, state: str, utterance: str) -> tuple[str, list[str]]:
    """Return the question pending in *state*, and what is done about *utterance* there."""
    call, _, before = reach(knowledge, state)
    return before[-1], done(call.say(utterance) + call.listen())


def is_right(expected: str, pending: str, did: list[str]) -> bool:
    """Whether one of the alternatives of *expected* is among what was done."""
    ended = {"HANGUP", "TRANSFER", "MESSAGE"} & set(did)
    for each in expected.split("|"):
        if each == "!":
            right = bool(did) and not ended
        elif each == "LISTEN":
            right = not did
        elif each == "PENDING":
            right = bool(did) and did[-1] == pending and not ended
        else:
            right = any(fnmatchcase(act, each) for act in did)
            right = right and (not ended or each in ended or each.startswith(("tr.", "fin.", "cb.", "BOOK")))
        if right:
            return True
    return False


@pytest.fixture(scope="module")
def outcomes(knowledge: PublishedKnowledge) -> list[tuple[str, str, str, str, list[str]]]:
    """Every case, and what is done about it."""
    return [(*case, *acts(knowledge, case[0], case[1])) for case in CASES]


def test_most_acts_are_right(outcomes: list[tuple[str, str, str, str, list[str]]]) -> None:
    """And every failure is shown."""
    wrong = [
        f"{state}: « {utterance} » → {' '.join(did) or 'LISTEN'}, not {expected}"
        for state, utterance, expected, pending, did in outcomes
        if not is_right(expected, pending, did)
    ]
    right = 1 - len(wrong) / len(CASES)
    assert right >= FLOOR, f"{right:.3f}\n" + "\n".join(wrong)


def test_nobody_is_hung_up_on_who_did_not_say_so(
    outcomes: list[tuple[str, str, str, str, list[str]]],
) -> None:
    """The act that cannot be undone is not done unless it was asked for."""
    for state, utterance, expected, _, did in outcomes:
        if not {"HANGUP", "fin.question", "cb.abandon", "BOOK*"} & set(expected.split("|")):
            assert "HANGUP" not in did, (state, utterance)
