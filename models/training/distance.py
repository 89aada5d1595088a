"""Counting mistakes: edit distance, and CTC's rule for reading a frame-by-frame decision.

Pure functions on sequences.
"""

from collections.abc import Sequence


def edit_distance(found: Sequence[object], expected: Sequence[object]) -> int:
    """Insertions, deletions and substitutions that turn one sequence into the other."""
    row = list(range(len(expected) + 1))
    for i, one in enumerate(found, 1):
        diagonal, row[0] = row[0], i
        for j, other in enumerate(expected, 1):
            diagonal, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, diagonal + (one != other))
    return row[-1]


def collapse(best: Sequence[int]) -> list[int]:
    """The CTC rule: merge repeats, drop blanks (0)."""
    return [one for index, one in enumerate(best) if one and (index == 0 or one != best[index - 1])]
