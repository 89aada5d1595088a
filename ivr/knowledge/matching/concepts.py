"""Synonyms as data: which words mean the same on this line (``prompts/synonyms.yaml``).

Looks expressions up, by stem and by sound; adds no word of its own.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from ivr.french.heard import words
from ivr.french.phonetics import blend, word_sounds
from ivr.knowledge.document import Problems, read_table
from ivr.knowledge.matching.stems import stems

LONGEST = 5
"""Words of the longest expression that is looked for."""
JOINED = 4
"""Neighbouring words that may be one expression, cut wrongly."""
SOUNDS = 5
"""Phonemes of the shortest expression that is recognised by its sound alone."""

Expression = tuple[str, ...]
_Key = TypeVar("_Key", str, Expression)


@dataclass(frozen=True, slots=True)
class Concepts:
    """Expressions and the ideas they stand for."""

    by_stems: Mapping[Expression, tuple[str, ...]] = field(default_factory=dict)
    by_sound: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @classmethod
    def of(
        cls, groups: Mapping[str, Iterable[str]], misheard: Mapping[str, Iterable[str]] | None = None
    ) -> "Concepts":
        """Build from ``{idea: expressions}`` and ``{expression: what is heard instead}``."""
        by_stems: dict[Expression, tuple[str, ...]] = {}
        by_sound: dict[str, tuple[str, ...]] = {}
        for idea, expressions in groups.items():
            for expression in expressions:
                heard = words(expression)
                _add(by_stems, tuple(stems(heard)), idea)
                sound = blend(word_sounds(heard))
                if len(sound) >= SOUNDS:
                    _add(by_sound, sound, idea)
        for expression, variants in (misheard or {}).items():
            for idea in by_stems.get(tuple(stems(words(expression))), ()):
                for variant in variants:
                    _add(by_stems, tuple(stems(words(variant))), idea)
        return cls(by_stems, by_sound)

    def ideas(self, spoken: Sequence[str], stemmed: Sequence[str]) -> tuple[str, ...]:
        """Return the ideas of an utterance, given the sounds and the stem of each word.

        Words that no expression accounts for are tried by sound, also joined with their neighbours.
        """
        found: list[str] = []
        position = 0
        unknown: list[int] = []
        while position < len(stemmed):
            length, ideas = self._longest(stemmed, position)
            found += ideas
            if not length:
                unknown.append(position)
            position += max(length, 1)
        if unknown and self.by_sound:
            found += self._by_sound(spoken, unknown)
        return tuple(found)

    def _longest(self, stemmed: Sequence[str], position: int) -> tuple[int, tuple[str, ...]]:
        for length in range(min(LONGEST, len(stemmed) - position), 0, -1):
            ideas = self.by_stems.get(tuple(stemmed[position : position + length]))
            if ideas:
                return length, ideas
        return 0, ()

    def _by_sound(self, spoken: Sequence[str], unknown: Sequence[int]) -> Iterable[str]:
        strange = set(unknown)
        for start in sorted({near for place in unknown for near in range(max(0, place - 2), place + 1)}):
            joined, tried = "", False
            for place in range(start, min(len(spoken), start + JOINED)):
                joined = blend((joined, spoken[place]))
                tried = tried or place in strange
                if tried:
                    yield from self.by_sound.get(joined, ())


def load_concepts(path: Path) -> Concepts:
    """Read ``synonyms: {idea: [expression…]}`` and ``misheard: {expression: [variant…]}``.

    A missing file means no synonyms.

    Raises:
        ConfigurationError: naming file and line.
    """
    if not path.exists():
        return Concepts()
    problems = Problems()
    file = read_table(path, problems)
    read = {}
    for key in ("synonyms", "misheard"):
        table = file.table(key)
        read[key] = {name: table.texts(name) for name in table.names()} if table else {}
    file.finish()
    problems.check()
    return Concepts.of(read["synonyms"], read["misheard"])


def _add(into: dict[_Key, tuple[str, ...]], key: _Key, idea: str) -> None:
    if key and idea not in into.get(key, ()):
        into[key] = (*into.get(key, ()), idea)
