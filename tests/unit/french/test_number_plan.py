"""What the line may call, and numbers as others dial them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.french.number_plan import NumberPlan, from_abroad, international

pytestmark = pytest.mark.unit


@pytest.mark.parametrize("number", ["0123456789", "0612345678", "0712345678", "0912345678", "0692123456"])
def test_people_may_be_called(number: str) -> None:
    """Geographic, mobile, overseas and 09."""
    assert NumberPlan().may_be_called(number)


@pytest.mark.parametrize(
    "number", ["0899123456", "0812345678", "3949", "112", "00442079460000", "+33612345678", "0012345678", ""]
)
def test_nothing_that_costs_may_be_called(number: str) -> None:
    """Premium rates, short numbers, other countries, and what is no number."""
    assert not NumberPlan().may_be_called(number)


@pytest.mark.parametrize(
    ("national", "abroad"),
    [
        ("0692123456", "+262692123456"),
        ("0262123456", "+262262123456"),
        ("0639123456", "+262639123456"),
        ("0690123456", "+590690123456"),
        ("0594123456", "+594594123456"),
        ("0696123456", "+596696123456"),
        ("0612345678", "+33612345678"),
    ],
)
def test_overseas_numbers_are_right_both_ways(national: str, abroad: str) -> None:
    """A caller of La Réunion is one person, and his text message reaches him."""
    assert international(national) == abroad
    assert from_abroad(f"00{abroad[1:]}") == national
    assert from_abroad(abroad[1:]) == national


@given(st.from_regex(r"0[1-79][0-9]{8}", fullmatch=True))
def test_every_number_comes_back(number: str) -> None:
    """What is written to the world is read as it was."""
    assert from_abroad(international(number)[1:]) == number


def test_only_mobiles_are_written_to() -> None:
    """06 and 07 are mobile numbers; whoever runs the line may say otherwise."""
    assert NumberPlan().may_be_written("0712345678")
    assert not NumberPlan().may_be_written("0112345678")
    narrow = NumberPlan(called=("0262",), written=("0692", "0693"))
    assert (narrow.may_be_called("0262123456"), narrow.may_be_called("0612345678")) == (True, False)
    assert (narrow.may_be_written("0692123456"), narrow.may_be_written("0612345678")) == (True, False)
