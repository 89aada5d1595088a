"""The order of the questions: each among its neighbours, a category among the others.

Pure: orders in, positions out; only what moves is given another position.
"""

from collections.abc import Mapping, Sequence

from ivr.knowledge.answer_schema import LAST

STEP = 10
"""Between two positions that are given anew: room for a file written by hand."""

Categories = Mapping[str, Sequence[str]]
"""Questions (intents) by category, both in order."""


def moved(categories: Categories, verb: str, name: str) -> list[str]:
    """Return every question in order after *verb* (``rise``, ``fall``) of a question or category *name*."""
    step = {"rise": -1, "fall": 1}.get(verb, 0)
    names = list(categories)
    groups = {category: list(intents) for category, intents in categories.items()}
    if name in groups:
        _shift(names, name, step)
    else:
        for intents in groups.values():
            if name in intents:
                _shift(intents, name, step)
    return [intent for category in names for intent in groups[category]]


def positions(order: Sequence[str], before: Mapping[str, int]) -> dict[str, int]:
    """Return the positions that give *order*, of the questions whose position changes."""
    places = sorted(before[intent] for intent in order)
    if len(set(places)) < len(places) or LAST in places:
        places = [STEP * number for number in range(1, len(order) + 1)]
    wanted = dict(zip(order, places, strict=True))
    return {intent: place for intent, place in wanted.items() if before[intent] != place}


def _shift(names: list[str], name: str, step: int) -> None:
    at = names.index(name)
    to = at + step
    if 0 <= to < len(names):
        names[at], names[to] = names[to], names[at]
