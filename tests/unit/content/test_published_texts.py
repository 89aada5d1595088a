"""What callers of this checkout hear, as it was shipped or as a supervisor has published it since."""

import pytest

from ivr.content.draft import load
from ivr.places import shared

pytestmark = pytest.mark.unit


def test_the_texts_in_place_are_accepted() -> None:
    """Every loader accepts ``prompts/``: a server starts with it."""
    assert load(shared("prompts"), {}).content.faq.answers
