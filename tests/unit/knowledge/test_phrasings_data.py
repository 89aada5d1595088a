"""The phrasings in prompts/phrasings are well formed, plentiful and free of collisions.

It reads the YAML files only: what a matcher makes of them is measured elsewhere.
"""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

pytestmark = pytest.mark.unit

PHRASINGS = Path(__file__).parents[3] / "prompts" / "phrasings"

INTENTS = (
    "tarifs-etranger",
    "limiter-appels-international",
    "limiter-destinations-risque",
    "tarifs-inclus-mobile-operateur",
    "poste-ip-ne-fonctionne-pas",
    "poste-ne-s-allume-pas",
    "poste-ne-s-enregistre-pas",
    "verifier-poste-reseau-local",
    "version-firmware",
    "adresse-mac",
    "test-ping",
    "appels-simultanes",
    "fonctionnement-solution",
    "appeler-contacts-sans-ip",
    "fonctionnalites-incluses",
    "offre-evolutive",
    "ou-gerer-utilisateurs",
    "ajouter-modifier-sites-utilisateurs",
    "demenagement-site",
    "depart-collaborateur",
    "perte-compte-administrateur",
    "mot-de-passe-collaborateur",
    "acces-espace-client",
)

FEWEST_PHRASINGS = 90


def load(name: str) -> dict[str, Any]:
    """The mapping at the top of one phrasings file."""
    document = yaml.safe_load((PHRASINGS / f"{name}.yaml").read_text(encoding="utf-8"))
    assert isinstance(document, dict)
    return document


def folded(line: str) -> str:
    """The words of a line without case, accents or punctuation."""
    decomposed = unicodedata.normalize("NFD", line.lower())
    bare = "".join(character for character in decomposed if not unicodedata.combining(character))
    return " ".join(re.findall(r"[a-z0-9]+", bare))


def is_clean(line: object) -> bool:
    """Whether a line is one trimmed line of text, in composed Unicode, that says something."""
    return (
        isinstance(line, str)
        and line == " ".join(line.split())
        and line == unicodedata.normalize("NFC", line)
        and folded(line) != ""
    )


def every_phrasing() -> Iterator[tuple[str, str]]:
    for intent in INTENTS:
        for line in load(intent)["phrasings"]:
            yield intent, line


@pytest.mark.parametrize("intent", INTENTS)
def test_every_intent_has_its_file_of_phrasings(intent: str) -> None:
    """Each answer of the FAQ comes with enough ways to ask for it, as clean lines of text."""
    document = load(intent)
    assert document["intent"] == intent
    assert len(document["phrasings"]) >= FEWEST_PHRASINGS
    assert [line for line in document["phrasings"] if not is_clean(line)] == []


def test_no_phrasing_is_written_twice() -> None:
    """A phrasing belongs to one intent, once: the same words twice would teach nothing or a contradiction."""
    owners: defaultdict[str, list[str]] = defaultdict(list)
    for intent, line in every_phrasing():
        owners[folded(line)].append(intent)
    assert {words: found for words, found in owners.items() if len(found) > 1} == {}
