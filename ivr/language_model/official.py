"""Gives a model that others trained the sentences of the support line: rebuilds its `graph/Gr.fst`.

Such a model keeps its acoustic part, its lexicon and its vocabulary; only what it expects changes: half the
support line, half what it expected before. A word it does not have is spelt with words it has.
"""

import math
import shutil
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from ivr.errors import ConfigurationError
from ivr.french.phonetics import sounds
from ivr.language_model import gr_file, graph, ngram, sources
from ivr.language_model.gr_file import Expectations

BASE = Path("graph") / "base" / "Gr.fst"
"""The language model that the model came with; every adaptation begins with it."""
BACKGROUND = 1.0
"""Weight of what the model expected before, against the support line's."""
MOST_PAIRS = 300_000
_FLATTENING = 10.0
_SPECIAL = frozenset({"<eps>", "<s>", "</s>", "#0", "<unk>", "!SIL", ngram.UNKNOWN})


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


def is_official(model: Path) -> bool:
    """Whether the model's words stand in its Gr.fst, as in those that Alpha Cephei publishes."""
    path = _base(model)
    return path.is_file() and bool(gr_file.header(path).symbols)


def rebuild(model: Path, prompts: Path, target: Path) -> tuple[int, int, list[str]]:
    """Write into `target` the model with a new Gr.fst; its words, its histories, and what it lacks.

    Raises:
        ConfigurationError: a model whose background cannot be read.
    """
    base = _base(model)
    symbols = gr_file.header(base).symbols
    known = {word for word in symbols if word not in _SPECIAL and not word.startswith(("<", "#"))}
    spelling = Spelling(known, sources.respellings(prompts))
    counts = Respelt(spelling)
    sources.collect(prompts, counts=counts)
    _keep(counts, known)
    add_background(counts, gr_file.expectations(base), {number: word for word, number in symbols.items()})
    chances = ngram.estimate(counts, known, 1e-5 if ngram.UNKNOWN in symbols else 0.0, _FLATTENING)
    if ngram.UNKNOWN not in symbols:
        del chances.explicit[()][ngram.UNKNOWN]
    _copy(model, target)
    (target / BASE).parent.mkdir(parents=True, exist_ok=True)
    shutil.copy2(base, target / BASE)
    graph.write_grammar(target / "graph" / "Gr.fst", chances, symbols)
    table = "".join(f"{word} {number}\n" for word, number in symbols.items())
    (target / "graph" / "words.txt").write_text(table, encoding="utf-8")
    return len(known), len(chances.explicit), [_reported(*item) for item in spelling.missing.items()]


def add_background(counts: ngram.Counts, expected: Expectations, word_of: Mapping[int, str]) -> None:
    """Count what the model expected before, as often together as everything counted so far."""
    mass = BACKGROUND * sum(counts.after[()].values())
    chance = {int(word): math.exp(-cost) for word, cost in zip(expected.words, expected.costs, strict=True)}
    for number, share in chance.items():
        if (word := word_of.get(number, "")) not in _SPECIAL:
            counts.after[()][word] += mass * share
    before = np.array([chance.get(int(number), 0.0) for number in expected.pairs[:, 0]])
    shares = before * np.exp(-expected.pair_costs.astype(float))
    for index in np.argsort(-shares)[:MOST_PAIRS]:
        first, second = (word_of.get(int(number), "") for number in expected.pairs[index])
        if shares[index] and not {first, second} & _SPECIAL:
            counts.after[(first,)][second] += mass * float(shares[index])


def _keep(counts: ngram.Counts, known: Collection[str]) -> None:
    """Leave out the n-grams of general French with words that the model lacks."""
    allowed = {*known, ngram.START, ngram.END}
    for history in [*counts.after]:
        if not allowed.issuperset(history):
            del counts.after[history]
            continue
        kept = {word: count for word, count in counts.after[history].items() if word in allowed}
        counts.after[history] = defaultdict(float, kept)


def _base(model: Path) -> Path:
    return model / BASE if (model / BASE).is_file() else model / "graph" / "Gr.fst"


def _copy(model: Path, target: Path) -> None:
    """Everything but the language model; the large files are not doubled where the disk allows it."""
    if not (model / "graph" / "HCLr.fst").is_file():
        raise ConfigurationError(
            f"{model}: its graph is one static file, which cannot be adapted; take a small model"
        )
    for path in sorted(model.rglob("*")):
        place = target / path.relative_to(model)
        if path.is_dir():
            place.mkdir(parents=True, exist_ok=True)
        elif path.name not in ("Gr.fst", "words.txt"):
            place.parent.mkdir(parents=True, exist_ok=True)
            try:
                place.hardlink_to(path)
            except OSError:
                shutil.copy2(path, place)


def _reported(word: str, spelt: tuple[str, ...]) -> str:
    return f"{word} (written « {' '.join(spelt)} »)" if spelt else f"{word} (nothing it has sounds like it)"
