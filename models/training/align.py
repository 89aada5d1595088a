"""When each phone of a known text was said, by the best CTC path of a trained network.

Pure functions on log probabilities and labels.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ivr.language_model.phones import PHONE_ID, SCHWA, VOWELS, merged, with_schwa

_SKIPS = 5
"""A label is entered from itself, the blank or label before it, and across one optional label."""


@dataclass(frozen=True, slots=True)
class Label:
    """A phone that the text asks for; an optional one (a schwa) may not have been said."""

    phone: int
    optional: bool = False


@dataclass(frozen=True, slots=True)
class Said:
    """A phone that was said, and the output frame where the network is surest of it."""

    phone: int
    frame: int


def labels(ipa: str) -> list[Label]:
    """The phones of a sentence; schwas, also after a word's last consonant, may be silent."""
    found = []
    for word in ipa.split():
        phones = with_schwa(word)
        if phones and phones[-1] not in VOWELS | {SCHWA}:
            phones = (*phones, SCHWA)
        units = zip(merged(phones), phones, strict=True)
        found += [Label(PHONE_ID[unit], phone == SCHWA) for unit, phone in units]
    return found


def align(scores: NDArray[np.float32], wanted: Sequence[Label]) -> tuple[list[Said], float]:
    """The phones said, in order, and the path's log probability per frame.

    `scores` are log probabilities (frames, phones) with the blank first. Raises ValueError when there are
    fewer frames than labels.
    """
    states = np.zeros(2 * len(wanted) + 1, int)
    states[1::2] = [label.phone for label in wanted]
    last = len(states) - 1
    ends = range(max(0, last - (3 if wanted and wanted[-1].optional else 1)), last + 1)
    path, total = _best_path(scores[:, states], _entries(wanted), ends)
    said = []
    for state in sorted(set(path.tolist())):
        if state % 2:
            frames = np.flatnonzero(path == state)
            best = int(frames[scores[frames, states[state]].argmax()])
            said.append(Said(int(states[state]), best))
    return said, total / len(scores)


def _entries(wanted: Sequence[Label]) -> NDArray[np.float32]:
    """For each state, the cost (0 or minus infinity) of entering it from itself and the four before it."""
    allowed = np.full((_SKIPS, 2 * len(wanted) + 1), -np.inf, np.float32)
    allowed[0] = 0
    allowed[1, 1:] = 0
    for index, label in enumerate(wanted):
        state = 2 * index + 1
        if index and wanted[index - 1].phone != label.phone:
            allowed[2, state] = 0
        if index and wanted[index - 1].optional:
            allowed[3, state] = 0
            if index > 1 and wanted[index - 2].phone != label.phone:
                allowed[4, state] = 0
    return allowed


def _best_path(
    emitted: NDArray[np.float32], entries: NDArray[np.float32], ends: range
) -> tuple[NDArray[np.int64], float]:
    frames, count = emitted.shape
    if frames < count // 2:
        raise ValueError(f"{count // 2} phones do not fit into {frames} frames")
    came = np.zeros((frames, count), np.int8)
    best = np.full(count, -np.inf, np.float32)
    best[:2] = emitted[0, :2]
    for frame in range(1, frames):
        padded = np.concatenate([np.full(_SKIPS - 1, -np.inf, np.float32), best])
        shifted = np.lib.stride_tricks.sliding_window_view(padded, count)[::-1]
        reached = shifted + entries
        came[frame] = reached.argmax(0)
        best = reached.max(0) + emitted[frame]
    path = np.zeros(frames, np.int64)
    path[-1] = max(ends, key=lambda state: best[state])
    for frame in range(frames - 1, 0, -1):
        path[frame - 1] = path[frame] - came[frame, path[frame]]
    return path, float(best[path[-1]])
