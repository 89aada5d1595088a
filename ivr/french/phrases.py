"""Finding a supervisor's phrase in a caller's words, whatever the accents, capitals and punctuation.

Compares words; knows nothing of meaning (that is ``ivr.knowledge.matching``).
"""

import re
import unicodedata
from collections.abc import Iterable

_LIGATURES = str.maketrans({"œ": "oe", "Œ": "oe", "æ": "ae", "Æ": "ae"})
_WORD = re.compile(r"[a-z0-9]+")

_EMPTY = frozenset({
    "a", "ah", "alors", "attendez", "au", "ben", "bah", "c", "ca", "ce", "cet", "cette", "d", "de", "des",
    "donc", "du", "est", "et", "euh", "exactement", "excusez", "il", "juste", "l", "la", "le", "les", "ma",
    "mais", "mes", "moi", "mon", "ou", "oui", "pardon", "plait", "pour", "qu", "que", "quoi", "s", "un",
    "une", "votre", "vous",
})  # fmt: skip
"""Articles, hesitations, politeness."""


def fold(text: str) -> str:
    """Return *text* as bare lower-case words: « L'adresse e-mail » is ``l adresse e mail``."""
    bare = unicodedata.normalize("NFKD", text.translate(_LIGATURES).lower())
    return " ".join(_WORD.findall("".join(c for c in bare if not unicodedata.combining(c))))


def says(text: str, phrases: Iterable[str]) -> str | None:
    """Return the first of *phrases* whose words stand side by side in *text*, else None."""
    padded = f" {fold(text)} "
    return next((phrase for phrase in phrases if f" {fold(phrase)} " in padded), None)


def bare(text: str) -> str:
    """Return *text* folded, without articles, hesitations and politeness: « euh, le poste » is ``poste``."""
    return " ".join(word for word in fold(text).split() if word not in _EMPTY)
