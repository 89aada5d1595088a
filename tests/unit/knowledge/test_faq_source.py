"""Nothing of the FAQ that was handed to us is lost."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from ivr.french.phrases import fold
from ivr.knowledge.published import Content, load_content
from tests.shipped import PROMPTS

pytestmark = pytest.mark.unit

ROOT = Path(__file__).parents[3]
DATA = ROOT / "tests" / "data"
LINES = (DATA / "faq-source.txt").read_text(encoding="utf-8").splitlines()
REPAIRS = yaml.safe_load((DATA / "repairs.yaml").read_text(encoding="utf-8"))
LEFT_OUT = {fold(e["text"]): e["why"] for e in yaml.safe_load((DATA / "left-out.yaml").read_text("utf-8"))}
CONTENTS_PAGE = range(5, 33)
"""Lines of the table of contents: each ends with a page number."""


@pytest.fixture(scope="module")
def content() -> Content:
    return load_content(PROMPTS)


def repaired(number: int) -> str:
    line = LINES[number - 1]
    for repair in REPAIRS:
        if repair["line"] == number:
            line = line.replace(repair["source"], repair["repaired"])
    return re.sub(r"\s+\d+$", "", line) if number in CONTENTS_PAGE else line


def sentences(number: int) -> Iterator[str]:
    """The sentences of a source line, folded, without bullets, link targets and addresses."""
    text = re.sub(r"\]\([^)]*\)|<https?:[^>]*>", " ", repaired(number))
    for sentence in re.split(r"[.?!:](?:\s|$)", text):
        if fold(sentence):
            yield fold(sentence)


@pytest.fixture(scope="module")
def written(content: Content) -> list[str]:
    """Everything the answers show in writing, folded: question, category and approved answer."""
    texts = []
    for answer in content.faq.answers.values():
        display = re.sub(r"\]\([^)]*\)", " ", answer.display)
        texts += [fold(answer.question), fold(answer.category), fold(display)]
    return texts


@pytest.mark.parametrize("number", [n for n, line in enumerate(LINES, 1) if fold(line)])
def test_every_sentence_is_taken_over(written: list[str], number: int) -> None:
    """Each sentence of the source stands in an answer, word for word, or is left out with its reason."""
    missing = [s for s in sentences(number) if s not in LEFT_OUT and not any(s in text for text in written)]
    assert missing == []


def test_answers_say_nothing_the_source_lacks(content: Content) -> None:
    """Each sentence of an approved answer stands in the source: nothing was invented."""
    source = " ".join(s for number in range(1, len(LINES) + 1) for s in sentences(number))
    added = []
    for answer in content.faq.answers.values():
        display = re.sub(r"\]\([^)]*\)", " ", answer.display)
        parts = [fold(part) for part in re.split(r"[.?!:](?:\s|$)|,\s|\*\*|\n", display)]
        added += [part for part in parts if part and part not in source]
    assert added == ["ou si vous n etes plus engage sur votre offre et souhaitez conserver le numero"]


def test_every_address_is_registered(content: Content) -> None:
    """The addresses of the source are documents that can be sent."""
    addresses = set(re.findall(r"<(https?:[^>]*)>", "\n".join(LINES)))
    assert addresses == {link.url for link in content.links.values() if link.url}


@pytest.mark.parametrize("repair", REPAIRS, ids=lambda repair: f"l{repair['line']}")
def test_repairs_apply(repair: dict[str, str]) -> None:
    """Each repair names words that stand on its line, possibly after the repairs before it."""
    line = LINES[int(repair["line"]) - 1]
    before = REPAIRS[: REPAIRS.index(repair)]
    for earlier in (r for r in before if r["line"] == repair["line"]):
        line = line.replace(earlier["source"], earlier["repaired"])
    assert repair["source"] in line
    assert repair["why"]


@pytest.mark.parametrize(
    "repair", [r for r in REPAIRS if r["why"] == "accents"], ids=lambda repair: f"l{repair['line']}"
)
def test_restored_accents_are_the_only_change(repair: dict[str, str]) -> None:
    """Taking the accented letters away from a restored line gives the source back, letter for letter."""
    assert re.sub(r"[^\x00-\x7f]", "", repair["repaired"]) == repair["source"]


def test_nothing_is_left_out_in_vain() -> None:
    """Every sentence listed as left out is really in the source, and has a reason."""
    source = {s for number in range(1, len(LINES) + 1) for s in sentences(number)}
    assert set(LEFT_OUT) <= source
    assert all(LEFT_OUT.values())
