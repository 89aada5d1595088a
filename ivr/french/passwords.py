"""« Mon mot de passe, c'est… »: a caller says a secret that nobody asked for.

Recognises it, so that it is neither kept nor passed on; generous, because a masked turn costs little.
"""

import re

from ivr.french.phrases import fold

_SECRET = (
    r"(?:mots? de passe|phrases? de passe|mdp|password|cryptogramme|reponse secrete"
    r"|code (?:secret|pin|puk|wifi|d acces|confidentiel|administrateur|recu)"
    r"|code de (?:securite|validation|verification)"
    r"|cle (?:wifi|de securite|de recuperation)|(?:mon|notre|son) code)"
)
_OF_WHAT = r"(?: (?:actuel|administrateur|provisoire|(?:de la|de l|du|de|d|pour) (?:mon |notre |son )?\w+))"
_THAT = r"(?: qu\w* \w+(?: \w+){0,4}?)"
"""« que j'utilise », « qu'on m'a donné »."""
_WELL = r"(?: (?:donc|alors|euh|lui|il|bien|en fait))*"
_NO_VALUE = (
    r"(?:pas|plus|jamais|toujours|encore|trop|deja|tres|mal|vraiment|faux|fausse|perdus?|oublies?|expires?|bloques?"
    r"|incorrects?|errones?|invalides?|refuses?|rejetes?|change|different|lequel|quoi|ou|le meme|meme|a|en"
    r"|inconnu|obligatoire|perime|reinitialise|celui|ca"
    r"|penible|urgent|grave|complique|long|embetant|bizarre|normal|fini|fait|bon|simple"
    r"|dans|sur|parce|qu|que|qui|comment|pour|votre|vous|possible|facile|passe|parti|note|ecrit)"
)
_IS = r"(?:c est|est|etait|c etait|sera|serait|ce serait|deux points|egale?)"
_SPELLED = (
    r"(?:majuscules?|minuscules?|tiret|underscore|arobase|diese|etoile|dollar|point d exclamation|chiffres?"
    r"|\w*\d\w*|(?:[a-z] ){2}[a-z]|zero|deux|trois|quatre|cinq|six|sept|huit|neuf|dix|onze|douze"
    r"|treize|quatorze|quinze|seize|vingt|trente|quarante|cinquante|soixante|cent|mille)"
)
"""What only somebody says who gives a secret away, or counts."""
_USED = r"(?:mis|mets|met|tape|tapes|choisi|utilise|entre|rentre|donne)"
_WAYS = (
    rf"\b{_SECRET}{_OF_WHAT}?{_THAT}?{_WELL} {_IS}{_WELL}(?: (?:le|la|l|un))? (?!{_NO_VALUE}\b)\w",
    rf"\b(?:mon|notre|son|le) {_SECRET}{_OF_WHAT}?(?: \w+){{0,2}} {_SPELLED}\b",
    rf"\b(?:comme|pour) {_SECRET} (?:j ai|on a|je|il a|elle a|c est) (?:{_USED} )?(?!{_NO_VALUE}\b)\w",
    rf"\b{_USED} (?!{_NO_VALUE}\b)(?:\w+ ){{1,5}}(?:comme|en) (?:mon |notre |le )?{_SECRET}\b",
    rf"\bc est (?:\w+ ){{0,3}}{_SPELLED} (?:\w+ )?(?:mon|notre|son|le) {_SECRET}\b",
    r"\b(?:identifiant|login|utilisateur) (?!et\b|ou\b|ni\b|avec\b)\w+ (?:\w+ )?(?:et )?(?:le |mon )?"
    rf"{_SECRET} (?!{_NO_VALUE}\b)\w",
)
_TOLD = re.compile("|".join(_WAYS))


def tells_a_password(text: str) -> bool:
    """Return whether *text* says a password or a code, rather than something about it."""
    return _TOLD.search(fold(text)) is not None
