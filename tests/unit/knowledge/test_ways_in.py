"""Callers who ask for a detail of an answer hear that detail first."""

import pytest

from ivr.dialogue.entry_points import way_in
from ivr.knowledge.faq import load_faq
from tests.shipped import PROMPTS

pytestmark = pytest.mark.unit

FAQ = load_faq(PROMPTS / "faq")


@pytest.mark.parametrize(
    ("intent", "said", "line"),
    [
        ("poste-ip-ne-fonctionne-pas", "mon poste ip ne marche pas", "r"),
        ("poste-ip-ne-fonctionne-pas", "le poste a été bloqué", "e3"),
        ("poste-ip-ne-fonctionne-pas", "il n'était pas déclaré", "e3"),
        ("poste-ip-ne-fonctionne-pas", "où est le guide d'installation", "guide"),
        ("poste-ip-ne-fonctionne-pas", "j'ai suivi le guide d'installation et rien ne marche", "e1"),
        ("version-firmware", "où je trouve la version de firmware", "r"),
        ("version-firmware", "quelle est la version minimum", "r.minimum"),
        ("adresse-mac", "où est l'adresse mac", "r"),
        ("adresse-mac", "l'étiquette et l'écran ne correspondent pas", "r.difference"),
        ("test-ping", "comment on fait un ping", "r"),
        ("test-ping", "j'ai zéro pour cent de paquets perdus", "r.resultat"),
        ("test-ping", "j'ai trente-deux pour cent de paquets perdus", "entre-deux"),
        ("test-ping", "comment interpréter packet lost", "r.resultat"),
        ("appels-simultanes", "combien d'appels en même temps", "r"),
        ("appels-simultanes", "peut-on avoir plus de cinq appels", "plus"),
        ("fonctionnement-solution", "comment ça marche", "r"),
        ("fonctionnement-solution", "qui entretient le standard", "e2"),
        ("fonctionnement-solution", "faut-il garder le PABX", "e1"),
        ("depart-collaborateur", "mon collaborateur s'en va", "r"),
        ("depart-collaborateur", "je veux garder son numéro", "sommeil.1"),
        ("depart-collaborateur", "je ne veux pas garder le numéro", "r"),
        ("depart-collaborateur", "c'est quoi la mise en sommeil", "sommeil.1"),
        ("mot-de-passe-collaborateur", "il a perdu son mot de passe", "r"),
        ("mot-de-passe-collaborateur", "il a perdu ses identifiants et son mot de passe", "r"),
        ("mot-de-passe-collaborateur", "il a perdu son identifiant", "r.identifiant"),
        ("mot-de-passe-collaborateur", "je n'ai pas l'accès administrateur", "sans-admin"),
    ],
)
def test_openings(intent: str, said: str, line: str) -> None:
    """Each alternative opening of the design is chosen by words that ask for it, and by no others."""
    assert way_in(FAQ[intent], [said]).line == line


def test_a_lost_identifier_has_its_own_order() -> None:
    """Only the identifier is lost: what it is comes before the new password."""
    assert way_in(FAQ["mot-de-passe-collaborateur"], ["son identifiant"]).path == ("e3", "e1", "e4")


@pytest.mark.parametrize(
    ("said", "line", "name"),
    [
        ("est-ce que la messagerie vocale est comprise", "oui", "la messagerie vocale"),
        ("ai-je la conférence à trois", "oui", "la conférence à trois"),
        ("l'annuaire unique est-il inclus", "oui", "la gestion de l'annuaire unique"),
        ("est-ce qu'on a un annuaire", "oui", "l'annuaire d'entreprise"),
        ("le fax virtuel est-il compris", "option", "le fax virtuel"),
        ("le serveur vocal interactif c'est en option", "option", "le serveur vocal interactif"),
        ("est-ce que j'ai la visioconférence", "inconnu", None),
        ("quelles sont les fonctionnalités incluses", "r", None),
        ("est-ce que je peux avoir la liste des fonctionnalités", "r", None),
        ("qu'est-ce que je peux faire avec mon offre", "r", None),
    ],
)
def test_features(said: str, line: str, name: str | None) -> None:
    """A yes/no question about one feature is answered by yes, option or unknown; a list by the list."""
    begin = way_in(FAQ["fonctionnalites-incluses"], [said])
    assert begin.line == line
    assert (begin.item.name if begin.item else None) == name


def test_every_listed_feature_is_found_by_its_own_name() -> None:
    """No item of the catalogue hides behind another."""
    catalogue = FAQ["fonctionnalites-incluses"].catalogue
    assert catalogue is not None
    for item in catalogue.items:
        for phrase in item.say:
            begin = way_in(FAQ["fonctionnalites-incluses"], [f"est-ce que {phrase} c'est compris"])
            assert begin.item == item or "services" in phrase, phrase
