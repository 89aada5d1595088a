"""Where an answer begins: the detail asked for, one thing of its list, a part of it, or the first line."""

import pytest

from ivr.dialogue.answers import AnswerLine, Branch, Catalogue, Item, Opening, Tail
from ivr.dialogue.entry_points import follow_up, way_in
from tests.fakes import small_answer

pytestmark = pytest.mark.unit

LIST = small_answer(
    "liste",
    AnswerLine(
        "r", "Utilisateurs, ou options ?", Tail.QUESTION, branches=(Branch("say", "e1", ("options",)),)
    ),
    AnswerLine("e1", "En option : le fax.", Tail.END),
    AnswerLine("oui", "{fonction} : oui.", Tail.END),
    AnswerLine("inconnu", "Pas dans la liste.", Tail.END),
    openings=(Opening("e1", ("en plus",)),),
    catalogue=Catalogue(
        slot="fonction",
        unknown="inconnu",
        asks=("est-ce que",),
        unless=("tout ce que",),
        items=(Item("le renvoi", "oui", ("renvoi", "renvoi d'appel")), Item("le fax", "oui", ("fax",))),
    ),
)


@pytest.mark.parametrize(
    ("said", "line", "thing"),
    [
        ("qu'y a-t-il dans mon offre", "r", None),
        ("qu'y a-t-il en plus", "e1", None),
        ("est-ce que je peux envoyer un document par fax", "oui", "le fax"),
        ("est-ce que vous avez la visio", "inconnu", None),
        ("est-ce que je peux savoir tout ce que j'ai", "r", None),
        ("le fax", "oui", "le fax"),
        ("et le renvoi d'appel", "oui", "le renvoi"),
        ("et les options", "e1", None),
        ("et la visio", "inconnu", None),
    ],
)
def test_the_answer_begins_with_what_was_asked(said: str, line: str, thing: str | None) -> None:
    """A question about one thing gets that thing; the list is for whoever asks for it."""
    way = way_in(LIST, [said])
    assert (way.line, way.item.name if way.item else None) == (line, thing)


@pytest.mark.parametrize(
    "said", ["et alors", "et", "", "ou pas", "le renvoi ne marche plus chez mon collègue"]
)
def test_what_names_nothing_follows_nothing_up(said: str) -> None:
    """Only a short question that names a thing goes on about the list."""
    assert follow_up(LIST, said) is None


def test_an_answer_without_a_list_has_no_follow_ups() -> None:
    """« Et le fax ? » after it is a question of its own."""
    assert follow_up(small_answer("mac", AnswerLine("r", "Ici.", Tail.END)), "et le fax") is None
