"""Numbers, places in a row and versions, as callers say them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.french.numbers import say_integer
from ivr.french.numerals import numerals, read_numeral
from ivr.french.phrases import fold
from ivr.french.places import hear_place
from ivr.french.versions import at_least, hear_version, same_version

pytestmark = pytest.mark.unit


@given(st.integers(0, 999))
def test_what_is_said_is_read(number: int) -> None:
    """Every number below a thousand is read as it is said, whole."""
    words = fold(say_integer(number)).split()
    assert read_numeral(words) == (number, len(words))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("septante-deux nonante-trois huitante et un", [72, 93, 81]),
        ("entre neuf heures et 17 h", [9, 17]),
        ("quatre cent soixante-quinze", [475]),
        ("rien du tout", []),
    ],
)
def test_numbers_of_a_sentence(text: str, expected: list[int]) -> None:
    """Belgian and Swiss tens, digits and hundreds are read too."""
    assert list(numerals(text)) == expected


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("deux", 2),
        ("la 2", 2),
        ("euh, plutôt le second", 2),
        ("la première proposition s'il vous plaît", 1),
        ("le premier que vous avez dit", 1),
        ("option trois", 3),
        ("le numéro quatre", 4),
        ("la dernière", -1),
        ("les deux", None),
        ("j'ai deux questions", None),
        ("zéro", None),
        ("le poste", None),
        ("", None),
    ],
)
def test_a_place_in_a_row(text: str, place: int | None) -> None:
    """A reply that is nothing but a place names it; a number in a sentence does not."""
    assert hear_place(text) == place


@pytest.mark.parametrize(
    ("text", "version"),
    [
        ("c'est écrit cinq point neuf point six", (5, 9, 6)),
        ("j'ai la cinq neuf", (5, 9)),
        ("j'ai la 5,9", (5, 9)),
        ("version six", (6,)),
        ("j'en vois deux", None),
        ("je ne vois rien", None),
    ],
)
def test_a_version(text: str, version: tuple[int, ...] | None) -> None:
    """Versions are read with « point » or without, one number only beside the word."""
    assert hear_version(text) == version


def test_versions_compare() -> None:
    """As far as both are known."""
    assert at_least((5, 9), (5, 9, 6))
    assert at_least((6,), (5, 9, 6))
    assert not at_least((5, 8, 7), (5, 9, 6))
    assert same_version((5, 9), (5, 9, 6))
    assert not same_version((5, 8), (5, 9, 6))
    assert not same_version((), (5, 9, 6))
