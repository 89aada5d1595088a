"""From an utterance to the features that similarity is counted on.

Takes apart and weighs; knows no intent.
"""

import itertools
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from ivr.french.heard import fold, words
from ivr.french.phonetics import blend, word_sounds
from ivr.knowledge.matching.concepts import Concepts
from ivr.knowledge.matching.polarity import denied, stance
from ivr.knowledge.matching.stems import stems

GROUPS: Mapping[str, float] = {
    "word": 1.0,
    "pair": 0.3,
    "idea": 0.6,
    "ideas": 0.3,
    "char": 1.0,
    "sound": 1.0,
    "denied": 0.3,
    "stance": 0.15,
}
"""Share of each kind of feature in the similarity of two utterances."""

WORD_SHARE = GROUPS["word"] / sum(GROUPS.values())
"""Of the whole; the same in every utterance that has a known word."""

_CHARACTERS = (3, 4)
_SOUNDS = (3, 4, 5)

RECENT = 256
"""Utterances whose analysis is kept: two models ask for each."""

Floats = NDArray[np.float32]
Ints = NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class Analysis:
    """One utterance, taken apart."""

    words: tuple[str, ...]
    terms: Mapping[str, Mapping[str, int]]
    """How often it has each term of each kind in :data:`GROUPS`."""


@dataclass(frozen=True, slots=True)
class Row:
    """One utterance as a sparse vector."""

    index: Ints
    value: Floats
    words: int = 0
    """How many of the first columns are words; the other kinds follow."""


_NOTHING = Row(np.empty(0, np.int32), np.empty(0, np.float32))


class Analyser:
    """Takes utterances apart with the synonyms of the installation."""

    def __init__(self, concepts: Concepts) -> None:
        self._concepts = concepts
        self._recent = lru_cache(maxsize=RECENT)(self._analyse)

    def analyse(self, text: str) -> Analysis:
        """Return the words and terms of *text*; both empty when nothing was said."""
        return self._recent(text)

    def _analyse(self, text: str) -> Analysis:
        heard = words(text)
        stemmed = stems(heard)
        spoken = word_sounds(heard)
        ideas = sorted(set(self._concepts.ideas(spoken, stemmed)))
        terms = {
            "word": Counter(stemmed),
            "pair": Counter(map(" ".join, itertools.pairwise(["<", *stemmed, ">"]))),
            "idea": dict.fromkeys(ideas, 1),
            "ideas": dict.fromkeys(map("+".join, itertools.combinations(ideas, 2)), 1),
            "char": Counter(_grams(f" {fold(' '.join(heard))} ", _CHARACTERS)),
            "sound": Counter(_grams(f"<{blend(spoken)}>", _SOUNDS)),
            "denied": dict.fromkeys(denied(stemmed), 1),
            "stance": dict.fromkeys(stance(stemmed), 1),
        }
        return Analysis(tuple(heard), terms)


class Vectoriser:
    """The vocabulary of the phrasings, with inverse document frequencies."""

    def __init__(
        self, terms: Sequence[str], idf: Floats, documents: int, groups: Mapping[str, float]
    ) -> None:
        self.terms = tuple(terms)
        """« kind:term », in the order of the columns."""
        self.idf = idf
        self.documents = documents
        self.groups = dict(groups)
        total = sum(groups.values())
        self._scale = {name: (share / total) ** 0.5 for name, share in groups.items() if share}
        self._columns: dict[str, dict[str, int]] = {name: {} for name in self._scale}
        for column, term in enumerate(self.terms):
            name, _, bare = term.partition(":")
            self._columns[name][bare] = column
        self.is_denial = np.array([term.startswith("denied:") for term in self.terms], np.bool_)
        self._unseen = 1.0 + float(np.log((1 + documents) / 2))

    @classmethod
    def fit(cls, analyses: Sequence[Analysis], groups: Mapping[str, float] = GROUPS) -> "Vectoriser":
        """Learn the vocabulary; n-grams seen once are left out, they only slow things down."""
        counts: dict[str, int] = {}
        for analysis in analyses:
            for name, terms in analysis.terms.items():
                if groups.get(name):
                    for term in terms:
                        counts[f"{name}:{term}"] = counts.get(f"{name}:{term}", 0) + 1
        kept = [term for term, count in counts.items() if count > 1 or term.startswith(("word:", "idea:"))]
        total = len(analyses)
        idf = np.array([1.0 + np.log((1 + total) / (1 + counts[term])) for term in kept], dtype=np.float32)
        return cls(kept, idf, total, groups)

    def row(self, analysis: Analysis) -> Row:
        """Return the vector of one utterance; words never seen lengthen it without pointing anywhere."""
        found: list[int] = []
        counts: list[int] = []
        starts: list[int] = []
        scales: list[float] = []
        unseen: list[float] = []
        words = 0
        for name, terms in analysis.terms.items():
            if scale := self._scale.get(name):
                before = len(found)
                columns = self._columns[name]
                for term, count in terms.items():  # the hottest lines: one look-up per term
                    column = columns.get(term)
                    if column is not None:
                        found.append(column)
                        counts.append(count)
                if len(found) > before:
                    starts.append(before)
                    scales.append(scale)
                    strange = 0
                    if name == "word":
                        words, strange = len(found), sum(terms.values()) - sum(counts)
                    unseen.append(strange * self._unseen**2 + 1e-9)
        if not found:
            return _NOTHING
        index = np.array(found, np.int32)
        weighed = self.idf[index] * (0.5 + 0.5 * np.array(counts, np.float32))
        lengths = np.sqrt(np.add.reduceat(weighed * weighed, starts) + np.array(unseen, np.float32))
        per_term = np.repeat(np.array(scales, np.float32) / lengths, np.diff([*starts, len(found)]))
        return Row(index, weighed * per_term, words)


def _grams(text: str, lengths: Sequence[int]) -> list[str]:
    return [text[start : start + length] for length in lengths for start in range(len(text) - length + 1)]
