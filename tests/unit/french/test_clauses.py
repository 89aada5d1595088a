"""Where one request may end and the next begin."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.french.clauses import Joint, cuts, restated

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
        ("le ping. Deuxième chose, la MAC", "le ping", "la mac", Joint.STRONG),
        ("le ping, par contre la MAC", "le ping", "la mac", Joint.STRONG),
        ("ni le ping ni la MAC", "ni le ping", "la mac", Joint.AND),
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
    assert cuts("quand j'ai mon compte, je change le code")[0].sets
    assert not cuts("je voudrais la MAC et le ping")[0].sets
    assert cuts("je voudrais la MAC et le ping")[0].asks
    assert not cuts("il est venu hier matin et le ping")[0].asks


@pytest.mark.parametrize(
    "text",
    [
        "on ajoute deux personnes, je peux le faire moi-même ?",
        "tout est ancien, alors je voudrais savoir si cela évolue",
        "en tant qu'administrateur, puis-je changer un code ?",
    ],
)
def test_a_part_that_depends_on_the_other_is_not_cut_off(text: str) -> None:
    """What draws on the first part, or only sets the scene for the second, is no question of its own."""
    assert cuts(text) == []


@pytest.mark.parametrize(
    ("text", "instead"),
    [
        ("c'est le ping, euh non pardon, la MAC", "la mac"),
        ("il ne s'allume pas, enfin si, il ne s'enregistre pas", "il ne s enregistre pas"),
        ("c'est pour bloquer, non, c'est pour le prix", "pour le prix"),
        ("l'adresse IP, non pas IP, l'adresse MAC, je me trompe, le ping", "le ping"),
        ("les mobiles sont compris ou non, c'est la question", None),
        ("il est marqué non enregistré", None),
        ("pardon", None),
        ("le ping, je veux dire", None),
    ],
)
def test_what_is_said_instead(text: str, instead: str | None) -> None:
    """Words taken back do not count: what comes after the last « non pardon » does."""
    assert restated(text) == instead


@given(st.text(max_size=200))
def test_any_text_is_accepted(text: str) -> None:
    """No input raises, and the number of cuts is bounded."""
    assert len(cuts(text, at_most=3)) <= 3
