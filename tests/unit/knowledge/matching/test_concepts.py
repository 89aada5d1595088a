"""Synonyms are data."""

from pathlib import Path

import pytest

from ivr.errors import ConfigurationError
from ivr.french.heard import words
from ivr.french.phonetics import word_sounds
from ivr.knowledge.matching.concepts import Concepts, load_concepts
from ivr.knowledge.matching.stems import stems
from tests.shipped import PROMPTS

pytestmark = pytest.mark.unit

SMALL = Concepts.of(
    {
        "price": ["tarif", "combien ça coûte"],
        "off": ["s'allume pas"],
        "on": ["allumer"],
        "switch": ["switch"],
    },
    {"switch": ["suisse"]},
)


def ideas(text: str, concepts: Concepts = SMALL) -> tuple[str, ...]:
    heard = words(text)
    return concepts.ideas(word_sounds(heard), stems(heard))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Quels sont les TARIFS ?", {"price"}),
        ("combien ça coûte", {"price"}),
        ("mon poste ne s'allume pas", {"off"}),
        ("comment l'allumer", {"on"}),
        ("sa lume pas du tout", {"off"}),
        ("mon suisse", {"switch"}),
        ("rien à voir", set()),
        ("", set()),
    ],
)
def test_ideas(text: str, expected: set[str]) -> None:
    """The longest expression wins, inflected, mis-split or misheard."""
    assert set(ideas(text)) == expected


def test_shipped_synonyms_load() -> None:
    """The file of the repository is valid and knows the words of this line."""
    shipped = load_concepts(PROMPTS / "synonyms.yaml")
    assert "ne-s-allume-pas" in ideas("mon écran reste noir", shipped)
    assert "adresse-mac" in ideas("l'adresse marque", shipped)


def test_no_file_means_no_synonyms(tmp_path: Path) -> None:
    """Synonyms are optional."""
    assert load_concepts(tmp_path / "none.yaml") == Concepts()


def test_a_mistake_names_file_and_line(tmp_path: Path) -> None:
    """A supervisor is told where to look."""
    path = tmp_path / "synonyms.yaml"
    path.write_text("synonyms:\n  prix: tarif\nmisheard: {}\n", encoding="utf-8")
    with pytest.raises(ConfigurationError, match=r"synonyms\.yaml:2: synonyms\.prix: "):
        load_concepts(path)
