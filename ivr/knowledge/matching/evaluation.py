"""How well the phrasings teach: every line judged by a matcher that has not seen it.

Measures; changes nothing. ``ivr faq test`` prints what is measured here.
"""

import zlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from rapidfuzz import fuzz, process

from ivr.dialogue.events import Hypothesis
from ivr.dialogue.understanding import REMARKS, Command, Outcome, Understanding
from ivr.knowledge.matching.concepts import Concepts
from ivr.knowledge.matching.decision import Thresholds
from ivr.knowledge.matching.features import Analyser
from ivr.knowledge.matching.matcher import Matcher
from ivr.knowledge.matching.model import examples, learn_and_leave_out
from ivr.knowledge.matching.phrasings import Phrasings

MOST_COLLISIONS = 40
"""That are listed."""

OUTSIDE = "out-of-scope"
"""What is expected of a line that the FAQ does not answer."""

AT_MOST = ("misled", "outside_answered")
"""Measures of which less is better."""

Expected = tuple[str, ...]
"""Intents in the order of mention, or one command, or one remark, or :data:`OUTSIDE`."""
Garble = Callable[[str], str]


@dataclass(frozen=True, slots=True)
class Judged:
    """One line, what was expected and what came."""

    text: str
    expected: Expected
    got: Understanding

    @property
    def first(self) -> bool:
        """Whether the best intent is the right one, whatever the outcome."""
        return bool(self.got.intents) and self.got.intents[0].intent == self.expected[0]

    @property
    def offered(self) -> tuple[str, ...]:
        """The intents that are answered, confirmed or offered."""
        return () if self.got.outcome is Outcome.REJECT else tuple(c.intent for c in self.got.intents)

    @property
    def helped(self) -> bool:
        """Whether the caller gets the right answer, or a question that leads there."""
        if self.got.outcome is Outcome.ANSWER:
            return self.answered
        return self.expected[0] in self.offered

    @property
    def answered(self) -> bool:
        """Whether exactly the right answers are given at once."""
        return self.got.outcome is Outcome.ANSWER and set(self.offered) == set(self.expected)

    @property
    def misled(self) -> bool:
        """Whether something else is answered at once."""
        return self.got.outcome is Outcome.ANSWER and not self.answered


@dataclass(slots=True)
class Report:
    """The figures of one evaluation, as shares of 1."""

    questions: list[Judged] = field(default_factory=list)
    commands: list[Judged] = field(default_factory=list)
    outside: list[Judged] = field(default_factory=list)
    several: list[Judged] = field(default_factory=list)
    acts: list[Judged] = field(default_factory=list)
    """Remarks on the conversation (« il y a combien d'étapes ? »); never to be answered either."""

    def figures(self) -> dict[str, float]:
        """Return the measures that a bar can be set on, those that there are lines for."""
        stray = [*self.outside, *self.acts]
        measures: list[tuple[str, list[Judged], Callable[[Judged], bool]]] = [
            ("first", self.questions, lambda j: j.first),
            ("helped", self.questions, lambda j: j.helped),
            ("answered", self.questions, lambda j: j.answered),
            ("misled", self.questions, lambda j: j.misled),
            ("outside_answered", stray, lambda j: j.got.outcome is Outcome.ANSWER),
            ("outside_declined", self.outside, lambda j: j.got.outcome is Outcome.REJECT),
            ("commands", self.commands, lambda j: (j.got.command or "") == j.expected[0]),
            ("acts", self.acts, lambda j: (j.got.reject or "") == j.expected[0]),
            ("several", self.several, lambda j: j.answered),
        ]
        return {name: sum(map(holds, judged)) / len(judged) for name, judged, holds in measures if judged}

    def confusions(self) -> list[tuple[str, str, int]]:
        """Return (expected, got instead, how often), most frequent first."""
        counted = self.cells().most_common()
        return [(expected, got, count) for (expected, got), count in counted if expected != got]

    def cells(self) -> Counter[tuple[str, str]]:
        """Return the confusion matrix: how often (expected, got) came, right answers included."""
        judged = (*self.questions, *self.commands, *self.outside, *self.acts)
        return Counter((each.expected[0], _label(each.got)) for each in judged)

    def take(self, other: "Report") -> None:
        """Add everything that *other* judged."""
        self.questions += other.questions
        self.commands += other.commands
        self.outside += other.outside
        self.several += other.several
        self.acts += other.acts

    def add(self, judged: Judged) -> None:
        """Put one line where it belongs."""
        if len(judged.expected) > 1:
            self.several.append(judged)
        elif judged.expected[0] == OUTSIDE:
            self.outside.append(judged)
        elif judged.expected[0] in list(Command):
            self.commands.append(judged)
        elif judged.expected[0] in REMARKS:
            self.acts.append(judged)
        else:
            self.questions.append(judged)


