"""Uploaded recordings."""

from pathlib import Path

import numpy as np
import pytest
import soundfile

from ivr.errors import ConfigurationError, EngineError
from ivr.speech.synthesis import recordings
from ivr.speech.synthesis.recordings import Recordings, open_recording

pytestmark = pytest.mark.unit


def record(path: Path, seconds: float = 1.0) -> Path:
    soundfile.write(path, np.full(int(8000 * seconds), 0.1), 8000)
    return path


def test_found_by_prompt_id(tmp_path: Path) -> None:
    """The name of the file is the id of the prompt; the digest changes with the content."""
    record(tmp_path / "accueil.1.wav")
    record(tmp_path / "menu.1.flac")
    (tmp_path / ".hidden").write_text("")
    index = Recordings(tmp_path)
    assert index.find("accueil.1") is None
    assert index.scan() == []
    first, other = index.find("accueil.1"), index.find("menu.1")
    assert first is not None
    assert other is not None
    assert first.path == tmp_path / "accueil.1.wav"
    record(tmp_path / "accueil.1.wav", 2.0)
    index.scan()
    second = index.find("accueil.1")
    assert second is not None
    assert first.digest != second.digest


def test_no_folder_is_no_error(tmp_path: Path) -> None:
    """Most installations have no recordings."""
    assert Recordings(tmp_path / "none").scan() == []


def test_each_bad_file_is_named_and_passed_over(tmp_path: Path) -> None:
    """One bad upload does not hide the good ones."""
    record(tmp_path / "a.wav")
    record(tmp_path / "a.flac")
    record(tmp_path / "b.wav")
    (tmp_path / "c.wav").write_bytes(b"nonsense")
    (tmp_path / "d.txt").write_text("notes")
    index = Recordings(tmp_path)
    errors = [str(error) for error in index.scan()]
    assert len(errors) == 3
    assert all(any(name in error for error in errors) for name in ("a.wav", "c.wav", "d.txt"))
    assert index.find("b") is not None


def test_too_long_and_too_short(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A prompt lasts between nothing and two minutes."""
    assert open_recording(record(tmp_path / "a.flac", 119.0))
    with pytest.raises(ConfigurationError, match=r"b\.flac: lasts 121\.0 s; a prompt lasts up to 120 s"):
        open_recording(record(tmp_path / "b.flac", 121.0))
    with pytest.raises(ConfigurationError, match=r"c\.wav: lasts 0\.0 s"):
        open_recording(record(tmp_path / "c.wav", 0.0))
    monkeypatch.setattr(recordings, "MAX_BYTES", 1000)
    with pytest.raises(ConfigurationError, match="larger than"):
        open_recording(record(tmp_path / "d.wav"))


def test_a_file_that_has_gone(tmp_path: Path) -> None:
    """A recording removed after the scan is an engine error, which the store survives."""
    recording = open_recording(record(tmp_path / "a.wav"))
    recording.path.unlink()
    with pytest.raises(EngineError, match=r"a\.wav"):
        recording.content()
