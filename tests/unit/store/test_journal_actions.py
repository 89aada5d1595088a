"""What is noted, and how the page tells it."""

import re
from pathlib import Path

import pytest

from ivr.store.journal import ACTIONS, Action

pytestmark = pytest.mark.unit

SOURCE = Path(__file__).parents[3] / "ivr"


def test_every_action_has_its_french() -> None:
    """No action is shown by its name."""
    assert set(ACTIONS) == set(Action)
    assert all(" " in told for told in ACTIONS.values())


def test_only_actions_that_there_are_are_noted() -> None:
    """An action that is written out is one of the list: another would be refused when it is noted."""
    source = "".join(path.read_text(encoding="utf-8") for path in SOURCE.rglob("*.py"))
    written = re.findall(r"await note\([^()]*(?:\([^()]*\)[^()]*)*?, \"([a-z-]+)\"", source)
    assert written
    assert set(written) <= set(Action)
