"""Text that a person enters: normalised, whole or refused."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.console.entered_text import TooLong, TooMany, bounded, normalised, taken

pytestmark = pytest.mark.unit


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("re\u0301initialiser", "réinitialiser"),  # a Mac, a PDF
        ("mot\u200bde\u00adpasse\ufeff", "motdepasse"),
        ("un\r\ndeux\rtrois\u2028quatre", "un\ndeux\ntrois\nquatre"),
        ("a\x00b\x1b[0m", "ab[0m"),
        ("l\u2019été\u00a0: «\u202fvite\u202f»", "l\u2019été\u00a0: «\u202fvite\u202f»"),
        ("cœur\tà gauche", "cœur\tà gauche"),
    ],
)
def test_text_that_looks_the_same_is_the_same(typed: str, kept: str) -> None:
    """Composed letters, plain line ends and nothing invisible; French spacing stays."""
    assert normalised(typed) == kept


@given(st.text())
def test_normalising_twice_changes_nothing(text: str) -> None:
    """What was normalised stays as it is, and is composed."""
    once = normalised(text)
    assert normalised(once) == once
    assert unicodedata.is_normalized("NFC", once)


def test_a_text_at_its_limit_is_taken_whole_and_one_more_is_refused() -> None:
    """The limit counts what is seen, and the refusal names both numbers."""
    assert taken("label", "e\u0301" * 10, 10) == "é" * 10
    with pytest.raises(TooLong, match=r"Sujet.*10 caractères au plus.*11"):
        taken("label", "é" * 11, 10)


def test_rows_beyond_their_number_are_refused() -> None:
    """No row is left out in silence."""
    assert bounded([1, 2], "étapes", 2) == [1, 2]
    with pytest.raises(TooMany, match=r"2 étapes au plus ; il y en a 3"):
        bounded([1, 2, 3], "étapes", 2)
