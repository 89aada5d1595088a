"""Measuring phrasings with themselves."""

from random import Random

import pytest

from ivr.dialogue.understanding import Candidate, Command, Outcome, Reject, Understanding
from ivr.french.phonetics import sounds
from ivr.knowledge.matching import Concepts, Phrasings
from ivr.knowledge.matching.evaluation import OUTSIDE, Judged, Report, cross_validate, split
from ivr.knowledge.matching.noise import Recogniser

pytestmark = pytest.mark.unit

PHRASINGS = Phrasings(
    intents={
        "mac": tuple(f"{start} l'adresse MAC" for start in ("je cherche", "où est", "trouver", "donnez-moi")),
        "ping": tuple(
            f"{start} un test ping" for start in ("lancer", "faire", "comment réaliser", "je veux")
        ),
    },
    commands={Command.YES: ("oui", "oui oui", "ouais oui", "ah oui")},
    rejects={Reject.OUT_OF_SCOPE: ("une pizza", "commander une pizza", "manger une pizza", "la bonne pizza")},
)


def judged(expected: str, outcome: Outcome, *intents: str) -> Judged:
    candidates = tuple(Candidate(intent, 0.5) for intent in intents)
    return Judged("x", (expected,), Understanding("x", outcome, candidates))


def test_cross_validation_judges_every_line_once() -> None:
    """Each line is judged by a matcher that has not seen it, and easy ones are found."""
    report = cross_validate(PHRASINGS, Concepts(), folds=3)
    assert len(report.questions) == 8
    assert len(report.commands) == len(report.outside) == 4
    assert report.figures()["first"] >= 0.75


def test_split_leaves_nothing_out_and_repeats_nothing() -> None:
    """Training and test lines are disjoint and complete."""
    kept, tested = split(PHRASINGS, 1, 4)
    for intent, lines in PHRASINGS.intents.items():
        assert sorted(kept.intents[intent] + tested.intents[intent]) == sorted(lines)


def test_figures() -> None:
    """Answered, helped and misled mean what they say."""
    report = Report()
    for case in (
        judged("a", Outcome.ANSWER, "a"),
        judged("a", Outcome.ANSWER, "b"),
        judged("a", Outcome.ANSWER, "a", "b"),
        judged("a", Outcome.CHOOSE, "b", "a"),
        judged("a", Outcome.CONFIRM, "a"),
        judged("a", Outcome.REJECT, "a"),
        judged(OUTSIDE, Outcome.ANSWER, "a"),
        judged(OUTSIDE, Outcome.REJECT),
    ):
        report.add(case)
    figures = report.figures()
    assert figures["answered"] == pytest.approx(1 / 6)
    assert figures["helped"] == pytest.approx(3 / 6)
    assert figures["misled"] == pytest.approx(2 / 6)
    assert figures["first"] == pytest.approx(4 / 6)
    assert figures["outside_answered"] == pytest.approx(1 / 2)


def test_remarks_are_told_apart() -> None:
    """« Il y a combien d'étapes ? » is to be known as what it is, and never answered."""
    report = Report()
    steps = Understanding("x", Outcome.REJECT, reject=Reject.STEPS)
    report.add(Judged("x", ("steps",), steps))
    report.add(Judged("x", ("spell",), steps))
    report.add(judged("spell", Outcome.ANSWER, "a"))
    report.add(judged(OUTSIDE, Outcome.REJECT))
    figures = report.figures()
    assert figures["acts"] == pytest.approx(1 / 3)
    assert figures["outside_answered"] == pytest.approx(1 / 4)
    assert ("spell", "steps", 1) in report.confusions()


def test_confusions_are_counted() -> None:
    """The most frequent mistake comes first."""
    report = Report()
    for case in [judged("a", Outcome.ANSWER, "b")] * 2 + [judged("a", Outcome.REJECT)]:
        report.add(case)
    assert report.confusions() == [("a", "b", 2), ("a", OUTSIDE, 1)]


def test_the_simulated_recogniser() -> None:
    """It is reproducible, changes words, keeps no punctuation, and mostly what one hears."""
    texts = [line for lines in PHRASINGS.intents.values() for line in lines]
    recogniser = Recogniser.knowing(texts)
    first = [recogniser.hears(text, Random(4)) for text in texts]
    assert first == [recogniser.hears(text, Random(4)) for text in texts]
    assert not any(mark in heard for heard in first for mark in "',.?-")
    faithful = Recogniser(respell=0, recut=1, lose=0, mistake=0)
    assert sounds(faithful.hears("l'adresse administrateur", Random(1))) == sounds("l'adresse administrateur")
