"""« La cinq point neuf », « 5.9.6 »: software versions as they are read off a screen.

Versions are tuples of whole numbers, so that they compare.
"""

import re

from ivr.french.numerals import read_numeral
from ivr.french.phrases import fold

Version = tuple[int, ...]

_DOTTED = re.compile(r"\d+(?:[.,]\d+)+")
_JOINTS = frozenset({"point", "virgule"})
_MOST = 6
"""Numbers of a version."""


def hear_version(text: str) -> Version | None:
    """Return the version that *text* names; None without one.

    A single number counts only beside the word « version »: « il y en a deux » names none.

    >>> hear_version("c'est écrit cinq point neuf point six"), hear_version("j'ai la 5.9")
    ((5, 9, 6), (5, 9))
    """
    if written := _DOTTED.search(text):
        return tuple(int(part) for part in re.split("[.,]", written[0]))[:_MOST]
    words = fold(text).split()
    runs = _runs(words)
    longest = max(runs, key=len, default=())
    return longest if len(longest) > 1 or (longest and "version" in words) else None


def at_least(heard: Version, wanted: Version) -> bool:
    """Return whether *heard* is *wanted* or newer; as far as the shorter of both goes."""
    shared = min(len(heard), len(wanted))
    return heard[:shared] >= wanted[:shared]


def same_version(heard: Version, wanted: Version) -> bool:
    """Return whether both name the same version, as far as the shorter goes: « cinq neuf » is 5.9.6."""
    shared = min(len(heard), len(wanted))
    return bool(shared) and heard[:shared] == wanted[:shared]


def _runs(words: list[str]) -> list[Version]:
    """Return each row of numbers that stand side by side, « point » between them or not."""
    runs: list[Version] = []
    run: list[int] = []
    place = 0
    while place < len(words):
        value, used = read_numeral(words[place:])
        if used:
            run.append(value)
        elif words[place] not in _JOINTS:
            runs.append(tuple(run[:_MOST]))
            run = []
        place += max(used, 1)
    return [*runs, tuple(run[:_MOST])]
