"""``ivr prompts`` with the quick engine."""

import subprocess
import sys
import wave
from pathlib import Path

import pytest

from tests.shipped import PROMPTS

pytestmark = pytest.mark.speech


def ivr(cache: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "ivr", "prompts", *arguments],
        capture_output=True,
        text=True,
        timeout=120,
        env={
            "IVR_PROMPTS": str(PROMPTS),
            "IVR_SPEECH__CACHE": str(cache),
            "IVR_SPEECH__ENGINE": "pyttsx3",  # what Kokoro says of the shipped prompts is shipped
            "PATH": "/usr/bin:/bin",
            "LANG": "C.UTF-8",
        },
    )


def test_everything_is_rendered_once(tmp_path: Path) -> None:
    """The first time every prompt is made, the second time none; progress goes to standard error."""
    first = ivr(tmp_path / "cache", "render")
    assert first.returncode == 0, first.stderr
    total = int(first.stdout.split()[0])
    assert total > 150
    assert f": {total} rendered, 0 old removed" in first.stdout
    assert f"Prompts: {total} in" in first.stderr
    assert ": 0 rendered" in ivr(tmp_path / "cache", "render").stdout


@pytest.mark.parametrize("codec", ["slin", "alaw", "ulaw"])
def test_a_supervisor_hears_what_callers_hear(tmp_path: Path, codec: str) -> None:
    """A text becomes an 8 kHz file, and the spoken form is printed; nothing goes to the cache."""
    output = tmp_path / "out.wav"
    said = ivr(tmp_path / "cache", "say", "Poste PoE, « suite ».", "-o", str(output), "--codec", codec)
    assert said.returncode == 0, said.stderr
    assert "read as: Poste P O E, suite." in said.stdout
    with wave.open(str(output)) as file:
        assert (file.getframerate(), file.getnchannels()) == (8000, 1)
        assert 1 < file.getnframes() / 8000 < 5
    assert not (tmp_path / "cache").exists()


def test_slow_is_slower(tmp_path: Path) -> None:
    """« Moins vite » can be heard too."""
    for rate in ("normal", "slower"):
        ivr(tmp_path, "say", "Avez-vous une autre question ?", "-o", str(tmp_path / rate), "--rate", rate)
    assert (tmp_path / "slower").stat().st_size > 1.15 * (tmp_path / "normal").stat().st_size


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["say", "oui"], "Missing option '-o'"),
        (["say", "« »", "-o", "x.wav"], "nothing in '« »' can be said"),
        (["say", "oui", "-o", "/nonexistent/x.wav"], "/nonexistent/x.wav: No such file or directory"),
        (["say", "oui", "-o", "x.wav", "--rate", "fast"], "'fast' is not one of"),
        (["render", "--nonsense"], "No such option"),
    ],
)
def test_mistakes_are_one_line(tmp_path: Path, arguments: list[str], message: str) -> None:
    """Status 2, one line on standard error, no traceback."""
    failed = ivr(tmp_path, *arguments)
    assert failed.returncode == 2
    assert message in failed.stderr
    assert len(failed.stderr.splitlines()) == 1
