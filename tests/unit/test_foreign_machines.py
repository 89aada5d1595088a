"""Files, terminals and machines that are not as ours: what is said, and that it is said."""

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from ivr.config import load_settings
from ivr.errors import ConfigurationError, EngineError
from ivr.knowledge import hours
from ivr.progress import Progress
from ivr.speech.recognition.model_install import install
from ivr.store.privacy import load_pseudonyms

pytestmark = pytest.mark.unit


def test_settings_saved_by_notepad_are_read(tmp_path: Path) -> None:
    """A byte order mark at the beginning is none of TOML's business."""
    path = tmp_path / "ivr.toml"
    path.write_bytes('\ufeff[desk]\nqueue = "600"\n'.encode())
    assert load_settings(path).desk.queue == "600"


def test_a_machine_without_time_zones_is_told_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    """« no time zone Europe/Paris; e.g. Europe/Paris » helps nobody."""
    with pytest.raises(ConfigurationError, match="no time zone « Europe/Pari »"):
        hours._zone("Europe/Pari")
    monkeypatch.setattr(hours, "available_timezones", set)
    with pytest.raises(ConfigurationError, match="install tzdata"):
        hours._zone("Europe/Pari")


def test_a_terminal_without_arrows_still_shows_the_rest() -> None:
    """ISO-8859-15 has no « → »; a command prints all the same."""
    script = "import sys; from ivr.cli import main; sys.argv = ['ivr', 'ask', '--help']; main()"
    environment = {"PYTHONIOENCODING": "ascii", "PATH": "/usr/bin:/bin"}
    root = Path(__file__).parents[2]
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, env=environment, cwd=root, check=False
    )
    assert b"Traceback" not in done.stderr
    assert done.returncode == 0
    printed = "import sys; from ivr.cli import main; sys.argv = ['ivr', '--version']\n"
    printed += "try:\n main()\nexcept SystemExit: print('a → b')"
    done = subprocess.run(
        [sys.executable, "-c", printed], capture_output=True, env=environment, cwd=root, check=False
    )
    assert b"a ? b" in done.stdout


def put(source: str, into: Path) -> None:
    install(source, into, sha256=None, replace=False, load=bool, progress=Progress(quiet=True))


def odd(path: Path, name: str, method: int | None = None) -> None:
    with zipfile.ZipFile(path, "w") as bundle:
        bundle.writestr(name, "x")
    if method is not None:  # a way to compress that nobody knows
        content = bytearray(path.read_bytes())
        for signature, place in ((b"PK\x03\x04", 8), (b"PK\x01\x02", 10)):
            at = content.index(signature) + place
            content[at : at + 2] = method.to_bytes(2, "little")
        path.write_bytes(content)


@pytest.mark.parametrize(("name", "method"), [("x" * 300, None), ("model/am", 99)])
def test_an_odd_archive_is_one_line(tmp_path: Path, name: str, method: int | None) -> None:
    """A name longer than a disk takes, an unknown compression: no traceback, and what to look at."""
    archive = tmp_path / "odd.zip"
    odd(archive, name, method)
    with pytest.raises(EngineError, match=r"odd\.zip"):
        install(
            str(archive),
            tmp_path / "into",
            sha256=None,
            replace=False,
            load=bool,
            progress=Progress(quiet=True),
        )


def test_a_folder_that_cannot_be_made_is_one_line(tmp_path: Path) -> None:
    """Where a file is."""
    (tmp_path / "file").touch()
    with pytest.raises(EngineError, match="--into"):
        install(
            "x",
            tmp_path / "file" / "in",
            sha256=None,
            replace=False,
            load=bool,
            progress=Progress(quiet=True),
        )


def test_an_empty_key_is_told_with_its_remedy(tmp_path: Path) -> None:
    """Left by a full disk and an older version."""
    (tmp_path / "key").touch()
    with pytest.raises(ConfigurationError, match="is empty, perhaps since the disk was full: delete it"):
        load_pseudonyms("", tmp_path / "key")
