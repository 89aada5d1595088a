"""What callers say of the conversation itself, told from what they ask."""

import pytest

from ivr.french.wishes import Wanted, Wish, wanted

pytestmark = pytest.mark.unit


@pytest.mark.parametrize(
    ("text", "wish"),
    [
        ("retour au menu", Wish.MENU),
        ("laissez tomber, revenez au menu", Wish.MENU),
        ("je me suis perdu, recommencez", Wish.RESTART),
        ("non, reprenez votre explication depuis le début", Wish.RESTART),
        ("stop, arrêtez-vous là", Wish.STOP),
        ("c'est encore long ?", Wish.STEPS),
        ("il y a combien d'étapes en tout ?", Wish.STEPS),
        ("ça s'écrit comment ?", Wish.SPELL),
        ("plus fort, je suis dans l'atelier", Wish.LOUDER),
        ("la ligne est mauvaise, je vous entends à peine", Wish.BADLY),
        ("allô, vous êtes encore là ?", Wish.PRESENCE),
        ("mon numéro de contrat, c'est le douze quatre-vingt-quatre", Wish.CUSTOMER_NUMBER),
        ("attendez, j'ai autre chose à vous demander", Wish.ANOTHER),
        ("vous n'avez pas répondu à ma question", Wish.CORRECTION),
        ("rappelez-moi plus tard s'il vous plaît", Wish.CALLBACK),
        ("et combien ça coûte ?", Wish.PRICE),
        ("pourquoi il faut faire ça ?", Wish.WHY),
        ("combien de temps il faut attendre ?", Wish.DURATION),
        ("quelle différence entre les deux ?", Wish.DIFFERENCE),
    ],
)
def test_a_whole_phrase_is_a_wish(text: str, wish: Wish) -> None:
    """Whatever politeness surrounds it."""
    found = wanted(text)
    assert found is not None
    assert found.wish is wish


@pytest.mark.parametrize(
    "text",
    [
        "",
        "allô, mon poste ne marche pas",
        "j'ai pas le menu configuration",
        "coupez l'enregistrement",
        "on peut renvoyer les appels en cas de coupure",
        "c'est combien pour téléphoner en Italie ?",
        "combien de temps peut-on laisser un numéro en sommeil ?",
        "puis-je recevoir mes fax par mail ?",
        "mon compte client",
        "retour",
        "redites s'il vous plaît",
        "ça répond pas à ma question, passez-moi un humain",
        "un mot " * 20,
    ],
)
def test_a_question_is_none(text: str) -> None:
    """Nor is anything that says more, or something else."""
    assert wanted(text) is None


def test_a_wish_names_its_step_and_its_channel() -> None:
    """« La dernière » is counted from the end."""
    assert wanted("revenez à la deuxième étape") == Wanted(Wish.STEP, 2)
    assert wanted("l'étape numéro trois s'il vous plaît") == Wanted(Wish.STEP, 3)
    assert wanted("la dernière étape") == Wanted(Wish.STEP, -1)
    assert wanted("envoyez-moi ça par SMS") == Wanted(Wish.SEND, channel="sms")
    assert wanted("vous pouvez me l'envoyer par mail ?") == Wanted(Wish.SEND, channel="email")
