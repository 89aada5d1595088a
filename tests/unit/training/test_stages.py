"""Skipping work that is done."""

from pathlib import Path

import pytest

from models.training import stages

pytestmark = pytest.mark.unit


def test_a_stage_runs_once_per_input(tmp_path: Path) -> None:
    """Same inputs: skipped; other inputs or a missing output: made again."""
    target = tmp_path / "texts.json"
    made: list[str] = []

    def make() -> None:
        made.append("x")
        target.write_text("{}", encoding="ascii")

    assert [stages.run("texts", target, inputs, make) for inputs in ("a", "a", "b")] == [True, False, True]
    target.unlink()
    assert stages.run("texts", target, "b", make)
    assert len(made) == 3


def test_an_interrupted_stage_is_continued_not_discarded(tmp_path: Path) -> None:
    """Without a stamp nothing is outdated; with another one everything is."""
    folder = tmp_path / "shards"
    folder.mkdir()
    assert not stages.outdated(folder, "a")
    stages.stamp(folder, "a")
    assert not stages.outdated(folder, "a")
    assert stages.outdated(folder, "b")
