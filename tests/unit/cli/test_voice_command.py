"""``ivr voice``: what it lists, what it says is stale, what it says when it cannot install."""

import subprocess
from pathlib import Path

import pytest
from click.testing import CliRunner

from ivr.cli import voice
from ivr.errors import EngineError
from ivr.speech.synthesis import kokoro_synthesizer

pytestmark = pytest.mark.unit


def test_every_engine_is_listed_with_its_remedy(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Who speaks here is named with its version, who does not with what to do."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(kokoro_synthesizer, "NEEDED", ("no_such_package",))
    said = CliRunner().invoke(voice.command, ["list", "--samples"]).output.splitlines()
    assert [line[2:].split()[0] for line in said] == list(voice.INSTALLERS)
    assert "no_such_package is missing" in said[0]
    assert "pip install 'ivr[voice]'" in said[0]
    assert "sample in" in said[1]
    assert (tmp_path / "var" / "voices" / "pyttsx3.wav").stat().st_size > 10_000


def test_an_installer_that_fails_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """One line with what was run and where to run it."""
    monkeypatch.setattr(subprocess, "run", lambda *_, **__: subprocess.CompletedProcess([], 100))
    with pytest.raises(EngineError, match="apt-get ended with status 100"):
        CliRunner().invoke(voice.command, ["install", "pico"], catch_exceptions=False, standalone_mode=False)
