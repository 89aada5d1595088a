"""How sentences become the recogniser's words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.language_model.text import joined, words

pytestmark = pytest.mark.unit


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("Quels sont les tarifs vers l'étranger ?", "quels sont les tarifs vers l' étranger"),
        ("Qu’est-ce que c'est ?", "qu' est ce que c' est"),
        ("le 06 12 34", "le zéro six douze trente quatre"),
        ("0612", "zéro six douze"),
        ("24h/24", "vingt quatre h vingt quatre"),
        ("l'I.P. du poste", "l' ip du poste"),
        ("Poly® VVX", "poly vvx"),
        ("e\u0301teint", "éteint"),
        ("« … »", ""),
    ],
)
def test_words(sentence: str, expected: str) -> None:
    """Lower case, elisions apart, hyphens open, numbers as callers say them."""
    assert words(sentence) == expected.split()


def test_joined_is_what_people_write() -> None:
    """No space stays after an elision."""
    assert joined(["vers", "l'", "étranger"]) == "vers l'étranger"


@given(st.text(max_size=80))
def test_words_read_again_are_the_same(text: str) -> None:
    """Splitting is stable: the words of the words are the words."""
    once = words(text)
    assert words(" ".join(once)) == once
