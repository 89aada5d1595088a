"""Slots are filled completely or not at all."""

import pytest

from ivr.french.slots import fill, slots

pytestmark = pytest.mark.unit


def test_slots_are_named_in_order() -> None:
    """The slots of a text are found in order."""
    assert slots("Dites « {mot-a} », ou « {mot-b} ».") == ("mot-a", "mot-b")


def test_hyphens_are_underscores_in_python() -> None:
    """`label_a=` fills {label-a}."""
    assert fill("Sur {label-a}.", label_a="les tarifs") == "Sur les tarifs."


def test_a_slot_at_the_beginning_takes_a_capital() -> None:
    """A sentence begins with a capital, whatever the value."""
    assert fill("{fonction} : c'est une option.", fonction="le fax") == "Le fax : c'est une option."


def test_values_are_not_looked_into() -> None:
    """A value that looks like a slot stays as it is."""
    assert fill("Sur {label}.", label="{label}") == "Sur {label}."


@pytest.mark.parametrize(
    ("text", "values", "message"),
    [
        ("Sur {label}.", {}, "no value for the slot {label}"),
        ("Sur {label}.", {"label": ""}, "no value for the slot {label}"),
        ("Oui.", {"label": "x"}, "no slot {label}"),
    ],
)
def test_never_an_empty_slot(text: str, values: dict[str, str], message: str) -> None:
    """A missing or empty value is an error, and so is a value without a slot."""
    with pytest.raises(KeyError) as error:
        fill(text, **values)
    assert message in str(error.value)
