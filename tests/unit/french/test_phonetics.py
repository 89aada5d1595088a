"""Text that sounds the same looks the same."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rapidfuzz import fuzz

from ivr.french.phonetics import sounds

pytestmark = pytest.mark.unit


@pytest.mark.parametrize(
    ("garbled", "meant"),
    [
        ("sa lume pas", "s'allume pas"),
        ("sans registre pas", "s'enregistre pas"),
        ("la dresse mac", "l'adresse MAC"),
        ("est berger", "hébergé"),
        ("la de mine", "l'admin"),
        ("en simule tanné", "en simultané"),
        ("un terre dire", "interdire"),
        ("des ménage", "déménage"),
        ("étain", "éteint"),
        ("sur taxé", "surtaxés"),
        ("maitre en sommeille", "mettre en sommeil"),
        ("porte ail", "portail"),
        ("y p", "IP"),
        ("p o e", "PoE"),
        ("doive", "doivent"),
        ("changeons de loco", "changeons de locaux"),
    ],
)
def test_homophones(garbled: str, meant: str) -> None:
    """What a recogniser writes instead of a word has the same sounds."""
    assert sounds(garbled) == sounds(meant)


@pytest.mark.parametrize(
    ("garbled", "meant"),
    [("à ministre acteur", "administrateur"), ("adresse marque", "adresse mac"), ("ferme wear", "firmware")],
)
def test_near_homophones(garbled: str, meant: str) -> None:
    """What is only almost the same sounds almost the same."""
    assert fuzz.ratio(sounds(garbled), sounds(meant)) >= 70


@pytest.mark.parametrize(
    ("one", "other"), [("poste", "compte"), ("suite", "suisse"), ("oui", "non"), ("mac", "ping")]
)
def test_different_words_sound_different(one: str, other: str) -> None:
    """Merging sounds does not merge the words of this line."""
    assert sounds(one) != sounds(other)


@given(st.text(max_size=100))
def test_any_text_has_sounds(text: str) -> None:
    """No input raises; sounds are plain ASCII without spaces."""
    assert sounds(text).isascii()
    assert " " not in sounds(text)
