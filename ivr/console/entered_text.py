"""Text that a person enters: normalised, then taken whole or refused. Nothing is ever cut.

Pure. The one place that says what is normalised; how long a field may be is said where it is read.
"""

import re
import unicodedata
from collections.abc import Sequence
from typing import TypeVar

Rows = TypeVar("Rows", bound=Sequence[object])

LONGEST = 10_000
"""Characters of a field that says no other limit."""

_INVISIBLE = frozenset({"Cf", "Cc", "Cs"})
"""Categories of what shows nothing: soft hyphens, zero-width spaces, marks of direction, controls."""
_SHOWN = frozenset("\n\t")
_LINE_ENDS = re.compile("\r\n?|\u2028|\u2029")
_JOINER = "\u034f"
"""The one combining mark that shows nothing either."""

_NAMES = {
    "category": "Catégorie",
    "choice-word": "Mot du choix",
    "comment": "Commentaire",
    "display": "Réponse écrite",
    "key": "Phrase entendue",
    "label": "Sujet",
    "login": "Identifiant",
    "name": "Nom",
    "phrasings": "Ce que disent les appelants",
    "question": "Question",
    "queue": "File",
    "reason": "Raison",
    "said": "Ce que dit l'appelant",
    "spoken": "Prononciation",
    "technical-queue": "File du service technique",
    "text": "Texte",
    "written": "Mot",
}


class NotTaken(ValueError):
    """A form cannot be taken as it was sent; the message is French and names the limit."""


class TooLong(NotTaken):
    """A text is longer than its field takes."""

    def __init__(self, name: str, length: int, limit: int) -> None:
        """*name* is the field's."""
        super().__init__(
            f"« {named(name)} » : {limit} caractères au plus ; votre texte en a {length}. "
            "Rien n'est enregistré, et rien n'est coupé : raccourcissez-le."
        )
        self.name = name


class TooMany(NotTaken):
    """A form has more rows than are taken."""

    def __init__(self, what: str, count: int, most: int) -> None:
        """*what* is the French plural of what there are too many of."""
        super().__init__(f"{most} {what} au plus ; il y en a {count}. Rien n'est enregistré.")


def normalised(text: str) -> str:
    """Return *text* as every other part expects it: composed (NFC), plain line ends, nothing invisible.

    « é » typed on a Mac or copied from a PDF is two characters (Unicode Standard Annex 15); one that looks
    the same must be the same, or a word is not found in the lexicon that shows it.
    """
    lines = _LINE_ENDS.sub("\n", text)
    shown = (c for c in lines if c in _SHOWN or (c != _JOINER and unicodedata.category(c) not in _INVISIBLE))
    return unicodedata.normalize("NFC", "".join(shown))


def taken(name: str, value: str, limit: int = LONGEST) -> str:
    """Return the text of the field *name*, normalised. Raises TooLong."""
    text = normalised(value)
    if len(text) > limit:
        raise TooLong(name, len(text), limit)
    return text


def bounded(rows: Rows, what: str, most: int) -> Rows:
    """Return *rows*. Raises TooMany, in which *what* is their French plural."""
    if len(rows) > most:
        raise TooMany(what, len(rows), most)
    return rows


def named(name: str) -> str:
    """Return what a form's field is called on its page."""
    return "Étape" if name.startswith("line.") else _NAMES.get(name, name)
