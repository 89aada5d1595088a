"""Prompts that say personal data aloud leave no text in the record."""

import pytest

from ivr.knowledge.prompt_ids import FILLED
from ivr.store.privacy import READ_BACK

pytestmark = pytest.mark.unit

PERSONAL = {"numero-par-paires", "quatre-derniers-chiffres", "debut-adresse"}


def test_every_prompt_with_a_number_in_it_is_known() -> None:
    """A new one cannot be forgotten."""
    assert {prompt for prompt, slots in FILLED.items() if PERSONAL & set(slots)} == READ_BACK
