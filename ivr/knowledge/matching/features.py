"""From an utterance to the features that similarity is counted on.

Takes apart and weighs; knows no intent.
"""

import itertools
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from ivr.french.heard import fold, words
from ivr.french.phonetics import blend, word_sounds
from ivr.knowledge.matching.concepts import Concepts
from ivr.knowledge.matching.stems import stems

GROUPS: Mapping[str, float] = {"word": 1.0, "pair": 0.3, "idea": 0.6, "ideas": 0.3, "char": 1.0, "sound": 1.0}
"""Share of each kind of feature in the similarity of two utterances."""

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
    stems: tuple[str, ...]
    ideas: tuple[str, ...]
    sounds: str


@dataclass(frozen=True, slots=True)
class Row:
    """One utterance as a sparse vector."""

    index: Ints
    value: Floats


class Analyser:
    """Takes utterances apart with the synonyms of the installation."""

    def __init__(self, concepts: Concepts) -> None:
        self._concepts = concepts
        self._recent = lru_cache(maxsize=RECENT)(self._analyse)

    def analyse(self, text: str) -> Analysis:
        """Return words, stems, ideas and sounds of *text*; all empty when nothing was said."""
        return self._recent(text)

    def _analyse(self, text: str) -> Analysis:
        heard = words(text)
        stemmed = stems(heard)
        spoken = word_sounds(heard)
        ideas = self._concepts.ideas(spoken, stemmed)
        return Analysis(tuple(heard), tuple(stemmed), ideas, blend(spoken))


def features(analysis: Analysis) -> dict[str, list[str]]:
    """Return the features of each kind in :data:`GROUPS`."""
    framed = ["<", *analysis.stems, ">"]
    ideas = sorted(set(analysis.ideas))
    return {
        "word": list(analysis.stems),
        "pair": [f"{a} {b}" for a, b in itertools.pairwise(framed)],
        "idea": ideas,
        "ideas": [f"{a}+{b}" for i, a in enumerate(ideas) for b in ideas[i + 1 :]],
        "char": list(_grams(f" {fold(' '.join(analysis.words))} ", _CHARACTERS)),
        "sound": list(_grams(f"<{analysis.sounds}>", _SOUNDS)),
    }


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
        self._unseen = 1.0 + float(np.log((1 + documents) / 2))

    @classmethod
    def fit(cls, analyses: Sequence[Analysis], groups: Mapping[str, float] = GROUPS) -> "Vectoriser":
        """Learn the vocabulary; n-grams seen once are left out, they only slow things down."""
        counts: dict[str, int] = {}
        for analysis in analyses:
            for name, terms in features(analysis).items():
                if groups.get(name):
                    for term in set(terms):
                        counts[f"{name}:{term}"] = counts.get(f"{name}:{term}", 0) + 1
        kept = [term for term, count in counts.items() if count > 1 or term.startswith(("word:", "idea:"))]
        total = len(analyses)
        idf = np.array([1.0 + np.log((1 + total) / (1 + counts[term])) for term in kept], dtype=np.float32)
        return cls(kept, idf, total, groups)

    def row(self, analysis: Analysis) -> Row:
        """Return the vector of one utterance; words never seen lengthen it without pointing anywhere."""
        index: list[Ints] = [np.empty(0, np.int32)]
        value: list[Floats] = [np.empty(0, np.float32)]
        for name, terms in features(analysis).items():
            if terms and name in self._scale:
                columns, values = self._group(name, terms)
                index.append(columns)
                value.append(values)
        return Row(np.concatenate(index), np.concatenate(value))

    def _group(self, name: str, terms: Iterable[str]) -> tuple[Ints, Floats]:
        columns, counts = self._columns[name], dict[int, int]()
        for term in terms:
            column = columns.get(term, -1)
            counts[column] = counts.get(column, 0) + 1
        missing = counts.pop(-1, 0)
        unseen = missing if name == "word" else 0
        index = np.fromiter(counts.keys(), np.int32, len(counts))
        weighed = self.idf[index] * (0.5 + 0.5 * np.fromiter(counts.values(), np.float32, len(counts)))
        length = float(weighed @ weighed + unseen * self._unseen**2 + 1e-9) ** 0.5
        return index, weighed * np.float32(self._scale[name] / length)


def _grams(text: str, lengths: Sequence[int]) -> Iterable[str]:
    for length in lengths:
        for start in range(len(text) - length + 1):
            yield text[start : start + length]
