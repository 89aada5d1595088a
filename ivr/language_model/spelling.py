"""Writes sentences in the words that a model of others has.

Pure but for what it remembers: the words it had no place for.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from ivr.french.phonetics import sounds
from ivr.language_model import ngram


@dataclass(slots=True)
class Spelling:
    """Writes sentences with the words of a vocabulary, and remembers what it did not have."""

    vocabulary: Collection[str]
    respelt: Mapping[str, str]
    """How the supervisor says single words are said, in French spelling."""
    missing: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """Words that the vocabulary lacks, and the words they are written with; none where nothing fits."""
    _sounds: dict[str, str] = field(default_factory=dict)

    def write(self, words: Sequence[str]) -> list[str] | None:
        """The sentence in words of the vocabulary; None when one has no spelling in it."""
        written: list[str] = []
        place = 0
        while place < len(words):
            word = words[place]
            both = word + words[place + 1] if word.endswith("'") and place + 1 < len(words) else ""
            if both and word not in self.vocabulary and both in self.vocabulary:
                written.append(both)
                place += 2
                continue
            spelt = (word,) if word in self.vocabulary else self._spell(word)
            if not spelt:
                return None
            written += spelt
            place += 1
        return written

    def _spell(self, word: str) -> tuple[str, ...]:
        if word not in self.missing:
            self.missing[word] = next((way for way in self._ways(word) if self._has(way)), ())
        return self.missing[word]

    def _ways(self, word: str) -> list[tuple[str, ...]]:
        """As the lexicon says it, in two parts, as another word that sounds the same, letter by letter."""
        bare = word.rstrip("'")
        parts = [(bare[:cut], bare[cut:]) for cut in range(3, len(bare) - 2)]
        alike = self._alike(bare)
        spoken = tuple(self.respelt[word].split()) if word in self.respelt else ()
        return [spoken, (bare,), *parts, (alike,) if alike else (), tuple(bare) if len(bare) < 5 else ()]

    def _has(self, way: tuple[str, ...]) -> bool:
        return bool(way) and all(word in self.vocabulary for word in way)

    def _alike(self, word: str) -> str:
        if not self._sounds:
            for known in self.vocabulary:
                if known.isalpha():
                    self._sounds.setdefault(sounds(known), known)
        return self._sounds.get(sounds(word), "")


class Respelt(ngram.Counts):
    """Counts that write every sentence in a model's words first."""

    def __init__(self, spelling: Spelling) -> None:
        super().__init__()
        self.spelling = spelling

    def add(self, words: Sequence[str], weight: float, order: int | None = None) -> None:
        if written := self.spelling.write(words):
            super().add(written, weight, order)

    def add_fragment(self, words: Sequence[str], weight: float) -> None:
        if written := self.spelling.write(words):
            super().add_fragment(written, weight)
