"""What is wrong with the server though calls go on, in French: shown above every page.

Words only; who finds out is the server (``Server.problems``), and ``/ready`` says the same to machines.
"""

from collections.abc import Mapping
from dataclasses import dataclass

SENTENCES = {
    "ami": "La liaison avec Asterisk est coupée : files et agents sont inconnus, personne n'est rappelé.",
    "log": "Le journal du serveur ne peut pas être écrit : des lignes sont perdues.",
    "disk": "Un disque du serveur est presque plein.",
    "database": "La base de données manque, ou diffère : ce qui est enregistré attend sur le disque.",
    "membership": "Ce serveur ne s'accorde pas avec les autres : même nom, ou autre clé des pseudonymes.",
    "spool": "Le disque du serveur refuse ce qui attend la base de données.",
    "clock": "L'horloge du serveur est douteuse : rien n'est effacé tant qu'elle l'est.",
    "sound": "Le son de ce que disent les appelants n'est pas gardé.",
    "background": "Un travail du serveur s'est arrêté et recommence.",
}
"""By the name of the part, as far as its colon."""
OTHERWISE = "Quelque chose ne va pas sur le serveur."


@dataclass(frozen=True, slots=True)
class Trouble:
    """One thing that is wrong."""

    sentence: str
    detail: str
    """The server's own words, for whoever runs it."""


def troubles(problems: Mapping[str, str]) -> tuple[Trouble, ...]:
    """Tell *problems*, by the name of the part."""
    return tuple(
        Trouble(SENTENCES.get(name.partition(":")[0], OTHERWISE), f"{name}: {problem}")
        for name, problem in problems.items()
    )
