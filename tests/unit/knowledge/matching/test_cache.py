"""A model is trained once per content."""

from pathlib import Path

import numpy as np
import pytest

from ivr.dialogue.events import Hypothesis
from ivr.knowledge.matching import Concepts, Matcher, Phrasings, cache
from ivr.knowledge.matching.cache import default_folder

pytestmark = pytest.mark.unit

PING = Phrasings(intents={"ping": ("lancer un ping", "test ping"), "mac": ("adresse MAC", "trouver la MAC")})


def score(matcher: Matcher) -> float:
    return matcher.understand([Hypothesis("faire un ping")]).intents[0].score


def test_the_second_start_learns_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was kept gives exactly the same beliefs."""
    first = Matcher.build(PING, cache=tmp_path)
    monkeypatch.setattr("ivr.knowledge.matching.matcher.learn", lambda *_: pytest.fail("trained again"))
    assert score(Matcher.build(PING, cache=tmp_path)) == score(first)


def test_other_content_is_learned_again(tmp_path: Path) -> None:
    """Changed phrasings or synonyms never meet an old model."""
    Matcher.build(PING, cache=tmp_path)
    Matcher.build(PING, Concepts.of({"outil": ["ping"]}), cache=tmp_path)
    Matcher.build(Phrasings(intents={**PING.intents, "pong": ("pong",)}), cache=tmp_path)
    assert len(list(tmp_path.glob("matcher-*.npz"))) == 3


def test_old_models_are_removed(tmp_path: Path) -> None:
    """The folder does not grow with every edit."""
    for number in range(cache.KEPT + 3):
        Matcher.build(Phrasings(intents={"ping": ("ping", f"ping {number}")}), cache=tmp_path)
    assert len(list(tmp_path.glob("matcher-*.npz"))) == cache.KEPT + 1


@pytest.mark.parametrize("damage", [b"", b"PK\x03\x04 not a zip", b"\x00" * 100])
def test_a_damaged_file_is_replaced(tmp_path: Path, damage: bytes) -> None:
    """A torn write costs a training, nothing else."""
    good = score(Matcher.build(PING, cache=tmp_path))
    (kept,) = tmp_path.glob("matcher-*.npz")
    kept.write_bytes(damage)
    assert score(Matcher.build(PING, cache=tmp_path)) == good
    with np.load(kept) as again:
        assert "weights" in again


def test_a_folder_that_cannot_be_written(tmp_path: Path) -> None:
    """No cache, no complaint."""
    (tmp_path / "file").write_text("")
    assert score(Matcher.build(PING, cache=tmp_path / "file" / "below")) > 0


def test_the_default_folder_follows_xdg(monkeypatch: pytest.MonkeyPatch) -> None:
    """The user's cache folder is where the platform says."""
    monkeypatch.setenv("XDG_CACHE_HOME", "/somewhere")
    assert default_folder() == Path("/somewhere/ivr")
