"""An interpolated Witten-Bell trigram on weighted counts.

Pure arithmetic on words; knows neither files nor transducers.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

History = tuple[str, ...]
START, END, UNKNOWN = "<s>", "</s>", "[unk]"


@dataclass(slots=True)
class Counts:
    """How often, in weights, each word followed each history of up to `order - 1` words."""

    order: int = 3
    after: dict[History, dict[str, float]] = field(
        default_factory=lambda: defaultdict(lambda: defaultdict(float))
    )

    def add(self, words: Sequence[str], weight: float, order: int | None = None) -> None:
        """Count one sentence, its boundaries included."""
        framed = [START, *words, END]
        for position in range(1, len(framed)):
            for length in range(min(position, (order or self.order) - 1) + 1):
                self.after[tuple(framed[position - length : position])][framed[position]] += weight

    def add_fragment(self, words: Sequence[str], weight: float) -> None:
        """Count words that may follow or precede anything: no sentence boundary."""
        for position in range(len(words)):
            for length in range(min(position, self.order - 1) + 1):
                self.after[tuple(words[position - length : position])][words[position]] += weight


@dataclass(frozen=True, slots=True)
class Model:
    """Explicit probabilities per history, and the share of each history left to its shorter one."""

    explicit: dict[History, dict[str, float]]
    backoff: dict[History, float]

    def probability(self, history: History, word: str) -> float:
        """P(word | history) with back-off; 0 for a word outside the vocabulary."""
        share = 1.0
        while True:
            if word in self.explicit.get(history, {}):
                return share * self.explicit[history][word]
            if not history:
                return 0.0
            share *= self.backoff.get(history, 1.0)
            history = history[1:]


def estimate(counts: Counts, vocabulary: Iterable[str], unknown: float, flattening: float = 1.0) -> Model:
    """The model of these counts; every vocabulary word gets some probability, `[unk]` exactly `unknown`.

    `flattening` scales the mass that a history gives to words never seen after it.
    """
    explicit: dict[History, dict[str, float]] = {(): _unigrams(counts.after[()], set(vocabulary), unknown)}
    backoff: dict[History, float] = {}
    model = Model(explicit, backoff)
    for history in sorted((key for key in counts.after if key), key=len):
        following = {word: count for word, count in counts.after[history].items() if word in explicit[()]}
        if not following or (len(history) > 1 and history[1:] not in explicit):
            continue
        total = sum(following.values())
        kept = total / (total + flattening * len(following))
        explicit[history] = {
            word: kept * count / total + (1 - kept) * model.probability(history[1:], word)
            for word, count in following.items()
        }
        backoff[history] = 1 - kept
    return model


def _unigrams(seen: dict[str, float], vocabulary: set[str], unknown: float) -> dict[str, float]:
    words = sorted(vocabulary | {END})
    total = sum(seen.get(word, 0.0) for word in words)
    floor = 0.03 * total / len(words)
    mass = total + floor * len(words)
    chances = {word: (seen.get(word, 0.0) + floor) / mass * (1 - unknown) for word in words}
    return chances | {UNKNOWN: unknown}
