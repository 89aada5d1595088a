"""Nothing that is counted or decided is shown by its code."""

from collections.abc import Mapping
from enum import StrEnum

import pytest

from ivr.console.french_names import COMMANDS, OUTCOME_NAMES, OUTCOMES, REASON_NAMES, REJECTS
from ivr.dialogue.actions import HandOffReason
from ivr.dialogue.understanding import Command, Outcome, Reject
from ivr.store.outcomes import CallOutcome

pytestmark = pytest.mark.unit


@pytest.mark.parametrize(
    ("names", "kind"),
    [
        (REASON_NAMES, HandOffReason),
        (OUTCOME_NAMES, CallOutcome),
        (OUTCOMES, Outcome),
        (COMMANDS, Command),
        (REJECTS, Reject),
    ],
)
def test_each_has_its_french(names: Mapping[str, str], kind: type[StrEnum]) -> None:
    """Every member, and no other."""
    assert set(names) == set(kind)
    assert all(names.values())
