"""Sentences in a foreign vocabulary."""

import pytest

from ivr.language_model.spelling import Respelt, Spelling

pytestmark = pytest.mark.unit

KNOWN = {"le", "l'adresse", "ma", "messagerie", "poste", "v", "x", "pare", "feu", "maître", "fixe"}


@pytest.mark.parametrize(
    ("said", "written"),
    [
        (["ma", "messagerie"], ["ma", "messagerie"]),
        (["l'", "adresse"], ["l'adresse"]),
        (["vvx"], ["v", "v", "x"]),
        (["parefeu"], ["pare", "feu"]),
        (["mettre"], ["maître"]),
        (["firmware"], ["fixe"]),
        (["le", "zgrumpf"], None),
    ],
)
def test_a_sentence_is_written_in_the_words_there_are(said: list[str], written: list[str] | None) -> None:
    """Elisions glued as the model has them; a missing word by letters, parts, sound or the lexicon."""
    assert Spelling(KNOWN, {"firmware": "fixe"}).write(said) == written


def test_what_is_missing_is_remembered() -> None:
    """Each missing word once, with what stands for it, or nothing."""
    counts = Respelt(Spelling(KNOWN, {}))
    counts.add(["ma", "vvx"], 1.0)
    counts.add(["le", "zgrumpf"], 1.0)
    counts.add_fragment(["vvx", "poste"], 1.0)
    assert counts.spelling.missing == {"vvx": ("v", "v", "x"), "zgrumpf": ()}
    assert set(counts.after[()]) == {"ma", "v", "x", "poste", "</s>"}
