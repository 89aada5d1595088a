"""The shipped texts are as the console writes them: its first change of a file changes one line."""

import os
from pathlib import Path

import pytest

from ivr.content.tree import tree_of
from ivr.knowledge import desk_changes, incidents, lexicon
from ivr.knowledge.files.writer import written
from tests.shipped import PROMPTS

pytestmark = pytest.mark.unit

FILES = sorted(path for path in PROMPTS.rglob("*.yaml") if path.name != "synonyms.yaml")
"""The console never writes the synonyms; their long lists are filled lines."""
HEADERS = {
    "lexicon.yaml": lexicon.HEADER,
    incidents.FILE: incidents.HEADER,
    desk_changes.FILE: desk_changes.HEADER,
}


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_shipped_file_is_canonical(path: Path) -> None:
    """Comments are notes, lists are as the writer has them; UPDATE=1 writes the file so."""
    name, text = path.relative_to(PROMPTS).as_posix(), path.read_text(encoding="utf-8")
    header = HEADERS.get(name, "")
    canonical = written(tree_of(text.removeprefix(header)), name, header)
    if os.environ.get("UPDATE"):
        path.write_text(canonical, encoding="utf-8")
    assert text == canonical or os.environ.get("UPDATE")
