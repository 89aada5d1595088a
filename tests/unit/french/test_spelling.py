"""What is spelled on request."""

import pytest

from ivr.french.spelling import spelled

pytestmark = pytest.mark.unit


@pytest.mark.parametrize(
    ("text", "letters"),
    [
        ("Connectez-vous à votre portail UCEP.", "UCEP : U, C, E, P"),
        ("Un switch PoE, ou le PoE.", "PoE : P, O, E"),
        ("C'est géré en mode Centrex.", "Centrex : C, E, N, T, R, E, X"),
        ("Appuyez sur la touche menu.", ""),
    ],
)
def test_acronyms_else_names(text: str, letters: str) -> None:
    """Each once."""
    assert spelled(text) == letters
