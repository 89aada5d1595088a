"""What is denied, and whether something is asked."""

import pytest

from ivr.french.heard import words
from ivr.knowledge.matching.polarity import denied, stance
from ivr.knowledge.matching.stems import stem, stems

pytestmark = pytest.mark.unit


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("non pas de conseiller", {"conseiller"}),
        ("je ne veux plus être rappelé", {"veux", "être", "rappelé"}),
        ("ça marche pas", {"marche"}),
        ("parlez plus fort", set()),
        ("c'est exact", set()),
    ],
)
def test_what_is_denied(text: str, what: set[str]) -> None:
    """The verb before a negation, and what follows it; « plus fort » denies nothing."""
    assert set(denied(stems(words(text)))) == {stem(word) for word in what}


@pytest.mark.parametrize(
    ("text", "how"),
    [
        ("combien exactement", {"affirms", "asks"}),
        ("pas exactement", {"denies", "tells"}),
        ("exactement", {"affirms", "tells"}),
        ("pourquoi pas", {"denies", "asks"}),
    ],
)
def test_a_stance(text: str, how: set[str]) -> None:
    """Affirming or denying, telling or asking."""
    assert set(stance(stems(words(text)))) == how
