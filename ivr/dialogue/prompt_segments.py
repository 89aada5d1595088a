"""The lines of one turn: how long they last, and where speech may interrupt them.

Counts words; renders nothing.
"""

from collections.abc import Iterator
from itertools import groupby

from ivr.dialogue.actions import Line, Rate

WORDS_PER_MINUTE = 165
PROTECTED = frozenset({"enreg.avis", "secu.mdp"})
"""Prompts that speech must not cut: the caller has to have heard them. Keys still do."""


def spoken_seconds(lines: tuple[Line, ...], rate: Rate = Rate.NORMAL) -> float:
    """Return how long *lines* take to say, by their words."""
    words = sum(len(line.text.split()) for line in lines)
    return words * 60 / WORDS_PER_MINUTE * 100 / rate + sum(line.pause for line in lines)


def overdue_after(lines: tuple[Line, ...], rate: Rate) -> float:
    """Return the seconds after which a prompt that has not ended never will; recordings may be slow."""
    return 10 + 3 * spoken_seconds(lines, rate)


def by_protection(lines: tuple[Line, ...]) -> Iterator[tuple[Line, ...]]:
    """Split *lines* where speech stops or begins to be allowed to interrupt."""
    for _, part in groupby(lines, key=lambda line: line.prompt in PROTECTED):
        yield tuple(part)
