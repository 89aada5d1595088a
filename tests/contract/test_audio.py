"""The folder of sound: written in its own thread, private, bounded, and emptied on a caller's word."""

import asyncio
import threading
import wave
from pathlib import Path

import pytest

from ivr.errors import ConfigurationError
from ivr.store import audio
from ivr.store.audio import AudioArchive, files, name_of, turn_of

pytestmark = pytest.mark.contract

SLIN = (1000).to_bytes(2, "little") * 1600
DAY = "2026-11-23"


def test_a_sound_is_a_private_wav(tmp_path: Path) -> None:
    """8 kHz, 16 bits, readable by us alone, in a folder of ours."""
    archive = AudioArchive(tmp_path / "audio")
    assert archive.put(name_of(DAY, "c1", 3), SLIN)
    archive.stop()
    path = tmp_path / "audio" / DAY / "c1-3.wav"
    with wave.open(str(path)) as file:
        assert (file.getframerate(), file.getsampwidth(), file.getnchannels()) == (8000, 2, 1)
        assert file.readframes(2000) == SLIN
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.parent.stat().st_mode & 0o777 == 0o700
    assert (archive.counts.written, archive.counts.lost) == (1, 0)


def test_a_name_says_the_turn_and_nobody() -> None:
    """Names are read back; foreign files are nobody's."""
    assert turn_of(name_of(DAY, "c1-2", 3)) == ("c1-2", 3)
    assert turn_of(name_of(DAY, "c1-2", 3), "c1") is None
    assert turn_of("notes.txt") is turn_of("../ivr.wav") is None


def test_a_refusal_deletes_what_was_and_will_be_written(tmp_path: Path) -> None:
    """Everything of that call, in whatever order; other calls keep theirs."""
    archive = AudioArchive(tmp_path)
    for call, number in (("c1", 1), ("c1-2", 1), ("c1", 2)):
        archive.put(name_of(DAY, call, number), SLIN)
    archive.forget("c1").result(10)
    assert files(tmp_path) == [f"{DAY}/c1-2-1.wav"]
    archive.stop()


def test_a_full_disk_loses_sound_and_nothing_else(tmp_path: Path) -> None:
    """The last gigabyte is for the record: sound is counted as lost."""
    archive = AudioArchive(tmp_path, lambda folder: audio.FREE_BYTES - 1)
    assert archive.put(name_of(DAY, "c1", 1), SLIN)
    archive.stop()
    assert (files(tmp_path), archive.counts.lost) == ([], 1)


def test_a_slow_disk_is_not_waited_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Sound that would wait in memory without bound is refused at once; afterwards there is room again."""
    monkeypatch.setattr(audio, "WAITING_BYTES", 3 * len(SLIN))
    go_on = threading.Event()

    def slow(folder: Path) -> int:
        go_on.wait(10)
        return 2**40

    archive = AudioArchive(tmp_path, slow)
    taken = [archive.put(name_of(DAY, "c1", number), SLIN) for number in range(5)]
    assert taken == [True, True, True, False, False]
    go_on.set()
    archive.forget("another").result(10)
    assert archive.put(name_of(DAY, "c1", 9), SLIN)
    archive.stop()
    assert (archive.counts.written, archive.counts.lost) == (4, 2)


def test_a_folder_that_cannot_be_is_said_at_the_start(tmp_path: Path) -> None:
    """One clear line with the setting's name."""
    (tmp_path / "file").touch()
    with pytest.raises(ConfigurationError, match=r"\[store\] audio_folder"):
        AudioArchive(tmp_path / "file")


async def test_a_refusal_that_waited_too_long_is_obeyed_all_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A slow disk: nobody waits any more, the sound goes nevertheless, and the next refusal is answered."""
    archive = AudioArchive(tmp_path)
    archive.put(name_of(DAY, "c1", 1), SLIN)
    going, go_on = threading.Event(), threading.Event()
    real = audio.remove

    def slow(folder: Path, names: list[str]) -> None:
        going.set()
        go_on.wait(10)
        real(folder, names)

    with monkeypatch.context() as patched:
        patched.setattr(audio, "remove", slow)
        waiting = asyncio.wrap_future(archive.forget("c1"))
        await asyncio.to_thread(going.wait, 10)
        waiting.cancel()
        go_on.set()
        await asyncio.wrap_future(archive.forget("another"))
    assert files(tmp_path) == []
    archive.put(name_of(DAY, "c2", 1), SLIN)
    await asyncio.to_thread(archive.stop)
    assert files(tmp_path) == [f"{DAY}/c2-1.wav"]


def test_a_bug_while_deleting_is_told_to_who_waits(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """And the thread goes on."""
    archive = AudioArchive(tmp_path)
    with monkeypatch.context() as patched:
        patched.setattr(audio, "_files", lambda day: 1 / 0)
        (tmp_path / DAY).mkdir()
        with pytest.raises(ZeroDivisionError):
            archive.forget("c1").result(10)
    archive.forget("c1").result(10)
    archive.stop()
