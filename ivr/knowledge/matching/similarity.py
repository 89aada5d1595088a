"""How alike all phrasings are: an inverted index, in numpy.

Counts; decides nothing.
"""

from collections.abc import Sequence

import numpy as np

from ivr.knowledge.matching.features import Floats, Row


def similarities(rows: Sequence[Row], features: int) -> Floats:
    """Return the similarity (0 to 1) of each row with each; *features* is the size of the vocabulary."""
    every = np.concatenate([row.index for row in rows])
    owners = np.repeat(np.arange(len(rows)), [len(row.index) for row in rows])
    order = np.argsort(every, kind="stable")
    starts = np.searchsorted(every[order], np.arange(features + 1)).tolist()
    owners, values = owners[order], np.concatenate([row.value for row in rows])[order]
    alike = np.zeros((len(rows), len(rows)), np.float32)
    for place, row in enumerate(rows):
        spans = [slice(starts[feature], starts[feature + 1]) for feature in row.index.tolist()]
        if spans:
            shared = np.concatenate([owners[span] for span in spans])
            lengths = [span.stop - span.start for span in spans]
            weighed = np.concatenate([values[span] for span in spans]) * np.repeat(row.value, lengths)
            alike[place] = np.bincount(shared, weighed, len(rows))
    return alike
