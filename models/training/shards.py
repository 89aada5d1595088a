"""Utterances on disk: one file of half-precision features and one index per shard.

Features are memory-mapped, so a shard costs no memory until its batches are drawn.
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Utterance:
    """Features (frames, mel bins), the phone ids spoken in them, and where they come from."""

    features: NDArray[np.float16]
    phones: NDArray[np.int64]
    source: str


def fits(frames: int, phones: int) -> bool:
    """Whether CTC at a third of the frame rate has room for that many phones."""
    return phones > 0 and frames // 3 >= phones * 1.15 + 2 and frames <= 1400


def write(path: Path, utterances: list[Utterance]) -> None:
    """Write a shard; it appears under its name only when complete."""
    frames = np.cumsum([0, *(len(item.features) for item in utterances)])
    phones = np.cumsum([0, *(len(item.phones) for item in utterances)])
    np.save(path.with_suffix(".npy"), np.concatenate([item.features for item in utterances]))
    partial = path.with_suffix(".partial.npz")
    np.savez(
        partial,
        frames=frames,
        offsets=phones,
        phones=np.concatenate([item.phones for item in utterances]).astype(np.int16),
        sources=np.array([item.source for item in utterances]),
    )
    partial.rename(path.with_suffix(".npz"))


def read(path: Path) -> list[Utterance]:
    """The utterances of a complete shard; the features stay on disk."""
    index = np.load(path.with_suffix(".npz"))
    features = np.load(path.with_suffix(".npy"), mmap_mode="r")
    frames, offsets = index["frames"], index["offsets"]
    phones, sources = index["phones"].astype(np.int64), index["sources"]
    return [
        Utterance(
            features[frames[item] : frames[item + 1]],
            phones[offsets[item] : offsets[item + 1]],
            str(sources[item]),
        )
        for item in range(len(sources))
    ]


def complete(folder: Path, prefix: str = "") -> list[Path]:
    """The complete shards of a folder, in order of name."""
    return sorted(path for path in folder.glob(f"{prefix}*.npz") if ".partial" not in path.name)
