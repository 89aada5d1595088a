"""What ships in prompts/: where it is, and the questions in the order of the FAQ.

Names only; what the files hold is read by the tests.
"""

from pathlib import Path

PROMPTS = Path(__file__).parents[1] / "prompts"

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
