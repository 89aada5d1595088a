"""What is said of the folders that a server writes to."""

import shutil
from pathlib import Path
from types import SimpleNamespace

import pytest

from ivr import folders
from ivr.config import ConsoleSettings, Settings, SpeechSettings, StoreSettings
from ivr.folders import made_once, why_low, why_not_written, written_folders

pytestmark = pytest.mark.unit


def test_every_folder_that_is_written_to_is_known(monkeypatch: pytest.MonkeyPatch) -> None:
    """Rendered prompts, spool, sound, database and drafts; not what is switched off."""
    store = StoreSettings(
        url="sqlite:////data/ivr.db", spool=Path("/spool"), audio=True, audio_folder=Path("/a")
    )
    monkeypatch.delenv("IVR_SPEECH__CACHE", raising=False)
    store = store.model_copy(update={"audio_folder": Path("/a")})
    settings = Settings(
        store=store, speech=SpeechSettings(cache=Path("/c")), console=ConsoleSettings(folder=Path("/d"))
    )
    assert written_folders(settings) == [Path("/c"), Path("/spool"), Path("/a"), Path("/data"), Path("/d")]
    off = settings.model_copy(update={"store": StoreSettings(enabled=False)})
    assert written_folders(off) == [Path("/c")]


def test_a_folder_that_can_be_written_has_no_problem_and_no_trace(tmp_path: Path) -> None:
    """Also one that does not exist yet."""
    assert why_not_written(tmp_path / "to" / "come") == ""
    assert list(tmp_path.iterdir()) == []


def test_a_full_disk_is_said_with_its_remedy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Tried, not computed."""

    def full(file: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(folders.os, "fsync", full)
    assert (
        why_not_written(tmp_path)
        == f"{tmp_path}: No space left on device: free space, or correct the folder's rights"
    )


def test_a_disk_that_is_nearly_full_is_told_before(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """How much is left, in megabytes."""
    monkeypatch.setattr(shutil, "disk_usage", lambda path: SimpleNamespace(free=50 * 2**20))
    assert why_low(tmp_path) == f"{tmp_path}: only 50 MB left on its disk: free space"


def test_a_secret_is_made_once_and_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A disk that fills up in the middle leaves nothing, not half a secret or an empty file."""
    path = tmp_path / "var" / "key"
    with monkeypatch.context() as patched:
        patched.setattr(folders.os, "fsync", full)
        with pytest.raises(OSError, match="No space"):
            made_once(path, b"first")
    assert not path.exists()
    assert made_once(path, b"second") == made_once(path, b"third") == b"second"
    assert path.stat().st_mode & 0o777 == 0o600
    assert [each.name for each in path.parent.iterdir()] == ["key"]


def full(file: int) -> None:
    raise OSError(28, "No space left on device")
