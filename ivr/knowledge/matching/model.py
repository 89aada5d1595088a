"""What was learned from the phrasings: vocabulary and weights, and the beliefs they give.

Learns and computes; takes no decision.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

import numpy as np

from ivr.dialogue.understanding import Candidate, Command, Guard, Reject
from ivr.knowledge.matching import classifier
from ivr.knowledge.matching.classifier import Classifier
from ivr.knowledge.matching.decision import Belief
from ivr.knowledge.matching.features import Analyser, Analysis, Floats, Ints, Row, Vectoriser
from ivr.knowledge.matching.gate import Gate, Lines
from ivr.knowledge.matching.phrasings import Phrasings
from ivr.knowledge.matching.similarity import similarities

ORDINARY = 1200
"""About so many ordinary lines teach what is no emergency."""
RANKED = 10
"""Intents that a belief names."""

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Labels:
    """What each class means: intents, then commands, kinds of refusal, guards."""

    intents: tuple[str, ...]
    commands: tuple[Command, ...]
    rejects: tuple[Reject, ...]
    guards: tuple[Guard, ...] = ()

    def __len__(self) -> int:
        return len(self.intents) + len(self.commands) + len(self.rejects) + len(self.guards)

    def belief(self, probabilities: Floats) -> Belief:
        """Return the belief that *probabilities* (one per class) express."""
        values = probabilities.tolist()
        first = len(self.intents)
        second = first + len(self.commands)
        third = second + len(self.rejects)
        intents = _ranked(self.intents, values[:first])[:RANKED]
        return Belief(
            tuple(Candidate(intent, round(score, 4)) for intent, score in intents),
            tuple(_ranked(self.commands, values[first:second])),
            tuple(_ranked(self.rejects, values[second:third])),
            tuple(_ranked(self.guards, values[third:])),
        )


@dataclass(frozen=True, slots=True)
class Example:
    """One line to learn from."""

    text: str
    label: int


def examples(phrasings: Phrasings) -> tuple[Labels, list[Example]]:
    """Return the classes that *phrasings* has lines for, and every line with its class.

    A line that two or three answers fit is an example of each, so that none of them wins.
    """
    commands = {command: lines for command, lines in phrasings.commands.items() if lines}
    rejects = {reject: lines for reject, lines in phrasings.rejects.items() if lines}
    groups = [*phrasings.intents.values(), *commands.values(), *rejects.values()]
    labels = Labels(tuple(phrasings.intents), tuple(commands), tuple(rejects))
    torn = [
        Example(line.text, labels.intents.index(intent)) for line in phrasings.torn for intent in line.intents
    ]
    return labels, [*_examples(groups), *torn]


def guard_examples(phrasings: Phrasings) -> tuple[Labels, list[Example]]:
    """Return what guards are learned from: their lines, all false alarms, and a part of everything else."""
    guards = {Guard.EMERGENCY: phrasings.emergency, Guard.NO_RECORDING: phrasings.no_recording}
    guards = {guard: lines for guard, lines in guards.items() if lines}
    everything = [line.text for line in examples(phrasings)[1]]
    ordinary = everything[:: max(1, len(everything) // ORDINARY)]
    labels = Labels((), (), (Reject.NO_MATCH,), tuple(guards))
    return labels, _examples([[*phrasings.false_alarms, *ordinary], *guards.values()])


def _examples(groups: Sequence[Sequence[str]]) -> list[Example]:
    return [Example(text, label) for label, lines in enumerate(groups) for text in lines]


@dataclass(frozen=True, slots=True)
class Model:
    """Everything learned; immutable, so any number of threads may ask."""

    labels: Labels
    vectoriser: Vectoriser
    classifier: Classifier
    answers: Gate | None = None
    """None where no intent is learned."""
    commands: Gate | None = None
    """None where no command is learned."""

    def said(self, analysis: Analysis, weight: float = 1.0) -> "Said":
        """Return a reading of an utterance as this model sees it."""
        return Said(self.vectoriser.row(analysis), len(analysis.words), weight)

    def probabilities(self, readings: Sequence["Said"]) -> Floats:
        """Return the probability of each class, mixed from *readings* (at least one)."""
        mixed = self.classifier.probabilities(readings[0].row) * np.float32(readings[0].weight)
        for said in readings[1:]:
            mixed += self.classifier.probabilities(said.row) * np.float32(said.weight)
        return mixed / np.float32(sum(said.weight for said in readings))

    def _denied_anew(self, row: Row, command: int) -> bool:
        """Whether something is denied that no phrasing of *command* denies (« pas besoin de conseiller »)."""
        denied = row.index[self.vectoriser.is_denial[row.index]]
        return (
            bool(len(denied)) and self.commands is not None and not self.commands.known[denied, command].any()
        )

    def trusted(self, belief: Belief, readings: Sequence["Said"]) -> Belief:
        """Return *belief* with the trust in its best, from what *readings* leave unexplained."""
        trust, covered = belief.best, dict[str, float]()
        if self.answers and belief.intents:
            best = self.labels.intents.index(belief.intents[0].intent)
            trust, shares = _weighed(self.answers, belief.best, best, readings)
            covered = dict(zip(self.labels.intents, shares.tolist(), strict=True))
        obeyed = belief.commands[0][1] if belief.commands else 0.0
        if self.commands and belief.commands:
            best = self.labels.commands.index(belief.commands[0][0])
            obeyed, _ = _weighed(self.commands, obeyed, best, readings)
            if any(self._denied_anew(said.row, best) for said in readings):
                obeyed = 0.0
        return replace(belief, trust=trust, covered=covered, obeyed=obeyed)


@dataclass(frozen=True, slots=True)
class Said:
    """One reading of an utterance."""

    row: Row
    words: int
    weight: float
    """How far the recogniser believes in it, beside the other readings."""


def learn(lines: Sequence[Example], labels: Labels, analyser: Analyser) -> Model:
    """Train on *lines*; seconds for some thousand, deterministic."""
    return learn_and_leave_out(lines, labels, analyser)[0]


def learn_and_leave_out(lines: Sequence[Example], labels: Labels, analyser: Analyser) -> tuple[Model, Floats]:
    """Train on *lines*; also return, for each, its probabilities as if it had been left out."""
    analyses = [analyser.analyse(line.text) for line in lines]
    vectoriser = Vectoriser.fit(analyses)
    rows = [vectoriser.row(analysis) for analysis in analyses]
    size, intents = len(vectoriser.idf), len(labels.intents)
    classes: Ints = np.array([line.label for line in lines], dtype=np.int32)
    learned, left_out = classifier.train(rows, similarities(rows, size), classes, (size, len(labels)))
    words = [len(analysis.words) for analysis in analyses]
    known = Lines(rows, words, classes, left_out, size)
    refusal = intents + len(labels.commands)
    answers = known.fit(range(intents), range(refusal, len(labels))) if intents else None
    commands = known.fit(range(intents, refusal), range(len(labels))) if labels.commands else None
    return Model(labels, vectoriser, learned, answers, commands), left_out


def _weighed(gate: Gate, probability: float, place: int, readings: Sequence[Said]) -> tuple[float, Floats]:
    """Return the trust in the class at *place*, and the share that each class covers, over all readings."""
    total = sum(said.weight for said in readings)
    covered: Floats = np.sum([gate.covered(said.row) * (said.weight / total) for said in readings], axis=0)
    words = sum(said.words * said.weight for said in readings) / total
    strange = sum(gate.strange(said.row, place) * said.weight for said in readings) / total
    return gate.trust(probability, float(covered[place]), words, strange), covered


def _ranked(things: Sequence[_T], scores: Sequence[float]) -> list[tuple[_T, float]]:
    return sorted(zip(things, scores, strict=True), key=lambda pair: -pair[1])
