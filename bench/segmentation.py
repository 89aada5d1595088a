"""Fits how the search for second questions weighs its signs; prints the weights and what thresholds give.

Lines: prompts/phrasings, each judged by a matcher that has not seen it. Writes nothing: copy the weights into
ivr/knowledge/matching/segmentation.py.
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ivr.knowledge.matching import Concepts, Matcher, Phrasings, load_concepts, load_phrasings, segmentation
from ivr.knowledge.matching.evaluation import split

FOLDS = 3
RIDGE = 1.0
"""How many surprises a weight of one is worth: keeps rare signs from running away."""


@dataclass(frozen=True, slots=True)
class Cuts:
    """The cuts of one line: the signs of each, and whether it separates what was asked."""

    double: bool
    signs: list[tuple[float, ...]]
    right: list[bool]


def main() -> None:
    """Fit; print."""
    lines = observe(load_phrasings(Path("prompts/phrasings")), load_concepts(Path("prompts/synonyms.yaml")))
    signs = np.array([found for line in lines for found in line.signs], float)
    weights = fit(signs, np.array([right for line in lines for right in line.right]))
    print(f"{len(signs)} cuts in {len(lines)} lines\nWEIGHTS = {tuple(np.round(weights, 2).tolist())}")
    for threshold in (0.2, 0.3, 0.4, 0.5, 0.6):
        found, wrong = shares(lines, weights, threshold)
        print(f"threshold {threshold:.2f}: both found {found:.1%}, single questions split {wrong:.2%}")


def observe(phrasings: Phrasings, concepts: Concepts) -> list[Cuts]:
    """Cut every line with a matcher that was taught without it."""
    lines = []
    for fold in range(FOLDS):
        kept, tested = split(phrasings, fold, FOLDS)
        matcher = Matcher.build(kept, concepts)
        for intent, texts in tested.intents.items():
            lines += [cuts(matcher, text, (intent,)) for text in texts]
        lines += [cuts(matcher, several.text, several.intents) for several in tested.several]
    return lines


def cuts(matcher: Matcher, text: str, expected: tuple[str, ...]) -> Cuts:
    """The plausible cuts of one line."""
    line, whole = Cuts(len(expected) > 1, [], []), matcher.believe(text)
    support = {candidate.intent: candidate.score for candidate in whole.intents} if whole else {}
    for halves in segmentation.candidates(text, matcher.believe):
        line.signs.append(segmentation.signs(halves, support))
        named = {half.intents[0].intent for half in (halves.first, halves.second)}
        line.right.append(named == set(expected))
    return line


def fit(signs: NDArray[np.float64], right: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Logistic regression by Newton's method, with a ridge."""
    weights = np.zeros(signs.shape[1])
    for _ in range(15):
        chance = 1 / (1 + np.exp(-signs @ weights))
        bend = (signs.T * (chance * (1 - chance))) @ signs + RIDGE * np.eye(len(weights))
        weights -= np.linalg.solve(bend, signs.T @ (chance - right) + RIDGE * weights)
    return weights


def shares(lines: list[Cuts], weights: NDArray[np.float64], threshold: float) -> tuple[float, float]:
    """Of double questions, those of which both are found; of single ones, those that are split."""
    best = [
        (line.double, *max(zip((np.array(line.signs) @ weights).tolist(), line.right, strict=True)))
        for line in lines
        if line.signs
    ]
    limit = np.log(threshold / (1 - threshold))
    doubles = sum(line.double for line in lines)
    found = sum(double and right and score >= limit for double, score, right in best)
    wrong = sum(not double and score >= limit for double, score, _ in best)
    return found / doubles, wrong / (len(lines) - doubles)


if __name__ == "__main__":
    main()
