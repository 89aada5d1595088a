"""Putting a change into files that may have changed meanwhile: what fits, and what does not.

Pure. Files are as editions keep them: path → text, or the digest of a recording.
"""

import difflib
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise

BINARY = "sha256:"

Kept = Mapping[str, str]
Changes = Mapping[str, tuple[str | None, str | None]]
"""Path → what was there before, and after; None where there is no file."""


@dataclass(frozen=True, slots=True)
class Merged:
    """A change in its place."""

    files: Kept
    made: Changes
    """What it really changed."""
    conflicts: tuple[str, ...] = ()
    """Files left as they are: somebody changed the same lines."""


def between(before: Kept, after: Kept) -> Changes:
    """Return what leads from *before* to *after*."""
    paths = sorted(before.keys() | after.keys())
    pairs = {path: (before.get(path), after.get(path)) for path in paths}
    return {path: (old, new) for path, (old, new) in pairs.items() if old != new}


def undoing(changes: Changes) -> Changes:
    """Return what takes *changes* back."""
    return {path: (after, before) for path, (before, after) in changes.items()}


def merge(now: Kept, changes: Changes) -> Merged:
    """Put *changes* into *now*, line by line where a text changed meanwhile."""
    files, conflicts = dict(now), []
    for path, (before, after) in changes.items():
        current = now.get(path)
        if current in (before, after):
            wanted = after
        elif (
            before is None
            or after is None
            or current is None
            or (wanted := _merge_lines(before, after, current)) is None
        ):
            conflicts.append(path)
            continue
        if wanted is None:
            files.pop(path, None)
        else:
            files[path] = wanted
    return Merged(files, between(now, files), tuple(conflicts))


def _merge_lines(base: str, ours: str, theirs: str) -> str | None:
    """Return *base* with both changes in it; None when they touch."""
    if any(text.startswith(BINARY) for text in (base, ours, theirs)):
        return None
    lines = base.splitlines(keepends=True)
    edits = sorted({*_edits(lines, ours), *_edits(lines, theirs)})
    if any(after[0] <= before[1] for before, after in pairwise(edits)):
        return None
    for start, end, new in reversed(edits):
        lines[start:end] = new
    return "".join(lines)


def _edits(base: list[str], text: str) -> list[tuple[int, int, tuple[str, ...]]]:
    other = text.splitlines(keepends=True)
    found = difflib.SequenceMatcher(None, base, other, autojunk=False).get_opcodes()
    return [(i, j, tuple(other[m:n])) for kind, i, j, m, n in found if kind != "equal"]
