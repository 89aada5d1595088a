"""Where one request may end and the next begin."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.french.clauses import Joint, cuts

pytestmark = pytest.mark.unit


@pytest.mark.parametrize(
    ("text", "before", "after", "joint"),
    [
        ("L'adresse MAC et la version", "l adresse mac", "la version", Joint.AND),
        (
            "les mobiles sont compris ? et l'étranger ?",
            "les mobiles sont compris",
            "et l etranger",
            Joint.STRONG,
        ),
        ("le ping et puis la MAC", "le ping", "la mac", Joint.STRONG),
        ("il est branché, il ne marche pas", "il est branche", "il ne marche pas", Joint.PAUSE),
    ],
)
def test_cuts(text: str, before: str, after: str, joint: Joint) -> None:
    """Connectives and punctuation are places to cut; the strongest comes first."""
    first = cuts(text)[0]
    assert (first.before, first.after, first.joint) == (before, after, joint)


@pytest.mark.parametrize("text", ["", "mon poste ne s'allume pas", "et", "et le reste", "etage", "la 6.3.1"])
def test_nothing_to_cut(text: str) -> None:
    """A cut needs words on both sides."""
    assert cuts(text) == []


def test_a_setting_is_no_request() -> None:
    """« Avec mon compte administrateur, … » sets the scene, « je voudrais… et… » asks."""
    assert cuts("avec mon compte, je change le code")[0].sets
    assert not cuts("je voudrais la MAC et le ping")[0].sets
    assert cuts("je voudrais la MAC et le ping")[0].asks
    assert not cuts("il est venu hier matin et le ping")[0].asks


@given(st.text(max_size=200))
def test_any_text_is_accepted(text: str) -> None:
    """No input raises, and the number of cuts is bounded."""
    assert len(cuts(text, at_most=3)) <= 3
