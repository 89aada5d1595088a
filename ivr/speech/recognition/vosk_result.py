"""Vosk's JSON results as hypotheses.

Pure: text in, values out. Knows both shapes: one result with word confidences, and n-best alternatives.
"""

import json
import math
from collections.abc import Iterable, Sequence
from typing import Any

from ivr.dialogue.events import Hypothesis, Word


def hypotheses(result: str, limit: int) -> tuple[Hypothesis, ...]:
    """Return at most *limit* readings, best first, from a final result of either shape.

    Vosk gives word confidences or alternatives, never both; the likelihoods of the alternatives are turned
    into posterior probabilities, so that n-best hypotheses have confidences too: of each word the share of
    the alternatives that contain it, of the whole their mean.
    Homophones elsewhere do not make a word less sure.
    """
    data = json.loads(result)
    if "alternatives" not in data:
        words = join_elisions(_words(data.get("result", ())))
        return (_hypothesis(words),) if words else ()
    ranked = _merge_readings(data["alternatives"])
    return tuple(_ranked(reading, ranked) for reading in ranked[:limit] if reading[0])


def likelihood(result: str) -> float | None:
    """Return the log-likelihood of the best alternative; None in the shape that has none."""
    alternatives = json.loads(result).get("alternatives", ())
    return max((float(a["confidence"]) for a in alternatives), default=None)


def partial(result: str) -> str:
    """Return the text of a partial result."""
    return join_text(json.loads(result).get("partial", ""))


def join_text(text: str) -> str:
    """Glue what the model's vocabulary keeps apart: ``l' adresse`` is ``l'adresse``."""
    return text.replace("' ", "'").strip()


def join_elisions(words: Iterable[Word]) -> tuple[Word, ...]:
    """Glue elided words to their follower; the less certain part decides the confidence."""
    joined: list[Word] = []
    for word in words:
        if joined and joined[-1].text.endswith("'"):
            first = joined.pop()
            confidence = min(first.confidence, word.confidence)
            word = Word(first.text + word.text, first.start, word.end, confidence)
        joined.append(word)
    return tuple(joined)


def _words(items: Iterable[dict[str, Any]]) -> list[Word]:
    return [Word(i["word"], i.get("start", 0.0), i.get("end", 0.0), i.get("conf", 1.0)) for i in items]


def _hypothesis(words: tuple[Word, ...]) -> Hypothesis:
    mean = sum(word.confidence for word in words) / len(words)
    return Hypothesis(" ".join(word.text for word in words), mean, words)


_Reading = tuple[str, float, tuple[Word, ...]]


def _merge_readings(alternatives: Sequence[dict[str, Any]]) -> list[_Reading]:
    """Add up the shares of alternatives that read the same, best first."""
    best = max((a["confidence"] for a in alternatives), default=0.0)
    weights = [math.exp(a["confidence"] - best) for a in alternatives]
    total = sum(weights) or 1.0
    merged: dict[str, _Reading] = {}
    for alternative, weight in zip(alternatives, weights, strict=True):
        text = join_text(alternative["text"])
        _, share, words = merged.get(text, (text, 0.0, join_elisions(_words(alternative.get("result", ())))))
        merged[text] = (text, share + weight / total, words)
    return sorted(merged.values(), key=lambda reading: -reading[1])


def _ranked(reading: _Reading, ranked: list[_Reading]) -> Hypothesis:
    text, share, words = reading
    return _hypothesis(_share_words(words, ranked)) if words else Hypothesis(text, share)


def _share_words(words: tuple[Word, ...], ranked: list[_Reading]) -> tuple[Word, ...]:
    """Give each word the share of the readings that have it at its time."""
    return tuple(
        Word(
            word.text,
            word.start,
            word.end,
            min(1.0, sum(s for _, s, other in ranked if _contains(other, word))),
        )
        for word in words
    )


def _contains(words: tuple[Word, ...], wanted: Word) -> bool:
    return any(w.text == wanted.text and w.start < wanted.end and wanted.start < w.end for w in words)
