"""Two editions tried: what is counted, which cells differ, which bars forbid publishing."""

from pathlib import Path

import pytest

from ivr.dialogue.understanding import Reject
from ivr.knowledge.draft_evaluation import (
    FOLDS,
    Cell,
    Material,
    Tally,
    Trial,
    blocking,
    changed_cells,
    concluded,
    read_material,
    try_fold,
    try_utterances,
)
from ivr.knowledge.matcher_factory import MatcherFactory
from ivr.knowledge.matching import Concepts, Phrasings, Thresholds
from ivr.knowledge.matching.evaluation import OUTSIDE, Report
from tests.shipped import PROMPTS

pytestmark = pytest.mark.unit

NOTHING = Tally(0, 0, 0, 0, 0, 0)
BARS = {"answered": 0.9, "misled": 0.05}


def trial(figures: dict[str, float], cells: dict[tuple[str, str], int] | None = None) -> Trial:
    """A trial with these figures."""
    return Trial(figures, cells or {}, NOTHING, NOTHING)


def test_phrasings_are_judged_unseen_and_utterances_as_labelled(tmp_path: Path) -> None:
    """Every line once, by what the others teach; utterances of questions that are no more are left out."""
    starts = ("je cherche", "où est", "trouver", "donnez-moi", "je veux", "il me faut")
    taught = Phrasings(
        intents={
            "mac": tuple(f"{start} l'adresse MAC" for start in starts),
            "ping": tuple(f"{start} un test ping" for start in starts),
        },
        rejects={Reject.OUT_OF_SCOPE: tuple(f"{start} une pizza" for start in starts)},
    )
    said = (("où est donc l'adresse MAC", ("mac",)), ("une bonne pizza", (OUTSIDE,)), ("et ça", ("gone",)))
    material, matchers = Material(taught, Concepts(), said), MatcherFactory(tmp_path, Thresholds())
    unseen = Report()
    for fold in range(FOLDS):
        unseen.take(try_fold(material, fold, matchers))
    done = concluded(unseen, try_utterances(material, matchers))
    assert (done.phrasings.questions, done.phrasings.outside) == (12, 6)
    assert (done.utterances.questions, done.utterances.outside) == (1, 1)
    assert sum(done.cells.values()) == 20
    assert done.utterances.helped >= done.utterances.answered


def test_only_cells_that_differ_are_told() -> None:
    """Those that differ most first; fewer confusions and more right answers are better."""
    before = trial({}, {("a", "a"): 9, ("a", "b"): 1, ("b", "b"): 5})
    after = trial({}, {("a", "a"): 6, ("a", "b"): 3, ("a", OUTSIDE): 1, ("b", "b"): 5})
    cells = changed_cells(before, after)
    assert cells == (Cell("a", "a", 9, 6), Cell("a", "b", 1, 3), Cell("a", OUTSIDE, 0, 1))
    assert [cell.better for cell in cells] == [False, False, False]
    assert all(cell.better for cell in changed_cells(after, before))


@pytest.mark.parametrize(
    ("before", "after", "blocked"),
    [
        ({"answered": 0.95, "misled": 0.01}, {"answered": 0.94, "misled": 0.02}, []),
        ({"answered": 0.95, "misled": 0.01}, {"answered": 0.85, "misled": 0.06}, ["answered", "misled"]),
        ({"answered": 0.80, "misled": 0.09}, {"answered": 0.85, "misled": 0.08}, []),
        ({"answered": 0.80, "misled": 0.09}, {"answered": 0.79, "misled": 0.09}, ["answered"]),
        ({}, {"answered": 0.80}, ["answered"]),
    ],
)
def test_a_missed_bar_forbids_publishing_what_makes_it_worse(
    before: dict[str, float], after: dict[str, float], blocked: list[str]
) -> None:
    """What improves on an edition that missed it already may be published."""
    assert blocking(trial(before), trial(after), BARS) == blocked


def test_the_shipped_utterances_are_labelled_with_shipped_questions() -> None:
    """A renamed question would silently lose its checks."""
    material = read_material(PROMPTS, PROMPTS)
    known = {*material.phrasings.intents, *material.phrasings.commands, OUTSIDE}
    assert {intent for _, expected in material.utterances for intent in expected} <= known
    assert len(material.utterances) > 300
