"""A change in its place, whatever happened to the files meanwhile."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.content.merging import between, merge, undoing

pytestmark = pytest.mark.unit

TEXT = "a: un\nb: deux\nc: trois\nd: quatre\n"
kept = st.dictionaries(st.sampled_from("xyz"), st.text("ab\n", max_size=6), max_size=3)


@given(kept, kept)
def test_a_change_leads_there_and_back(before: dict[str, str], after: dict[str, str]) -> None:
    """Nobody else published: the files are what was wanted, and then what they were."""
    merged = merge(before, between(before, after))
    assert (merged.files, merged.conflicts) == (after, ())
    assert merge(after, undoing(merged.made)).files == before


@given(kept, kept, kept)
def test_what_others_published_is_never_lost(
    base: dict[str, str], ours: dict[str, str], theirs: dict[str, str]
) -> None:
    """A file that both changed is theirs, unless the lines differ; files that only one changed are his."""
    merged = merge(theirs, between(base, ours))
    for path in merged.conflicts:
        assert merged.files.get(path) == theirs.get(path)
    for path in base.keys() | ours.keys() | theirs.keys():
        if ours.get(path) == base.get(path):
            assert merged.files.get(path) == theirs.get(path)
        elif theirs.get(path) == base.get(path):
            assert merged.files.get(path) == ours.get(path)


def test_different_lines_of_one_file_go_together() -> None:
    """One changes the first line, the other the last."""
    ours, theirs = TEXT.replace("un", "UN"), TEXT.replace("quatre", "QUATRE")
    merged = merge({"f": theirs}, between({"f": TEXT}, {"f": ours}))
    assert merged.files == {"f": TEXT.replace("un", "UN").replace("quatre", "QUATRE")}
    assert merged.conflicts == ()


@pytest.mark.parametrize("theirs", [TEXT.replace("un", "1"), TEXT.replace("deux", "2"), "sha256:00", None])
def test_the_same_or_neighbouring_lines_conflict(theirs: str | None) -> None:
    """So do a recording, and a file that is gone: nothing of theirs changes."""
    now = {"f": theirs} if theirs else {}
    merged = merge(now, between({"f": TEXT}, {"f": TEXT.replace("un", "UN")}))
    assert (merged.files, merged.conflicts) == (now, ("f",))
