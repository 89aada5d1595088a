"""Which line an answer begins with: the detail the caller asked for, else the first answer.

Chooses; plays nothing.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from ivr.dialogue.answers import Answer, Item
from ivr.french.phrases import says


@dataclass(frozen=True, slots=True)
class WayIn:
    """Where to begin in an answer."""

    line: str
    path: tuple[str, ...] = ()
    """Lines to play after it instead of following ``next``."""
    item: Item | None = None
    """The one thing of the answer's catalogue that was asked about."""


def way_in(answer: Answer, said: Sequence[str]) -> WayIn:
    """Return where *answer* begins for a caller who said *said*."""

    def heard(phrases: Sequence[str]) -> bool:
        return any(says(text, phrases) for text in said)

    catalogue = answer.catalogue
    if catalogue and heard(catalogue.asks) and not heard(catalogue.unless):
        item = next((item for item in catalogue.items if heard(item.say)), None)
        return WayIn(item.line if item else catalogue.unknown, item=item)
    opening = next((opening for opening in answer.openings if heard(opening.when)), None)
    return WayIn(opening.start, opening.path[1:]) if opening else WayIn(answer.start)
