"""« Mon mot de passe, c'est… »: a caller says a secret that nobody asked for.

Recognises it, so that it is neither kept nor passed on; generous, because a masked turn costs little.
"""

import re

from ivr.french.phrases import fold

_SECRET = (
    r"(?:mots? de passe|mdp|code (?:secret|pin|d acces|confidentiel|administrateur)|(?:mon|notre|son) code)"
)
_OF_WHAT = r"(?: (?:actuel|administrateur|(?:de la|de l|du|de|d|pour) (?:mon |notre |son )?\w+))"
_NO_VALUE = (
    r"(?:pas|plus|jamais|toujours|encore|trop|deja|tres|mal|vraiment|faux|fausse|perdus?|oublies?|expires?|bloques?"
    r"|incorrects?|errones?|invalides?|refuses?|rejetes?|change|different|lequel|quoi|ou|le meme|meme|a|en"
    r"|inconnu|obligatoire|perime|reinitialise|celui|ca"
    r"|dans|sur|parce|qu|que|qui|comment|pour|votre|vous|possible|facile|passe|parti|note|ecrit)"
)
_TOLD = re.compile(
    rf"\b{_SECRET}{_OF_WHAT}? (?:c est|est|etait|sera|deux points)(?: (?:le|la|l|un))? (?!{_NO_VALUE}\b)\w"
)


def tells_a_password(text: str) -> bool:
    """Return whether *text* says a password or a code, rather than something about it."""
    return _TOLD.search(fold(text)) is not None
