"""Transcripts drive a call and are compared with it."""

import pytest

from ivr.dialogue.understanding import Command, Guard, Outcome, Reject
from ivr.errors import ConfigurationError
from ivr.simulator.transcript import replay, understanding
from tests.fakes import FakeKnowledge

pytestmark = pytest.mark.unit

CALL = """\
# A question about three things.
@ desk {agents_free: 1}
IVR     accueil.1
IVR     menu.1
CALLER  {answer mac} où est-elle
IVR     L'adresse MAC se lit sur l'écran.
IVR     nav.suite.1
KEY     0
IVR     tr.libre
IVR     tr.contexte
END     Transfer(queue='support', reason='requested', intent='mac')
"""


def test_a_transcript_that_is_true_comes_back_unchanged() -> None:
    """Comments, settings and the caller's lines are kept; the line's own are said again."""
    assert replay(CALL, FakeKnowledge()) == CALL


def test_what_the_line_says_replaces_what_was_written() -> None:
    """A prompt that changed shows."""
    assert replay(CALL.replace("menu.1", "menu.2"), FakeKnowledge()) == CALL


def test_the_knowledge_understands_what_is_not_dictated() -> None:
    """Without braces the real matcher decides."""
    assert "IVR     Le support s'en occupe." in replay("CALLER  site\n", FakeKnowledge())


@pytest.mark.parametrize(
    ("transcript", "complaint"),
    [
        ("CALLER  mac\nSINGER  la la\n", "call.txt:2: expected CALLER"),
        ("CALLER  goodbye\nCALLER  mac\n", "call.txt:2: the call is over"),
        ("@ weather {sunny: true}\n", "call.txt:1: unknown setting « weather »"),
        ("@ desk {opne: true}\n", "call.txt:1: "),
        ("CALLER  {perhaps mac} hm\n", "call.txt:1: "),
    ],
)
def test_a_line_that_means_nothing_is_named(transcript: str, complaint: str) -> None:
    """Errors name the file and the line."""
    with pytest.raises(ConfigurationError, match=complaint.replace("(", r"\(")):
        replay(transcript, FakeKnowledge(), "call.txt")


def test_meanings() -> None:
    """Braces hold an outcome with its intents, a command, a reject or a guard."""
    assert understanding("answer mac site", "x").outcome is Outcome.ANSWER
    assert [c.intent for c in understanding("corrects choose mac site", "x").intents] == ["mac", "site"]
    assert understanding("corrects answer mac", "x").corrects
    assert understanding("yes", "x").command is Command.YES
    assert understanding("near-miss", "x").reject is Reject.NEAR_MISS
    assert understanding("emergency", "x").guard is Guard.EMERGENCY
