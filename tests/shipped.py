"""The texts that ship in ``prompts/``, as the tests' own copy, and the questions in the order of the FAQ.

A supervisor may publish into ``prompts/``; what the tests expect of the shipped texts stays true.
"""

import os
from pathlib import Path

ROOT = Path(__file__).parents[1]
PROMPTS = ROOT / "tests" / "data" / "prompts"


def configure(folder: Path) -> None:
    """Have every process that a test starts take its texts from :data:`PROMPTS`, no settings from here."""
    (path := folder / "ivr.toml").write_text(f'prompts = "{PROMPTS}"\n', encoding="utf-8")
    os.environ["IVR_CONFIG"] = str(path)


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
