"""The order of the questions: what moves, and what stays as it is."""

import pytest

from ivr.content.ordering import moved, positions
from ivr.knowledge.answer_schema import LAST

pytestmark = pytest.mark.unit

CATEGORIES = {"tarifs": ["a", "b"], "postes": ["c", "d", "e"]}


@pytest.mark.parametrize(
    ("verb", "name", "order"),
    [
        ("rise", "b", "bacde"),
        ("fall", "c", "abdce"),
        ("rise", "postes", "cdeab"),
        ("rise", "a", "abcde"),  # the first stays the first, within its category too
        ("rise", "c", "abcde"),
        ("fall", "e", "abcde"),
        ("rise", "gone", "abcde"),
        ("drop", "b", "abcde"),
    ],
)
def test_a_question_moves_within_its_category_and_a_category_among_the_others(
    verb: str, name: str, order: str
) -> None:
    """One place at a time; what cannot move stays."""
    assert "".join(moved(CATEGORIES, verb, name)) == order


def test_two_that_change_places_exchange_their_positions() -> None:
    """No other file is touched."""
    assert positions(["b", "a", "c"], {"a": 10, "b": 25, "c": 30}) == {"b": 10, "a": 25}


@pytest.mark.parametrize("before", [{"a": 10, "b": 10, "c": 30}, {"a": 10, "b": 20, "c": LAST}])
def test_positions_that_do_not_tell_an_order_are_given_anew(before: dict[str, int]) -> None:
    """Two alike, or none at all."""
    given = before | positions(["c", "a", "b"], before)
    assert sorted(given, key=lambda intent: given[intent]) == ["c", "a", "b"]
