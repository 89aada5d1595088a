"""Prompts on disk and in memory."""

import os
import wave
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.speech.synthesis.prompt_files import PromptFiles, PromptMemory

pytestmark = pytest.mark.unit


def test_a_kept_prompt_comes_back(tmp_path: Path) -> None:
    """What was saved is loaded, and what was not is None."""
    files = PromptFiles(tmp_path / "new" / "folder")
    assert files.load("a") is None
    files.save("a", b"\x01\x02" * 160)
    assert files.load("a") == b"\x01\x02" * 160
    assert files.load("b") is None


def test_players_read_the_files(tmp_path: Path) -> None:
    """A supervisor can listen to the cache: the seal is outside the WAV data."""
    PromptFiles(tmp_path).save("a", b"\x01\x02" * 160)
    with wave.open(str(tmp_path / "a.wav")) as file:
        assert (file.getframerate(), file.getnframes()) == (8000, 160)


@given(st.integers(0, 600), st.integers(1, 255))
def test_any_wrong_byte_is_found_out(tmp_path_factory: pytest.TempPathFactory, at: int, flip: int) -> None:
    """A file with any byte changed counts as missing, and is removed."""
    folder = tmp_path_factory.mktemp("cache")
    files = PromptFiles(folder)
    files.save("a", b"\x01\x02" * 160)
    content = bytearray((folder / "a.wav").read_bytes())
    content[at % len(content)] ^= flip
    (folder / "a.wav").write_bytes(content)
    assert files.load("a") is None
    assert list(folder.iterdir()) == []


def test_a_failed_save_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No half file is left under a key, nor beside it."""

    def no_space(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "replace", no_space)
    with pytest.raises(OSError, match="No space"):
        PromptFiles(tmp_path).save("a", b"\x01\x02")
    assert list(tmp_path.iterdir()) == []


def test_loading_counts_as_use(tmp_path: Path) -> None:
    """Pruning spares what was loaded lately."""
    files = PromptFiles(tmp_path)
    for key in ("old", "used", "kept"):
        files.save(key, b"\x01\x02")
        os.utime(tmp_path / f"{key}.wav", (1000, 1000))
    files.load("used")
    assert files.prune({"kept"}, unused_since=2000) == 1
    assert sorted(path.stem for path in tmp_path.iterdir()) == ["kept", "used"]


def test_memory_forgets_what_was_not_played_for_longest() -> None:
    """Room is made by age of use, not of arrival."""
    memory = PromptMemory(capacity=10)
    memory.put("a", bytes(4))
    memory.put("b", bytes(4))
    assert memory.get("a") == bytes(4)
    memory.put("c", bytes(4))
    assert memory.get("b") is None
    assert memory.get("a") is not None
    assert memory.size == 8


@given(st.lists(st.tuples(st.sampled_from("abc"), st.binary(max_size=8)), max_size=30))
def test_memory_never_passes_its_capacity(puts: list[tuple[str, bytes]]) -> None:
    """The count of bytes is right whatever is put again."""
    memory = PromptMemory(capacity=12)
    for key, content in puts:
        memory.put(key, content)
        assert memory.size <= 12
    kept = [memory.get(key) for key in "abc"]
    assert memory.size == sum(len(content) for content in kept if content is not None)
