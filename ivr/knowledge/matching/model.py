"""What was learned from the phrasings: vocabulary, index and votes, and the beliefs they give.

Learns and computes; takes no decision.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ivr.dialogue.understanding import Candidate, Command, Reject
from ivr.knowledge.matching import classifier
from ivr.knowledge.matching.classifier import Classifier
from ivr.knowledge.matching.decision import Belief
from ivr.knowledge.matching.features import Analyser, Analysis, Floats, Ints, Vectoriser
from ivr.knowledge.matching.phrasings import Phrasings
from ivr.knowledge.matching.similarity import Index


@dataclass(frozen=True, slots=True)
class Labels:
    """What each class means: intents first, then commands, then kinds of refusal."""

    intents: tuple[str, ...]
    commands: tuple[Command, ...]
    rejects: tuple[Reject, ...]

    def __len__(self) -> int:
        return len(self.intents) + len(self.commands) + len(self.rejects)

    @classmethod
    def of(cls, phrasings: Phrasings) -> "Labels":
        """Return the classes that *phrasings* has lines for."""
        commands = tuple(c for c, lines in phrasings.commands.items() if lines)
        return cls(
            tuple(phrasings.intents), commands, tuple(r for r, lines in phrasings.rejects.items() if lines)
        )

    def belief(self, probabilities: Floats) -> Belief:
        """Return the belief that *probabilities* (one per class) express."""
        values = probabilities.tolist()
        ends = len(self.intents), len(self.intents) + len(self.commands)
        intents = sorted(zip(self.intents, values[: ends[0]], strict=True), key=lambda p: -p[1])[:10]
        commands = sorted(zip(self.commands, values[ends[0] : ends[1]], strict=True), key=lambda p: -p[1])
        rejects = sorted(zip(self.rejects, values[ends[1] :], strict=True), key=lambda p: -p[1])
        return Belief(tuple(Candidate(i, round(s, 4)) for i, s in intents), tuple(commands), tuple(rejects))


@dataclass(frozen=True, slots=True)
class Example:
    """One line to learn from."""

    text: str
    label: int


def examples(phrasings: Phrasings) -> list[Example]:
    """Return every line of *phrasings* with its class."""
    groups = [*phrasings.intents.values()]
    groups += [lines for lines in phrasings.commands.values() if lines]
    groups += [lines for lines in phrasings.rejects.values() if lines]
    return [Example(text, label) for label, lines in enumerate(groups) for text in lines]


@dataclass(frozen=True, slots=True)
class Model:
    """Everything learned; immutable, so any number of threads may ask."""

    labels: Labels
    vectoriser: Vectoriser
    index: Index
    classifier: Classifier
    left_out: Floats
    """Leave-one-out probabilities of each example × class: honest figures for free."""

    def probabilities(self, analysis: Analysis) -> Floats:
        """Return the probability of each class."""
        return self.classifier.probabilities(self.index.similarity(self.vectoriser.row(analysis)))


def learn(lines: Sequence[Example], labels: Labels, analyser: Analyser) -> Model:
    """Train on *lines*; a few seconds for three thousand, deterministic."""
    analyses = [analyser.analyse(line.text) for line in lines]
    vectoriser = Vectoriser.fit(analyses)
    rows = [vectoriser.row(analysis) for analysis in analyses]
    index = Index.of(rows, len(vectoriser.idf))
    similarity = np.stack([index.similarity(row) for row in rows])
    classes: Ints = np.array([line.label for line in lines], dtype=np.int32)
    learned, left_out = classifier.train(similarity, classes, len(labels))
    return Model(labels, vectoriser, index, learned, left_out)
