"""What cannot be spoken is refused with the word to change."""

import pytest

from ivr.knowledge.wording import flaws

pytestmark = pytest.mark.unit


@pytest.mark.parametrize(
    "text",
    [
        "Choisissez configuration, puis état, puis paramètres TCP/IP.",
        "Votre question porte sur {label}. C'est bien ça ?",
        "Dites « {mot-a} », « {mot-b} », ou « aucun des deux ».",
        "Deuxième point : l'état du réseau, c'est-à-dire l’adresse…",
    ],
)
def test_good_lines(text: str) -> None:
    """Guillemets, slots, apostrophes and the one protocol that is read out are fine."""
    assert list(flaws(text)) == []


@pytest.mark.parametrize(
    ("text", "remedy"),
    [
        ("mot " * 36 + ".", "36 words, at most 35"),
        ("mot " * 27 + ".", "a sentence of 27 words, at most 26"),
        ("Oui ? Non ?", "two questions"),
        ("Appuyez sur 5.", "spell the figure « 5 »"),
        ("Voyez https://exemple.fr.", "an address cannot be spoken"),
        ("Voyez www.exemple.fr.", "an address cannot be spoken"),
        ("Configuration > état.", "« > » cannot be spoken"),
        ("Le poste (fixe).", "« ( » cannot be spoken"),
        ("Cent %.", "« % » cannot be spoken"),
        ('Dites "suite".', "cannot be spoken"),
        ("Oui?", "French typography"),
        ("Dites «suite».", "French typography"),
        ("Sur {nom}.", "unknown slot {nom}"),
        ("Sur {Label}.", "a brace that is no slot"),
    ],
)
def test_flaws(text: str, remedy: str) -> None:
    """Each flaw is named with its remedy."""
    found = list(flaws(text))
    assert any(remedy in str(flaw) for flaw in found), found