def cross_validate(
    phrasings: Phrasings,
    concepts: Concepts,
    folds: int = 5,
    garble: Garble | None = None,
    thresholds: Thresholds | None = None,
    done: Callable[[int], object] = lambda _: None,
) -> Report:
    """Judge every line by a matcher trained on the other folds; *garble* damages it before it is judged.

    *done* hears the number of each fold that is finished.
    """
    report = Report()
    for fold in range(folds):
        report.take(judge_fold(phrasings, concepts, fold, folds, garble, thresholds))
        done(fold)
    return report


def missed(figures: Mapping[str, float], bars: Mapping[str, float]) -> list[str]:
    """Return the measures of *figures* that do not reach their bar."""
    return [
        name
        for name, bar in bars.items()
        if name in figures and (figures[name] > bar if name in AT_MOST else figures[name] < bar)
    ]


def judge_fold(
    phrasings: Phrasings,
    concepts: Concepts,
    fold: int,
    folds: int,
    garble: Garble | None = None,
    thresholds: Thresholds | None = None,
) -> Report:
    """Judge the lines of one fold by a matcher trained on the others."""
    kept, tested = split(phrasings, fold, folds)
    return judge(Matcher.build(kept, concepts, thresholds=thresholds), lines(tested), Report(), garble)


def judge(
    matcher: Matcher, cases: Iterable[tuple[str, Expected]], report: Report, garble: Garble | None = None
) -> Report:
    """Add the judgement on each (text, expected) to *report*."""
    for text, expected in cases:
        heard = garble(text) if garble else text
        report.add(Judged(heard, expected, matcher.understand([Hypothesis(heard)])))
    return report


@dataclass(frozen=True, slots=True)
class Collision:
    """A phrasing that, left out, is taken for another intent's: too alike, or in the wrong file."""

    text: str
    intent: str
    taken_for: str
    probability: float
    like: str
    """The phrasing of the other intent that resembles it most."""


@dataclass(frozen=True, slots=True)
class LeftOut:
    """Leave-one-out over all questions: exact, and as quick as one training."""

    accuracy: float
    curve: tuple[tuple[float, float, float], ...]
    """(threshold, answered rightly, answered wrongly)."""
    collisions: tuple[Collision, ...]
    """Surest first."""


def leave_one_out(phrasings: Phrasings, concepts: Concepts) -> LeftOut:
    """Judge every question as if it alone had been left out of the training."""
    labels, cases = examples(replace(phrasings, torn=()))
    _, left_out = learn_and_leave_out(cases, labels, Analyser(concepts))
    questions = [place for place, case in enumerate(cases) if case.label < len(labels.intents)]
    chances = left_out[questions, : len(labels.intents)]
    best, score = chances.argmax(axis=1), chances.max(axis=1)
    right = best == [cases[place].label for place in questions]
    curve = tuple(
        (limit, float((right & (score >= limit)).mean()), float((~right & (score >= limit)).mean()))
        for limit in (0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95)
    )
    wrong = sorted((i for i in range(len(questions)) if not right[i]), key=lambda i: -score[i])
    collisions = []
    for i in wrong[:MOST_COLLISIONS]:
        case, other = cases[questions[i]], labels.intents[best[i]]
        like = process.extractOne(case.text, phrasings.intents[other], scorer=fuzz.token_set_ratio)
        own = labels.intents[case.label]
        collisions.append(
            Collision(case.text, own, other, round(float(score[i]), 3), like[0] if like else "")
        )
    return LeftOut(float(right.mean()), curve, tuple(collisions))


def lines(phrasings: Phrasings) -> Iterator[tuple[str, Expected]]:
    """Return every line that has a right answer, with it; guards are judged elsewhere."""
    for intent, texts in phrasings.intents.items():
        yield from ((text, (intent,)) for text in texts)
    for command, texts in phrasings.commands.items():
        yield from ((text, (command.value,)) for text in texts)
    for reject, texts in phrasings.rejects.items():
        expected = reject.value if reject in REMARKS else OUTSIDE
        yield from ((text, (expected,)) for text in texts)
    yield from ((several.text, several.intents) for several in phrasings.several)


def split(phrasings: Phrasings, fold: int, folds: int) -> tuple[Phrasings, Phrasings]:
    """Return *phrasings* without the lines of *fold*, and those lines alone.

    A line's fold depends on nothing but its text, so that two editions can be compared.
    """

    def part(wanted: bool) -> Phrasings:
        def some(lines: Sequence[str]) -> tuple[str, ...]:
            return tuple(line for line in lines if (zlib.crc32(line.encode()) % folds == fold) is wanted)

        return replace(
            phrasings,
            intents={intent: some(lines) for intent, lines in phrasings.intents.items()},
            commands={command: some(lines) for command, lines in phrasings.commands.items()},
            rejects={reject: some(lines) for reject, lines in phrasings.rejects.items()},
            several=tuple(several for several in phrasings.several if some([several.text])),
            torn=tuple(torn for torn in phrasings.torn if some([torn.text])),
        )

    return part(False), part(True)


def _label(got: Understanding) -> str:
    if got.command and got.reject is None:
        return got.command.value
    if got.reject in REMARKS:
        return got.reject.value
    return OUTSIDE if got.outcome is Outcome.REJECT or not got.intents else got.intents[0].intent
