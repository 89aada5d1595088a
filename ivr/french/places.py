"""« Le deuxième », « la 2 », « numéro trois », « le dernier »: a place in a row that was read out.

Whole replies only: a number inside a longer sentence is none.
"""

import re

from ivr.french.numerals import ORDINALS, read_numeral
from ivr.french.phrases import fold

_BEFORE = re.compile(
    r"^(?:(?:euh|heu|ben|bah|bon|alors|oui|ouais|non|ok|donc|ah|plutot|c est|ce serait|ce sera|ca serait|"
    r"je dirais|je pense que c est|je crois que c est|je (?:prends|choisis|veux|voudrais)|mettez|va pour|"
    r"disons|"
    r"le|la|l|au|a la|touche|choix|option|proposition|reponse|question|celui|celle|numero|n) )+"
)
_AFTER = re.compile(
    r"(?: (?:s il vous plait|svp|merci|choix|option|proposition|reponse|question|solution|possibilite|"
    r"de la liste|des deux|des trois|hein|plutot|alors|donc|je pense|je crois|en fait))+$"
)
_LISTED = re.compile(r"(?:que vous avez dite?s?|que vous avez cite|de la liste)$")


def hear_place(text: str) -> int | None:
    """Return the place (1 is the first, -1 the last) that the whole of *text* names; None without one.

    >>> hear_place("euh la deuxième s'il vous plaît"), hear_place("numéro 3"), hear_place("le dernier")
    (2, 3, -1)
    """
    plain = fold(text)
    while (barer := _AFTER.sub("", _LISTED.sub("", plain).strip())) != plain:
        plain = barer
    plain = _BEFORE.sub("", f"{plain} ").strip()
    if plain in ORDINALS:
        return ORDINALS[plain]
    words = plain.split()
    value, used = read_numeral(words)
    return value if used and used == len(words) and value > 0 else None
