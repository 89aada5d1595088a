"""Gives a model that others trained the sentences of the support line: rebuilds its `graph/Gr.fst`.

Such a model keeps its acoustic part, its lexicon and its vocabulary; only what it expects changes: half the
support line, half what it expected before. A word it does not have is spelt with words it has.
"""

import math
import shutil
from collections import defaultdict
from collections.abc import Collection, Mapping
from pathlib import Path

import numpy as np

from ivr.errors import ConfigurationError
from ivr.language_model import gr_file, graph, ngram, sources
from ivr.language_model.gr_file import Expectations
from ivr.language_model.spelling import Respelt, Spelling

BASE = Path("graph") / "base" / "Gr.fst"
"""The language model that the model came with; every adaptation begins with it."""
BACKGROUND = 1.0
"""Weight of what the model expected before, against the support line's."""
MOST_PAIRS = 300_000
_FLATTENING = 10.0
_SPECIAL = frozenset({"<eps>", "<s>", "</s>", "#0", "<unk>", "!SIL", ngram.UNKNOWN})


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
