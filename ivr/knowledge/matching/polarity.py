"""What an utterance denies, and whether it asks: « pas de conseiller » is no wish for one.

Marks words; what a negation means for an intent or a command is learned from the phrasings.
"""

from collections.abc import Iterator, Sequence

NEGATIONS = frozenset(
    {"pas", "plus", "jamais", "aucun", "aucune", "sans", "ni", "rien", "non", "nan", "personne"}
)
_NOT_MORE = frozenset(
    {
        "fort",
        "lent",
        "vit",
        "lentement",
        "haut",
        "doucement",
        "tard",
        "bas",
        "rapid",
        "tot",
        "loin",
        "un",
        "le",
        "en",
    }
)
"""After « plus » these compare: « plus fort » denies nothing."""
_EMPTY = frozenset(
    {"de", "le", "un", "une", "a", "au", "du", "en", "y", "se", "me", "ce", "que", "tout", "vrai", "bien"}
)
_ASKING = frozenset({
    "comment", "combien", "pourquoi", "quand", "quel", "quelle", "quels", "quelles", "qui", "quoi", "ou",
    "estceque", "questceque", "lequel", "laquelle",
})  # fmt: skip
REACH = 3
"""Words after a negation that it denies."""


def denied(stemmed: Sequence[str]) -> Iterator[str]:
    """Return the stems that *stemmed* denies: the verb before a negation, and what follows it."""
    for place, word in enumerate(stemmed):
        if not _denies(stemmed, place):
            continue
        verb = stemmed[place - 1 : place] if word not in ("non", "nan") else ()
        reached = (*verb, *stemmed[place + 1 : place + 1 + REACH])
        yield from (stem for stem in reached if stem not in _EMPTY and stem not in NEGATIONS)


def stance(stemmed: Sequence[str]) -> Iterator[str]:
    """Return whether *stemmed* denies anything, and whether it asks: two terms of every utterance."""
    negative = any(_denies(stemmed, place) for place in range(len(stemmed)))
    yield "denies" if negative else "affirms"
    yield "asks" if not _ASKING.isdisjoint(stemmed) else "tells"


def _denies(stemmed: Sequence[str], place: int) -> bool:
    if stemmed[place] not in NEGATIONS:
        return False
    following = stemmed[place + 1] if place + 1 < len(stemmed) else ""
    return stemmed[place] != "plus" or (bool(place) and following not in _NOT_MORE)
