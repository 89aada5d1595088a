"""Files written by hand become plain values: every comment is kept as the note of its table."""

import re
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
import yaml

from ivr.content.tree import comments_of, tree_of
from ivr.knowledge.document import NOTE
from ivr.knowledge.files.writer import written

pytestmark = pytest.mark.unit

BY_HAND = Path(__file__).parent / "written_by_hand"
"""The shipped files as they were before their comments became notes."""
FILES = sorted(BY_HAND.rglob("*.yaml"))


def without_notes(tree: Any) -> Any:
    """The tree, and nothing that readers pass over."""
    if isinstance(tree, dict):
        return {key: without_notes(value) for key, value in tree.items() if key != NOTE}
    return [without_notes(each) for each in tree] if isinstance(tree, list) else tree


def notes(tree: Any) -> Counter[str]:
    """The words of every note."""
    inside = list(tree.values()) if isinstance(tree, dict) else tree if isinstance(tree, list) else []
    own = Counter(tree[NOTE].split()) if isinstance(tree, dict) and NOTE in tree else Counter[str]()
    return sum((notes(each) for each in inside if not isinstance(each, str)), own)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_file_written_by_hand_loses_nothing(path: Path) -> None:
    """Written canonically it says the same, and every word of its comments is in a note."""
    text = path.read_text(encoding="utf-8")
    name = path.relative_to(BY_HAND).as_posix()
    again = yaml.load(written(tree_of(text), name), Loader=yaml.BaseLoader)
    assert without_notes(again) == yaml.load(text, Loader=yaml.BaseLoader)
    told = Counter(word for _, comment, _ in comments_of(text) for word in comment.split())
    assert told
    assert told <= notes(again)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_no_comment_is_overlooked(path: Path) -> None:
    """What the scanner passes over is what a person would call a comment."""
    text = path.read_text(encoding="utf-8")
    seen = re.findall(r"(?:^|(?<=\s))# *(.*)$", text, re.MULTILINE)
    words = Counter(word for comment in seen for word in comment.strip(" -").split())
    assert Counter(word for _, comment, _ in comments_of(text) for word in comment.split()) == words


def test_a_comment_belongs_to_the_table_it_stands_in() -> None:
    """Beside a key, above one, above a table's first key; what is quoted is no comment."""
    text = "# All.\na: # named\n  b: c # beside\n  # above\n  d: 'no # comment'\ne:\n  # first\n  - f: g\n"
    assert tree_of(text) == {
        "note": "All.",
        "a": {"note": "named\nb: beside\nd: above", "b": "c", "d": "no # comment"},
        "e": [{"note": "first", "f": "g"}],
    }
