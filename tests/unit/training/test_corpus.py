"""What synthetic callers say."""

import random

import pytest

from models.training import corpus

pytestmark = pytest.mark.unit


def test_sentences_are_speakable() -> None:
    """Headings, numbers, markup and single words are left out."""
    text = "Voici une phrase. Code: x=3 ! Un\n\nUne autre, sans rien de spécial ; fin"
    assert corpus.sentences_of(text) == ["Voici une phrase", "Une autre, sans rien de spécial"]


def test_the_mix_holds_every_kind() -> None:
    """Questions, replies, numbers and general French all occur, the same ones for the same seed."""
    source = corpus.TextSource(["comment ajouter un poste"], ["le chat dort sur le toit"])
    said = [source.draw(random.Random(seed)) for seed in range(300)]
    assert said == [source.draw(random.Random(seed)) for seed in range(300)]
    assert {"le chat dort sur le toit", "comment ajouter un poste"} <= set(said)
    assert set(said) & set(corpus.DIALOGUE)
    assert set(said) & set(corpus.DIGITS)
