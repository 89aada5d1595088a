"""Shards on disk."""

from pathlib import Path

import numpy as np
import pytest

from models.training import shards

pytestmark = pytest.mark.unit


def test_what_is_written_is_read(tmp_path: Path) -> None:
    """Features, phones and sources come back as they were, in order."""
    rng = np.random.default_rng(0)
    given = [
        shards.Utterance(rng.normal(size=(n, 40)).astype(np.float16), np.arange(1, n // 4), f"source{n}")
        for n in (12, 30, 9)
    ]
    shards.write(tmp_path / "human000", given)
    found = shards.read(shards.complete(tmp_path, "human")[0])
    for one, other in zip(given, found, strict=True):
        assert np.array_equal(one.features, other.features)
        assert one.phones.tolist() == other.phones.tolist()
        assert one.source == other.source


def test_an_unfinished_shard_is_not_read(tmp_path: Path) -> None:
    """Interrupted writing leaves nothing that training would take."""
    (tmp_path / "human000.partial.npz").write_bytes(b"half")
    assert shards.complete(tmp_path) == []


@pytest.mark.parametrize(
    ("frames", "phones", "expected"), [(300, 60, True), (300, 99, False), (300, 0, False)]
)
def test_ctc_needs_room(frames: int, phones: int, expected: bool) -> None:
    """A third of the frames must hold the phones with room to spare."""
    assert shards.fits(frames, phones) is expected
