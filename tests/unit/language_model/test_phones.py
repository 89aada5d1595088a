"""The mapping from espeak-ng's IPA to the units of the acoustic model."""

import pytest

from ivr.language_model import phones

pytestmark = pytest.mark.unit


def test_the_blank_comes_first() -> None:
    """CTC's blank is unit 0, and every unit has one number."""
    assert phones.PHONE_ID[phones.BLANK] == 0
    assert sorted(phones.PHONE_ID.values()) == list(range(len(phones.PHONES)))


@pytest.mark.parametrize(
    ("ipa", "expected"),
    [
        ("bɔ̃ʒˈuʁ", "b o~ Z u R"),
        ("vˈɛ̃", "v e~"),
        ("œ̃", "e~"),
        ("ʒə-", "Z 2"),
        ("tʃ dʒ", "t S d Z"),
        ("aɲo", "a n j o"),
        ("(en)pˈɪŋ(fr)", "p i n g"),
        ("", ""),
    ],
)
def test_ipa_becomes_phones(ipa: str, expected: str) -> None:
    """Stress, length and language marks vanish; contrasts lost on the telephone are merged."""
    assert phones.from_ipa(ipa) == tuple(expected.split())


def test_schwa_is_kept_apart_on_demand() -> None:
    """Rules that drop schwa can still see it."""
    assert phones.with_schwa("ʒə-") == ("Z", phones.SCHWA)


def test_an_unknown_symbol_is_named() -> None:
    """No symbol is dropped silently."""
    with pytest.raises(ValueError, match="'ǃ'"):
        phones.from_ipa("aǃ")


def test_every_result_is_a_unit() -> None:
    """The table gives known units only."""
    for symbol in ("ɑ̃", "ɣ", "ʎ", "ɚ", "c", "ɱ"):
        assert set(phones.from_ipa(symbol)) <= set(phones.PHONES)
