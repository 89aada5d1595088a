"""Yes, no and goodbye, as whole phrases."""

import pytest

from ivr.french.assent import assent, refuses_agent, takes_leave

pytestmark = pytest.mark.unit


@pytest.mark.parametrize(
    "text",
    [
        "oui", "oui volontiers", "c'est bon allez-y",
        "ben ouais passez-le moi", "parfait c'est ça", "en gros oui",
        "c'est exact", "oui c'est le bon numéro", "je veux bien oui", "pourquoi pas",
    ],
)  # fmt: skip
def test_yes(text: str) -> None:
    """In whatever words."""
    assert assent(text) is True


@pytest.mark.parametrize(
    "text",
    [
        "non", "non merci ça ira", "surtout pas de conseiller",
        "non je ne veux parler à personne", "pas vraiment",
        "c'est inexact", "pas tout à fait", "ce n'est pas exactement ça", "plus tard", "pas maintenant merci",
        "non vous vous êtes trompé", "il y a une erreur", "laissez tomber",
    ],
)  # fmt: skip
def test_no(text: str) -> None:
    """« Inexact » is no « exact », « pas maintenant » no « maintenant »."""
    assert assent(text) is False


@pytest.mark.parametrize(
    "text",
    ["", "oui mais parlez plus fort", "peut-être", "non je demandais l'adresse MAC", "j'ai pas compris"],
)
def test_neither(text: str) -> None:
    """What says more, or nothing."""
    assert assent(text) is None


@pytest.mark.parametrize(
    "text",
    [
        "non merci",
        "d'accord merci",
        "c'est parfait, je vous remercie, au revoir",
        "non, ce sera tout, bonne journée",
    ],
)
def test_a_farewell_and_nothing_else(text: str) -> None:
    """May end the call at once."""
    assert takes_leave(text)


@pytest.mark.parametrize(
    "text", ["", "plus tard", "autre question", "non attendez", "au revoir les problèmes", "pas encore"]
)
def test_more_than_a_farewell(text: str) -> None:
    """Ends nothing."""
    assert not takes_leave(text)


def test_a_person_is_refused() -> None:
    """Only by a negation that means him."""
    assert refuses_agent("non, pas besoin d'un conseiller")
    assert not refuses_agent("je n'y arrive pas, passez-moi un conseiller")
    assert not refuses_agent("un conseiller")
