"""Passwords that callers say aloud are noticed; what they say about passwords is not."""

import pytest

from ivr.french.passwords import tells_a_password

pytestmark = pytest.mark.unit

TOLD = [
    "mon mot de passe c'est toto quarante deux",
    "Mon mot de passe est Azerty123.",
    "le mot de passe du compte c'est soleil vingt deux",
    "alors mon code c'est douze trente quatre",
    "le code pin c'est quatre zéro zéro un",
    "mon ancien mot de passe était marguerite",
    "mon mot de passe lui c'est soleil",
    "le mot de passe qu'on m'a donné c'est azerty",
    "mon mot de passe soleil vingt-deux ne marche pas",
    "le mot de passe s majuscule o l e i l",
    "comme mot de passe j'ai mis marguerite",
    "j'ai mis marguerite comme mot de passe",
    "c'est soleil vingt-deux mon mot de passe",
    "identifiant dupont mot de passe soleil",
    "le code wifi c'est maison bleue",
    "le code reçu c'est quatre cinq six",
    "la phrase de passe est le chat dort",
]
ABOUT = [
    "mon mot de passe est perdu",
    "le mot de passe n'est pas bon",
    "mon mot de passe c'est pas le bon",
    "mon mot de passe est expiré",
    "le mot de passe est refusé",
    "mot de passe oublié",
    "je voudrais changer mon mot de passe",
    "le mot de passe c'est où qu'on le change",
    "le mot de passe de mon collègue est bloqué",
    "mon mot de passe c'est quoi",
    "le code postal est sur le contrat",
    "le mot de passe est toujours le même",
    "encore un qui a perdu son mot de passe c'est pénible",
    "mon identifiant et mon mot de passe sont perdus",
    "le mot de passe qu'on m'a donné est refusé",
    "je mets mon mot de passe et rien",
    "c'est pour mon mot de passe",
    "combien de caractères pour le mot de passe",
]


@pytest.mark.parametrize("text", TOLD)
def test_a_password_said_aloud_is_noticed(text: str) -> None:
    """With its value, in words or figures."""
    assert tells_a_password(text)


@pytest.mark.parametrize("text", ABOUT)
def test_talking_about_a_password_is_no_secret(text: str) -> None:
    """Lost, expired, refused: that is the question."""
    assert not tells_a_password(text)
