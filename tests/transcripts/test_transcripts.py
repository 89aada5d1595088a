"""Every golden transcript is a whole call, word for word. ``UPDATE=1`` accepts what the line says now."""

import difflib
import os
from pathlib import Path

import pytest

from ivr.dialogue.ports import Context
from ivr.knowledge.published import PublishedKnowledge, load_content
from ivr.simulator.transcript import replay
from tests.shipped import PROMPTS

pytestmark = pytest.mark.transcripts

HERE = Path(__file__).parent


class NoMatcher:
    """Understands nothing: these transcripts dictate what the caller means."""

    def understand(self, hypotheses: object, closed: object, context: Context) -> object:
        raise AssertionError(f"dictate what this means: {hypotheses}")


@pytest.fixture(scope="module")
def knowledge() -> PublishedKnowledge:
    return PublishedKnowledge(load_content(PROMPTS), NoMatcher())  # type: ignore[arg-type]


@pytest.mark.parametrize("path", sorted(HERE.glob("**/*.txt")), ids=lambda path: path.stem)
def test_the_call_goes_as_written(path: Path, knowledge: PublishedKnowledge) -> None:
    """The line says exactly what the transcript says, and ends the call as it says."""
    expected = path.read_text(encoding="utf-8")
    actual = replay(expected, knowledge, path.name)
    if os.environ.get("UPDATE"):
        path.write_text(actual, encoding="utf-8")
        return
    if expected != actual:
        written, said = expected.splitlines(), actual.splitlines()
        pytest.fail(
            "\n".join(difflib.unified_diff(written, said, "written", "said", lineterm="", n=2)), False
        )
