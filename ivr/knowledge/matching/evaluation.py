"""How well the phrasings teach: every line judged by a matcher that has not seen it.

Measures; changes nothing. ``ivr faq test`` prints what is measured here.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeVar

from ivr.dialogue.events import Hypothesis
from ivr.dialogue.understanding import Command, Outcome, Reject, Understanding
from ivr.knowledge.matching.concepts import Concepts
from ivr.knowledge.matching.decision import Thresholds
from ivr.knowledge.matching.matcher import Matcher
from ivr.knowledge.matching.phrasings import Phrasings, Several

OUTSIDE = "out-of-scope"
"""What is expected of a line that the FAQ does not answer."""

Expected = tuple[str, ...]
"""Intents in the order of mention, or one command, or :data:`OUTSIDE`."""
Garble = Callable[[str], str]

_K = TypeVar("_K")


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

    def figures(self) -> dict[str, float]:
        """Return the measures that a bar can be set on."""
        return {
            "first": _share(self.questions, lambda j: j.first),
            "helped": _share(self.questions, lambda j: j.helped),
            "answered": _share(self.questions, lambda j: j.answered),
            "misled": _share(self.questions, lambda j: j.misled),
            "outside_answered": _share(self.outside, lambda j: j.got.outcome is Outcome.ANSWER),
            "outside_declined": _share(self.outside, lambda j: j.got.outcome is Outcome.REJECT),
            "commands": _share(self.commands, lambda j: (j.got.command or "") == j.expected[0]),
            "several": _share(self.several, lambda j: j.answered),
        }

    def confusions(self) -> list[tuple[str, str, int]]:
        """Return (expected, got instead, how often), most frequent first."""
        counts = Counter(
            (judged.expected[0], _label(judged.got))
            for judged in (*self.questions, *self.commands, *self.outside)
            if judged.expected[0] != _label(judged.got)
        )
        return [(expected, got, count) for (expected, got), count in counts.most_common()]

    def add(self, judged: Judged) -> None:
        """Put one line where it belongs."""
        if len(judged.expected) > 1:
            self.several.append(judged)
        elif judged.expected[0] == OUTSIDE:
            self.outside.append(judged)
        elif judged.expected[0] in list(Command):
            self.commands.append(judged)
        else:
            self.questions.append(judged)


def cross_validate(
    phrasings: Phrasings,
    concepts: Concepts,
    folds: int = 5,
    garble: Garble | None = None,
    thresholds: Thresholds | None = None,
) -> Report:
    """Judge every line by a matcher trained on the other folds; *garble* damages it before it is judged."""
    report = Report()
    for fold in range(folds):
        kept, tested = split(phrasings, fold, folds)
        judge(Matcher.build(kept, concepts, thresholds=thresholds), lines(tested), report, garble)
    return report


def judge(
    matcher: Matcher, cases: Iterable[tuple[str, Expected]], report: Report, garble: Garble | None = None
) -> Report:
    """Add the judgement on each (text, expected) to *report*."""
    for text, expected in cases:
        heard = garble(text) if garble else text
        report.add(Judged(heard, expected, matcher.understand([Hypothesis(heard)])))
    return report


def lines(phrasings: Phrasings) -> Iterator[tuple[str, Expected]]:
    """Return every line that has a right answer, with it; noise and guards are judged elsewhere."""
    for intent, texts in phrasings.intents.items():
        yield from ((text, (intent,)) for text in texts)
    for command, texts in phrasings.commands.items():
        yield from ((text, (command.value,)) for text in texts)
    for reject in (Reject.OUT_OF_SCOPE, Reject.NEAR_MISS, Reject.NOISE):
        yield from ((text, (OUTSIDE,)) for text in phrasings.rejects.get(reject, ()))
    yield from ((several.text, several.intents) for several in phrasings.several)


def split(phrasings: Phrasings, fold: int, folds: int) -> tuple[Phrasings, Phrasings]:
    """Return *phrasings* without the lines of *fold*, and those lines alone."""
    return (
        _part(phrasings, lambda place: place % folds != fold),
        _part(phrasings, lambda place: place % folds == fold),
    )


def _part(phrasings: Phrasings, keep: Callable[[int], bool]) -> Phrasings:
    def some(lines: Sequence[str]) -> tuple[str, ...]:
        return tuple(line for place, line in enumerate(lines) if keep(place))

    def each(lists: Mapping[_K, tuple[str, ...]]) -> dict[_K, tuple[str, ...]]:
        return {key: some(lines) for key, lines in lists.items()}

    several: tuple[Several, ...] = tuple(s for place, s in enumerate(phrasings.several) if keep(place))
    return replace(
        phrasings,
        intents=each(phrasings.intents),
        commands=each(phrasings.commands),
        rejects=each(phrasings.rejects),
        several=several,
    )


def _share(judged: Sequence[Judged], holds: Callable[[Judged], bool]) -> float:
    return sum(map(holds, judged)) / len(judged) if judged else 1.0


def _label(got: Understanding) -> str:
    if got.command:
        return got.command.value
    return OUTSIDE if got.outcome is Outcome.REJECT or not got.intents else got.intents[0].intent
