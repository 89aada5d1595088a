"""Phrases of the FAQ are found in what callers say."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.french.phrases import fold, says

pytestmark = pytest.mark.unit


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("L'adresse e-mail", "l adresse e mail"),
        ("Où ÇA, cœur ?", "ou ca coeur"),
        ("  ", ""),
        ("l’étiquette…", "l etiquette"),
    ],
)
def test_fold_keeps_bare_words(text: str, folded: str) -> None:
    """Accents, capitals, apostrophes and punctuation make no difference."""
    assert fold(text) == folded


def test_whole_words_only() -> None:
    """« suite » is not found in « ensuite »."""
    assert says("ensuite on verra", ["suite"]) is None
    assert says("la suite !", ["suite"]) == "suite"


def test_words_stand_side_by_side() -> None:
    """A phrase is found only with its words in order and together."""
    assert says("je ne veux pas le garder", ["pas garder"]) is None
    assert says("je préfère ne pas garder son numéro", ["pas garder"]) == "pas garder"


def test_the_first_phrase_wins() -> None:
    """The order of the list decides, so that a negative can be listed before its positive."""
    assert says("ne pas garder le numéro", ["pas garder", "garder"]) == "pas garder"


@given(st.lists(st.text(alphabet="abcdéèçàœ'-", min_size=1), min_size=1))
def test_a_text_says_each_of_its_folded_words(words: list[str]) -> None:
    """Every word of a text is found in it."""
    text = " ".join(words)
    for word in fold(text).split():
        assert says(text, [word]) == word


@given(st.text())
def test_fold_is_idempotent(text: str) -> None:
    """Folding what is folded changes nothing."""
    assert fold(fold(text)) == fold(text)
