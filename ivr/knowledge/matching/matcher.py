"""What a caller means: the one object the dialogue asks.

Puts the parts in order; each part has its own module.
"""

from collections.abc import Mapping, Sequence

import numpy as np

from ivr.dialogue.events import Hypothesis
from ivr.dialogue.ports import Context
from ivr.dialogue.understanding import Outcome, Reject, Understanding
from ivr.knowledge.matching.concepts import Concepts
from ivr.knowledge.matching.decision import Belief, Thresholds, decide
from ivr.knowledge.matching.features import Analyser, Floats
from ivr.knowledge.matching.model import Labels, Model, examples, learn
from ivr.knowledge.matching.phrasings import Phrasings

HYPOTHESES = 3
"""Readings of an n-best list that are looked at."""
LONGEST = 1500
"""Characters; nobody says more in one breath, so more is no utterance."""


class Matcher:
    """Understands utterances; immutable once built, shared by all calls."""

    def __init__(
        self,
        model: Model,
        analyser: Analyser,
        thresholds: Thresholds,
        follow_ups: Mapping[str, Sequence[str]],
    ) -> None:
        self._model = model
        self._analyser = analyser
        self._thresholds = thresholds
        self._follow_ups = {intent: tuple(after) for intent, after in follow_ups.items()}

    @classmethod
    def build(
        cls,
        phrasings: Phrasings,
        concepts: Concepts | None = None,
        follow_ups: Mapping[str, Sequence[str]] | None = None,
        thresholds: Thresholds | None = None,
    ) -> "Matcher":
        """Learn from *phrasings*; *follow_ups* says which intents a vague question after each one means."""
        analyser = Analyser(concepts or Concepts())
        model = learn(examples(phrasings), Labels.of(phrasings), analyser)
        return cls(model, analyser, thresholds or Thresholds(), follow_ups or {})

    def understand(
        self,
        hypotheses: Sequence[Hypothesis],
        closed: Hypothesis | None = None,
        context: Context | None = None,
    ) -> Understanding:
        """Decide what the caller means. Never raises, whatever was heard."""
        text = hypotheses[0].text if hypotheses else ""
        if len(text) > LONGEST:
            return Understanding(text, Outcome.REJECT, reject=Reject.NO_MATCH)
        readings = [h for h in hypotheses[:HYPOTHESES] if h.text.strip()]
        probabilities = self._mixed(readings)
        if probabilities is None:
            return Understanding(text, Outcome.REJECT, reject=Reject.NOISE)
        return decide(text, self._belief(probabilities), self._thresholds)

    def _mixed(self, readings: Sequence[Hypothesis]) -> Floats | None:
        """The beliefs of all readings, weighed by their confidence; None when no word was said."""
        mixed: Floats | None = None
        total = 0.0
        for reading in readings:
            analysis = self._analyser.analyse(reading.text)
            if not analysis.words:
                continue
            weight = max(reading.confidence, 1e-3)
            believed = self._model.probabilities(analysis) * np.float32(weight)
            mixed = believed if mixed is None else mixed + believed
            total += weight
        return None if mixed is None else mixed / np.float32(total)

    def _belief(self, probabilities: Floats) -> Belief:
        return self._model.labels.belief(probabilities)
