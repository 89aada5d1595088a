"""Counting mistakes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.training.distance import collapse, edit_distance

pytestmark = pytest.mark.unit

letters = st.text("abc", max_size=8)


@pytest.mark.parametrize(
    ("one", "other", "expected"), [("", "abc", 3), ("abc", "abc", 0), ("kitten", "sitting", 3)]
)
def test_known_distances(one: str, other: str, expected: int) -> None:
    """Insertions, deletions and substitutions cost one each."""
    assert edit_distance(one, other) == expected


@given(letters, letters, letters)
def test_it_is_a_distance(one: str, other: str, third: str) -> None:
    """Symmetric, and no detour is shorter."""
    assert edit_distance(one, other) == edit_distance(other, one)
    assert edit_distance(one, third) <= edit_distance(one, other) + edit_distance(other, third)


def test_ctc_merges_repeats_and_drops_blanks() -> None:
    """A blank between two equal units keeps both."""
    assert collapse([0, 5, 5, 0, 5, 7, 7, 0]) == [5, 5, 7]
