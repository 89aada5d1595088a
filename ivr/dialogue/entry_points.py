"""Which line an answer begins with: the detail the caller asked for, else the first answer.

Chooses; plays nothing.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from ivr.dialogue.answers import Answer, Catalogue, Item
from ivr.french.phrases import fold, says

ONE_MORE = re.compile(r"(?:et|ou) (?:pour |avec )?(?:l|le|la|les|un|une|des|du|mon|ma|mes|notre|nos) ")
"""Begins a question about one more thing (« et la messagerie ? »), folded."""
SHORT = 6
"""Words of such a question at most."""
AROUND = 3
"""Words that may stand around the name of a thing for it to be all that is asked about."""


@dataclass(frozen=True, slots=True)
class WayIn:
    """Where to begin in an answer."""

    line: str
    path: tuple[str, ...] = ()
    """Lines to play after it instead of following ``next``."""
    item: Item | None = None
    """The one thing of the answer's catalogue that was asked about."""
    listed: bool = True
    """Whether the answer says anything about it."""


def way_in(answer: Answer, said: Sequence[str]) -> WayIn:
    """Return where *answer* begins for a caller who said *said*."""

    def heard(phrases: Sequence[str]) -> bool:
        return any(says(text, phrases) for text in said)

    if way := next((way for text in said if (way := follow_up(answer, text))), None):
        return way
    catalogue = answer.catalogue
    if catalogue and heard(catalogue.asks) and not heard(catalogue.unless):
        item = next((item for item in catalogue.items if heard(item.say)), None)
        return WayIn(item.line if item else catalogue.unknown, item=item)
    opening = next((opening for opening in answer.openings if heard(opening.when)), None)
    return WayIn(opening.start, opening.path[1:]) if opening else WayIn(answer.start)


def follow_up(answer: Answer, text: str) -> WayIn | None:
    """Return where a short question about one thing of the list of *answer* leads (« le fax ? », « et les
    options ? »); None if *text* is none."""
    words, catalogue = fold(text).split(), answer.catalogue
    if catalogue is None or len(words) > SHORT or says(text, catalogue.unless):
        return None
    if (item := _named(catalogue, text)) is not None:
        return WayIn(item.line, item=item)
    if not ONE_MORE.match(fold(text)):
        return None
    return _part(answer, text) or WayIn(catalogue.unknown, listed=False)


def _named(catalogue: Catalogue, text: str) -> Item | None:
    """Return the thing that *text* names, with hardly another word."""
    length = len(fold(text).split())
    for item in catalogue.items:
        names = [name for name in item.say if says(text, [name])]
        if any(length - len(fold(name).split()) <= AROUND for name in names):
            return item
    return None


def _part(answer: Answer, text: str) -> WayIn | None:
    """Return the part of the list that *text* names, by the words that choose it when it is asked for."""
    branches = (branch for line in answer.lines.values() for branch in line.branches)
    taken = (branch.go for branch in branches if branch.on == "say" and says(text, branch.say))
    return next((WayIn(go) for go in taken if go in answer.lines), None)
