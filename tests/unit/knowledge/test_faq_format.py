"""docs/reference/faq-format.md describes the format that is really read."""

import re
from pathlib import Path

import pytest

from ivr.knowledge.document import Table
from ivr.knowledge.faq import Faq, parse_answer
from ivr.knowledge.prompt_ids import SLOTS
from ivr.knowledge.published import load_content
from ivr.knowledge.wording import LONGEST_LINE, LONGEST_SENTENCE
from tests.shipped import PROMPTS

pytestmark = pytest.mark.unit

ROOT = Path(__file__).parents[3]
TEXT = (ROOT / "docs" / "reference" / "faq-format.md").read_text(encoding="utf-8")


def test_every_key_is_documented(monkeypatch: pytest.MonkeyPatch) -> None:
    """No loader accepts a key that the page does not name."""
    keys: set[str] = set()
    finish = Table.finish

    def remember(table: Table) -> None:
        keys.update(table._known)
        finish(table)

    monkeypatch.setattr(Table, "finish", remember)
    load_content(PROMPTS)
    assert {"text", "given", "skip-when-pushed", "dictate", "between"} <= keys
    assert {key for key in keys if f"`{key}`" not in TEXT} == set()


def test_the_example_is_right_and_uses_every_key() -> None:
    """The page's example passes the checks as it stands."""
    example = TEXT.split("```yaml\n")[1].split("```")[0]
    answer, problems = parse_answer(example, "test-ping", Faq({}), links=["prerequis"])
    assert list(problems) == []
    assert (len(answer.lines), len(answer.openings), len(answer.known)) == (8, 1, 1)
    keys = {
        key for row in re.findall(r"^\| (`[^|]*?) \|", TEXT, re.M) for key in re.findall(r"`([a-z-]+)`", row)
    }
    tails = {"suite", "manip", "enchaine", "question", "transfert", "lien", "fin"}
    assert {key for key in keys - tails if not re.search(rf"\b{key}:", example)} == set()


def test_the_limits_are_those_of_the_code() -> None:
    """Word limits and slots on the page are the ones that are checked."""
    assert f"{LONGEST_LINE} words in a line and {LONGEST_SENTENCE} in a sentence" in TEXT
    assert {slot for slot in SLOTS if f"`{slot}`" not in TEXT} == set()
