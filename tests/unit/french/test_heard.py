"""What callers say, brought to one spelling."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.french.heard import LONGEST, clauses, clean, fold, words

pytestmark = pytest.mark.unit


@pytest.mark.parametrize(
    ("spoken", "plain"),
    [
        ("Bonjour, euh, mon poste ne s'allume pas, s'il vous plaît.", "mon poste s'allume pas"),
        ("mon mon poste il s’allume pas", "mon poste il s allume pas"),
        ("J'PEUX appeler l'Étranger ?", "je peux appeler l etranger"),
        ("il y a plus de tonalité", "y a plus de tonalite"),
        ("y'a plus de tonalité", "ya plus de tonalite"),
        ("est-ce que je peux", "es ce que je peux"),
        ("le t c p i p du v v x", "le TCP/IP du VVX"),
        ("mon switch est p o e", "mon switch est PoE"),
        ("chuis administrateur", "je suis administrateur"),
        ("y s'allume pus pantoute", "il s'allume plus pas du tout"),
    ],
)
def test_two_ways_of_saying_the_same(spoken: str, plain: str) -> None:
    """Contractions, elisions, politeness, fillers and stammering make no difference."""
    assert [fold(word) for word in words(spoken)] == [fold(word) for word in words(plain)]


@pytest.mark.parametrize("text", ["", "   ", "euh… ben, alors", "?!", "s'il vous plaît", "\x00\x07"])
def test_nothing_said(text: str) -> None:
    """An utterance without content has no words."""
    assert words(text) == []


@pytest.mark.parametrize(
    ("text", "heard"),
    [
        ("hein ?", ["hein"]),
        ("euh, allô ?", ["allô"]),
        ("c'est bon", ["c", "est", "bon"]),
        ("bon, mon poste est éteint", ["mon", "poste", "est", "éteint"]),
        ("allô, un conseiller", ["un", "conseiller"]),
    ],
)
def test_fillers_that_are_commands(text: str, heard: list[str]) -> None:
    """« Hein ? » alone asks to repeat, « c'est bon » agrees; elsewhere both say nothing."""
    assert words(text) == heard


def test_negation_survives() -> None:
    """« ne » is dropped as callers drop it; « pas » carries the negation."""
    assert words("il ne marche pas") == ["il", "marche", "pas"]


def test_clauses_follow_punctuation() -> None:
    """Typed text is split where its author put a mark, numbers stay whole."""
    assert clauses("Les mobiles, c'est compris ? La 6.3.1 aussi.") == [
        "les mobiles", "c'est compris", "la 6.3.1 aussi",
    ]  # fmt: skip


@given(st.text(max_size=200))
def test_any_text_is_accepted(text: str) -> None:
    """No input raises, and no word is empty."""
    assert all(word.isalnum() for word in words(text))
    assert clean(clean(text)) == clean(text)


def test_an_endless_text_is_cut() -> None:
    """Only the first characters are looked at."""
    assert len(clean("a" * 1_000_000)) == LONGEST
