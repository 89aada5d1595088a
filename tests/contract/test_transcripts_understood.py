"""The golden transcripts again, understood by the real matcher instead of by what they dictate."""

import difflib
from pathlib import Path

import pytest

from ivr.knowledge.matcher_factory import MatcherFactory
from ivr.knowledge.matching import Thresholds
from ivr.knowledge.published import PublishedKnowledge, load_content
from ivr.simulator.transcript import replay, undictated
from tests.shipped import PROMPTS

pytestmark = pytest.mark.transcripts

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def knowledge(tmp_path_factory: pytest.TempPathFactory) -> PublishedKnowledge:
    matchers = MatcherFactory(tmp_path_factory.mktemp("learned"), Thresholds())
    return PublishedKnowledge(load_content(PROMPTS), matchers.teach(PROMPTS))


@pytest.mark.parametrize("path", sorted(ROOT.glob("tests/transcripts/*.txt")), ids=lambda path: path.stem)
def test_the_matcher_agrees_with_the_transcript(path: Path, knowledge: PublishedKnowledge) -> None:
    """What the caller says leads where the transcript says, without being told what it means."""
    expected = undictated(path.read_text(encoding="utf-8"))
    actual = replay(expected, knowledge, path.name)
    if expected != actual:
        lines = (expected.splitlines(), actual.splitlines())
        pytest.fail("\n".join(difflib.unified_diff(*lines, "written", "said", lineterm="", n=2)), False)
