"""What a caller means: the one object the dialogue asks.

Puts the parts in order; each part has its own module.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from ivr.dialogue.events import Hypothesis
from ivr.dialogue.ports import Context
from ivr.dialogue.understanding import REMARKS, Command, Guard, Outcome, Reject, Understanding
from ivr.french.clauses import restated
from ivr.french.phone import dictates_number
from ivr.knowledge.matching import segmentation
from ivr.knowledge.matching.cache import remembered
from ivr.knowledge.matching.concepts import Concepts
from ivr.knowledge.matching.context import Situation, beyond_agreement, correction
from ivr.knowledge.matching.decision import Belief, Thresholds, decide, declined
from ivr.knowledge.matching.features import Analyser
from ivr.knowledge.matching.model import Example, Labels, Model, Said, examples, guard_examples, learn
from ivr.knowledge.matching.phrasings import Phrasings

HYPOTHESES = 3
"""Readings of an n-best list that are looked at."""
LONGEST = 1500
"""Characters; nobody says more in one breath, so more is no utterance."""
DOUBTFUL = 0.35
"""Word confidence below which a word is also tried as not said."""
PLAIN_NO = 0.9
"""Probability of « non » from which what follows is no question: « non, y a rien »."""
SHORT = 4
"""Words up to which what the closed grammar heard counts as a reading of its own."""

COMPLAINT = 4
"""Words after « mais » that may be what a caller really wants."""
_STRAY = 0.8
"""Probability from which these are certainly no question of the FAQ."""

_AGREEMENTS = (Command.YES, Command.NO)
_QUESTIONS = (Outcome.ANSWER, Outcome.CONFIRM, Outcome.CHOOSE)
_NOWHERE = Context()


class Matcher:
    """Understands utterances; immutable once built, shared by all calls."""

    def __init__(
        self, model: Model, guard: Model, analyser: Analyser, situation: Situation, thresholds: Thresholds
    ) -> None:
        self.model = model
        self._guard = guard
        self._analyser = analyser
        self._situation = situation
        self._thresholds = thresholds

    @classmethod
    def build(
        cls,
        phrasings: Phrasings,
        concepts: Concepts | None = None,
        follow_ups: Mapping[str, Sequence[str]] | None = None,
        thresholds: Thresholds | None = None,
        cache: Path | None = None,
    ) -> "Matcher":
        """Learn from *phrasings*; *follow_ups* says which intents a vague question after each one means.

        *cache* is a folder where the result is kept for the next start; it need not be writable.
        """
        concepts = concepts or Concepts()
        analyser = Analyser(concepts)
        labels, lines = examples(phrasings)
        situation = Situation.of(labels, follow_ups or {}, phrasings.replies)
        watched, alarms = guard_examples(phrasings)

        def kept(name: str, labels: Labels, lines: Sequence[Example]) -> Model:
            return remembered(
                cache, name, phrasings, concepts, labels, lambda: learn(lines, labels, analyser)
            )

        main, guard = kept("matcher", labels, lines), kept("guard", watched, alarms)
        return cls(main, guard, analyser, situation, thresholds or Thresholds())

    def understand(
        self,
        hypotheses: Sequence[Hypothesis],
        closed: Hypothesis | None = None,
        context: Context = _NOWHERE,
    ) -> Understanding:
        """Decide what the caller means. Never raises, whatever was heard."""
        text = hypotheses[0].text if hypotheses else closed.text if closed else ""
        if len(text) > LONGEST:
            return Understanding(text, Outcome.REJECT, reject=Reject.NO_MATCH)
        readings = _readings(hypotheses, closed)
        said = self._said(self.model, readings)
        if not said:
            return Understanding(text, Outcome.REJECT, reject=Reject.NOISE)
        alarm = self._alarm(readings)
        if alarm:
            return Understanding(text, Outcome.REJECT, reject=Reject.NO_MATCH, guard=alarm)
        if dictates_number(text):
            return Understanding(text, Outcome.REJECT, reject=Reject.NO_MATCH)
        whole = self._belief(said, text, context)
        decided = self._refined(decide(text, whole, self._thresholds), whole, context)
        if decided.reject is Reject.NOT_MY_QUESTION and (context.expecting_reply or context == _NOWHERE):
            decided = replace(decided, outcome=Outcome.COMMAND, command=Command.NO)  # to what was offered
        return self._situation.reply(text, context) or decided

    def believe(self, text: str, context: Context = _NOWHERE) -> Belief | None:
        """Return how probable everything is that *text* may mean; None when it has no word."""
        said = self._said(self.model, [(text, 1.0)])
        return self._belief(said, text, context) if said else None

    def _alarm(self, readings: Sequence[tuple[str, float]]) -> Guard | None:
        """A danger, or an objection to being recorded: noticed before anything else."""
        if not self._guard.labels.guards:
            return None
        believed = self._guard.probabilities(self._said(self._guard, readings))
        guard, probability = self._guard.labels.belief(believed).guards[0]
        return guard if probability >= self._thresholds.guard else None

    def _refined(self, decided: Understanding, whole: Belief, context: Context) -> Understanding:
        """Look for a correction in a « non… » or in the middle, and for a second question."""
        text = decided.text
        plain_no = dict(whole.commands).get(Command.NO, 0.0) >= PLAIN_NO
        if not plain_no and (rest := correction(text)) and (inner := self.believe(rest, context)):
            corrected = decide(text, inner, self._thresholds)
            if corrected.outcome in _QUESTIONS and inner.best >= self._thresholds.confirm:
                return replace(corrected, corrects=True)
        if decided.outcome in _QUESTIONS or decided.reject is Reject.NO_MATCH:
            both = self._instead(text, context) or self._both(text, whole, context)
            if both or decided.reject is None:
                return both or self._complained(decided, context)
        hides = decided.command in _AGREEMENTS and not plain_no
        if hides or decided.reject is Reject.NO_MATCH:
            return self._asked_besides(text, context) or decided
        return decided

    def _asked_besides(self, text: str, context: Context) -> Understanding | None:
        """« Ouais, la suite », « non mais parlez plus fort »: the command counts, not how it begins."""
        rest = beyond_agreement(text)
        inner = self.believe(rest, context) if rest else None
        decided = decide(text, inner, self._thresholds) if inner else None
        if inner is None or decided is None or decided.command in _AGREEMENTS or decided.doubtful:
            return None
        remark = decided.reject in REMARKS - {Reject.ANGER} and inner.refused >= self._thresholds.sure
        commanded = decided.command is not None and inner.obeyed >= self._thresholds.sure
        return decided if remark or commanded else None

    def _complained(self, decided: Understanding, context: Context) -> Understanding:
        """« J'ai bien accès à l'espace client, mais les factures… »: what follows « mais » is what counts."""
        _, but, rest = decided.text.rpartition(" mais ")
        if not but or decided.outcome is not Outcome.ANSWER or len(rest.split()) < COMPLAINT:
            return decided
        inner = self.believe(rest, context)
        if inner is None or inner.declined < _STRAY:
            return decided
        return declined(decided.text, inner)

    def _instead(self, text: str, context: Context) -> Understanding | None:
        """« …, non pardon, c'est … »: what was taken back is no second question."""
        rest = restated(text)
        inner = self.believe(rest, context) if rest else None
        decided = decide(text, inner, self._thresholds) if inner else None
        return decided if decided and decided.outcome is Outcome.ANSWER else None

    def _both(self, text: str, whole: Belief, context: Context) -> Understanding | None:
        pair = segmentation.pair(text, whole, lambda part: self.believe(part, context))
        if pair and pair.probability >= segmentation.THRESHOLD:
            return Understanding(text, Outcome.ANSWER, (pair.first, pair.second))
        return None

    def _belief(self, said: Sequence[Said], text: str, context: Context) -> Belief:
        probabilities = self.model.probabilities(said)
        if context != _NOWHERE:
            probabilities = self._situation.weigh(probabilities, text, context)
        return self.model.trusted(self.model.labels.belief(probabilities), said)

    def _said(self, model: Model, readings: Sequence[tuple[str, float]]) -> list[Said]:
        """What *model* sees in the readings that have a word; they weigh as much as they are believed."""
        analysed = ((self._analyser.analyse(text), weight) for text, weight in readings)
        return [model.said(analysis, weight) for analysis, weight in analysed if analysis.words]


def _readings(hypotheses: Sequence[Hypothesis], closed: Hypothesis | None) -> list[tuple[str, float]]:
    """Texts and their weights: the n-best list, each also without doubtful words, and the closed grammar."""
    readings: list[tuple[str, float]] = []
    for hypothesis in hypotheses[:HYPOTHESES]:
        weight = max(hypothesis.confidence, 1e-3)
        sure = [word.text for word in hypothesis.words if word.confidence >= DOUBTFUL]
        if 1 < len(sure) < len(hypothesis.words):
            weight /= 2
            readings.append((" ".join(sure), weight))
        readings.append((hypothesis.text, weight))
    if closed and (not hypotheses or len(hypotheses[0].text.split()) <= SHORT):
        readings.append((closed.text, max(closed.confidence, 1e-3)))
    return readings
