"""Cards, social security, accounts and telephones: known by their sums, at once or over several turns."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.french.private_numbers import dictated_over, identifies, is_card, is_iban, is_nir, spoken_digits

pytestmark = pytest.mark.unit

CARD, NIR, IBAN = "4111111111111111", "255081416802538", "fr1420041010050500013m02606"
"""A card for tests, and the examples of Insee and of the IBAN registry: nobody's."""


def test_each_number_is_known_by_its_sum() -> None:
    """One digit changed, and it is none."""
    assert (is_card(CARD), is_card(CARD[:-1] + "2"), is_card("0")) == (True, False, False)
    assert (is_nir(NIR), is_nir(NIR[:-1] + "9")) == (True, False)
    assert (is_iban(IBAN), is_iban(IBAN.replace("fr14", "fr15"))) == (True, False)


def test_the_key_of_who_was_born_in_corsica() -> None:
    """2A counts as 19, 2B as 18."""
    body = "25508{}168025"
    for letters, figures in (("2a", "19"), ("2b", "18")):
        key = 97 - int(body.format(figures)) % 97
        assert is_nir(f"{body.format(letters)}{key:02}")


@pytest.mark.parametrize("number", [CARD, NIR, IBAN, "0612345678", "00442079460000", f"12{CARD}3"])
def test_what_somebody_is_known_by_is_found(number: str) -> None:
    """Among other figures, too."""
    assert identifies(number)


@pytest.mark.parametrize("number", ["", "631", "2026", "4111111111111112", "1234567"])
def test_other_figures_are_nobodys(number: str) -> None:
    """Versions, years, figures without the sum."""
    assert not identifies(number)


@pytest.mark.parametrize(
    ("text", "digits"),
    [
        ("quarante-neuf soixante et onze", "4971"),
        ("quatre mille neuf cent soixante et onze", "4971"),
        ("zéro six douze", "0612"),
        ("0612 34", "061234"),
        ("bonjour", ""),
    ],
)
def test_numbers_are_read_as_they_are_written(text: str, digits: str) -> None:
    """In words or figures, the longest number first."""
    assert spoken_digits(text) == digits


@pytest.mark.parametrize("number", [CARD, NIR, "0612345678", "00442079460000"])
@given(cut=st.integers(1, 9))
def test_a_number_cut_anywhere_is_found(number: str, cut: int) -> None:
    """Whatever is said around its halves."""
    assert dictated_over([f"alors c'est le {number[:cut]}", f"et puis {number[cut:]} voilà"])


def test_an_account_is_found_over_turns() -> None:
    """Its letters belong to it."""
    assert dictated_over(["mon iban c'est fr14 2004", "1010 0505", "0001 3m02 606"])


@given(st.lists(st.text(max_size=300), max_size=4))
def test_any_text_is_looked_at(texts: list[str]) -> None:
    """Nothing that is said, or typed, raises."""
    assert dictated_over(texts) in (True, False)
