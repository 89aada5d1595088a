"""What can be wrong, in two languages."""

from pathlib import Path
from string import Formatter

import pytest

from ivr.knowledge.files.remedies import Code

pytestmark = pytest.mark.unit

SOURCE = Path(__file__).parents[3] / "ivr" / "knowledge"


def names(template: str) -> set[str]:
    """What a text has filled in."""
    return {name for _, name, _, _ in Formatter().parse(template) if name is not None}


@pytest.mark.parametrize("code", Code, ids=lambda code: code.name)
def test_every_code_has_its_french(code: Code) -> None:
    """A text of its own, with nothing in it that the English has not."""
    assert code.french
    assert code.french != code.english
    assert names(code.french) <= names(code.english)


def test_no_two_codes_are_one() -> None:
    """Equal texts would make one a mere alias of the other."""
    assert len(Code.__members__) == len(list(Code))


def test_every_code_is_found_somewhere() -> None:
    """A code that no loader uses says nothing."""
    source = "".join(path.read_text(encoding="utf-8") for path in SOURCE.rglob("*.py"))
    assert [code.name for code in Code if f"Code.{code.name}(" not in source] == []


def test_a_remedy_is_told_in_both_languages() -> None:
    """Filled in; braces that are meant are kept."""
    assert str(Code.LONG_LINE(count=40, most=35)) == "40 words, at most 35: split the line"
    assert Code.LONG_LINE(count=40, most=35).french == "40 mots, 35 au plus : coupez en deux étapes."
    assert str(Code.BRACE()) == "a brace that is no slot: {slot-name}"
