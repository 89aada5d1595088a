"""Telephone numbers survive being said."""

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from ivr.french.phone import NUMBER_PHRASES, NUMBER_WORDS, hear_number, in_pairs, last_digits

pytestmark = pytest.mark.unit

numbers = st.from_regex(r"0[1-9][0-9]{8}", fullmatch=True)


def sound(text: str) -> str:
    """What is left of a number said without its pauses."""
    return text.replace(",", "").replace("-", " ").replace("vingts", "vingt")


@settings(max_examples=300)
@example("0100208070")
@example("0160102180")
@example("0100601071")
@given(numbers)
def test_what_is_said_is_heard(number: str) -> None:
    """What is read back is heard again, up to readings that sound the same (« soixante dix »)."""
    heard = hear_number(in_pairs(number))
    assert heard is not None
    assert sound(in_pairs(heard)) == sound(in_pairs(number))


@given(numbers)
def test_digit_by_digit(number: str) -> None:
    """A number dictated digit by digit is heard."""
    words = ["zéro", "un", "deux", "trois", "quatre", "cinq", "six", "sept", "huit", "neuf"]
    assert hear_number(" ".join(words[int(digit)] for digit in number)) == number


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("zéro quatre septante et un nonante septante deux nonante-neuf", "0471907299"),
        ("plus trente trois six douze treize quatorze quinze", "0612131415"),
        ("zéro six douze trente-quatre cinquante-six soixante-dix-huit", "0612345678"),
        ("euh alors c'est le zéro un quarante deux quatre vingt douze zéro zéro onze", "0142920011"),
        ("06 12 34 56 78", "0612345678"),
        ("plus trente trois six douze trente quatre cinquante six soixante dix huit", "0612345678"),
        ("zéro six vingt et un soixante et onze quatre-vingts quatre-vingt-dix-neuf", "0621718099"),
        ("zéro six douze", None),
        ("je ne le connais pas", None),
        ("zéro zéro un deux trois quatre cinq six sept huit", None),
    ],
)
def test_dictated_numbers(text: str, number: str | None) -> None:
    """Pairs, digits and country code all work; anything else is no number."""
    assert hear_number(text) == number


def test_read_back_in_pairs() -> None:
    """Pairs are said as French callers expect them, also in the last four digits."""
    assert in_pairs("0612005678") == "zéro six, douze, zéro zéro, cinquante-six, soixante-dix-huit"
    assert last_digits("0612005608") == "cinquante-six, zéro huit"


def test_the_phrases_hold_every_pair_a_number_is_said_in() -> None:
    """The recogniser's grammar has 00 to 99 as they are read back, and only words of numbers but « plus »."""
    said = {in_pairs(f"01{pair:02d}000000").split(", ")[1] for pair in range(100)}
    assert {pair.replace("-", " ") for pair in said} <= set(NUMBER_PHRASES)
    assert set(" ".join(NUMBER_PHRASES).split()) == {*NUMBER_WORDS, "plus"}
