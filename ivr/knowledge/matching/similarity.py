"""How alike an utterance and every phrasing are: an inverted index, in numpy.

Counts; decides nothing.
"""

from collections.abc import Sequence

import numpy as np

from ivr.knowledge.matching.features import Floats, Ints, Row


class Index:
    """The phrasings by feature."""

    def __init__(self, size: int, starts: Ints, owners: Ints, values: Floats) -> None:
        self.size = size
        self.starts, self.owners, self.values = starts, owners, values

    @classmethod
    def of(cls, rows: Sequence[Row], features: int) -> "Index":
        """Build from the rows of all phrasings; *features* is the size of the vocabulary."""
        every = np.concatenate([row.index for row in rows])
        owners = np.repeat(np.arange(len(rows), dtype=np.int32), [len(row.index) for row in rows])
        order = np.argsort(every, kind="stable")
        starts = np.searchsorted(every[order], np.arange(features + 1)).astype(np.int32)
        return cls(len(rows), starts, owners[order], np.concatenate([row.value for row in rows])[order])

    def similarity(self, row: Row) -> Floats:
        """Return the similarity (0 to 1) of *row* with each phrasing."""
        if not len(row.index):
            return np.zeros(self.size, np.float32)
        first, last = self.starts[row.index], self.starts[row.index + 1]
        lengths = last - first
        # one flat list of positions: those of each feature's phrasings, one after the other
        offsets = np.repeat(first - np.concatenate(([0], np.cumsum(lengths)[:-1])), lengths)
        positions = np.arange(int(lengths.sum())) + offsets
        weighed = self.values[positions] * np.repeat(row.value, lengths)
        return np.bincount(self.owners[positions], weighed, self.size).astype(np.float32)
