"""What an edit does to understanding: every phrasing judged unseen, and labelled utterances.

Judges one fold at a time, so that what else must be learned does not wait; runs where ``comparison`` does.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from ivr.dialogue.understanding import Outcome
from ivr.knowledge.matcher_factory import MatcherFactory
from ivr.knowledge.matching import Matcher, Phrasings, load_concepts, load_phrasings
from ivr.knowledge.matching.concepts import Concepts
from ivr.knowledge.matching.evaluation import AT_MOST, OUTSIDE, Expected, Report, judge, judge_fold, missed

FOLDS = 5
"""As ``ivr faq test`` unless told otherwise, so that the bars mean the same."""
UTTERANCES = "utterances.tsv"
"""In ``prompts/``, of no edition: what judges an edit does not change with it."""


@dataclass(frozen=True, slots=True)
class Material:
    """What is judged, read once: the draft may change meanwhile."""

    phrasings: Phrasings
    concepts: Concepts
    utterances: tuple[tuple[str, Expected], ...]


@dataclass(frozen=True, slots=True)
class Tally:
    """How many of some lines went how."""

    questions: int
    answered: int
    """Rightly, at once."""
    helped: int
    """Answered, or confirmed or offered first."""
    misled: int
    """Something else was answered at once."""
    outside: int
    outside_answered: int

    @classmethod
    def of(cls, report: Report) -> "Tally":
        """Count *report*."""
        return cls(
            questions=len(report.questions),
            answered=sum(each.answered for each in report.questions),
            helped=sum(each.helped for each in report.questions),
            misled=sum(each.misled for each in report.questions),
            outside=len(report.outside),
            outside_answered=sum(each.got.outcome is Outcome.ANSWER for each in report.outside),
        )


@dataclass(frozen=True, slots=True)
class Trial:
    """One edition, tried."""

    figures: Mapping[str, float]
    """Measures of the phrasings that a bar can be set on."""
    cells: Mapping[tuple[str, str], int]
    """(expected, got) → how often, phrasings and utterances together."""
    phrasings: Tally
    utterances: Tally


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell of the confusion matrix that an edit changes."""

    expected: str
    got: str
    before: int
    after: int

    @property
    def better(self) -> bool:
        """Whether the change is a good one."""
        return (self.after > self.before) is (self.expected == self.got)


def read_material(folder: Path, judges: Path) -> Material:
    """Read what *folder* (``prompts/`` or a draft) teaches; the utterances of *judges* judge it."""
    listed = judges / UTTERANCES
    text = listed.read_text(encoding="utf-8") if listed.is_file() else ""
    return Material(
        load_phrasings(folder / "phrasings"), load_concepts(folder / "synonyms.yaml"), tuple(_labelled(text))
    )


def try_fold(material: Material, fold: int, matchers: MatcherFactory) -> Report:
    """Judge the phrasings of one fold by what the others teach."""
    return judge_fold(material.phrasings, material.concepts, fold, FOLDS, thresholds=matchers.thresholds)


def try_utterances(material: Material, matchers: MatcherFactory) -> Report:
    """Judge the labelled utterances by what all phrasings teach; those of other intents are left out."""
    matcher = Matcher.build(
        material.phrasings, material.concepts, thresholds=matchers.thresholds, cache=matchers.cache
    )
    known = {*material.phrasings.intents, OUTSIDE}
    return judge(matcher, [each for each in material.utterances if known.issuperset(each[1])], Report())


def concluded(phrasings: Report, utterances: Report) -> Trial:
    """Sum up."""
    return Trial(
        figures=phrasings.figures(),
        cells=phrasings.cells() + utterances.cells(),
        phrasings=Tally.of(phrasings),
        utterances=Tally.of(utterances),
    )


def changed_cells(before: Trial, after: Trial) -> tuple[Cell, ...]:
    """Return the cells that differ, those that differ most first."""
    cells = (
        Cell(expected, got, Counter(before.cells)[expected, got], Counter(after.cells)[expected, got])
        for expected, got in sorted({*before.cells, *after.cells})
    )
    differing = (cell for cell in cells if cell.before != cell.after)
    return tuple(sorted(differing, key=lambda cell: -abs(cell.after - cell.before)))


def blocking(before: Trial, after: Trial, bars: Mapping[str, float]) -> list[str]:
    """Return the bars that *after* misses and *before* missed less, if at all."""

    def worse(name: str) -> bool:
        old, new = before.figures.get(name), after.figures[name]
        return old is None or (new > old if name in AT_MOST else new < old)

    return [name for name in missed(after.figures, bars) if worse(name)]


def _labelled(text: str) -> Iterator[tuple[str, Expected]]:
    """Lines of ``expected<TAB>manner<TAB>text``; ``none`` is expected of what the FAQ does not answer."""
    for line in text.splitlines():
        expected, _, said = line.split("\t")
        yield said, (OUTSIDE,) if expected == "none" else tuple(expected.split("+"))
