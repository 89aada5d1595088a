"""A user's mistake: one line on stderr, exit status 2, no traceback."""

import sys
from pathlib import Path

import pytest

from ivr.cli import main
from ivr.config import hand_down, load_settings

pytestmark = pytest.mark.unit

SCRIPT = "calls:\n  - {name: a, steps: [{say: {file: junk.wav}}], end: {exit: caller}}\n"
SETTINGS = '[speech]\nengine = "festival"\n'


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the user stands: a file that is not audio, a script that names it, wrong settings."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("IVR_CONFIG", raising=False)
    Path("junk.wav").write_bytes(b"this is no sound")
    Path("junk.yaml").write_bytes(b"\xff\xfe\x00")
    Path("calls.yaml").write_text(SCRIPT)
    Path("wrong.toml").write_text(SETTINGS)


def says(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, *arguments: str) -> str:
    """The line on stderr, once the command has ended with status 2."""
    monkeypatch.setattr(sys, "argv", ["ivr", *arguments])
    with pytest.raises(SystemExit) as ended:
        main()
    output = capsys.readouterr()
    assert (ended.value.code, output.out) == (2, "")
    (line,) = output.err.splitlines()
    assert line.startswith("ivr: ")
    return line


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--nope"], "--nope"),
        (["nope"], "'nope'"),
        (["simulate", "--nope", "calls.yaml"], "--nope"),
        (["simulate"], "SCRIPT"),
        (["simulate", "missing.yaml"], "missing.yaml: cannot read it"),
        (["simulate", "missing.txt"], "missing.txt: cannot read it"),
        (["simulate", "junk.yaml"], "junk.yaml: cannot read it"),
        (["simulate", "junk.wav"], "junk.wav:1:"),
        (["simulate", "calls.yaml"], "junk.wav: not a readable recording"),
        (["simulate", "calls.yaml", "--config", "missing.toml"], "missing.toml: no such configuration file"),
        (["transcribe"], "FILES"),
        (["transcribe", "missing.wav"], "missing.wav"),
        (["transcribe", "."], "is a directory"),
        (["prompts", "say", "Bonjour."], "--output"),
        (["model", "install", "https://example.org/model.zip"], "--sha256"),
        (["model", "install", "missing.zip"], "missing.zip: nothing there"),
        (["serve", "--config", "wrong.toml"], "wrong.toml: speech.engine: Input should be 'kokoro'"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_a_mistake_is_told_in_one_line(
    arguments: list[str], words: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The line names what is wrong."""
    assert words in says(capsys, monkeypatch, *arguments)


def test_a_key_that_does_not_exist(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """An unknown key is named with its file, and the page that lists the known ones."""
    Path("wrong.toml").write_text("[agi]\nprot = 1\n")
    line = says(capsys, monkeypatch, "ask", "--config", "wrong.toml")
    assert (
        line
        == "ivr: wrong.toml: agi.prot: unknown key (do you mean agi.port?); see docs/reference/settings.md"
    )


def test_audio_needs_an_address_that_asterisk_can_dial(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """« Everywhere » is no address: Asterisk would dial itself, and a refused connection ends other calls."""
    Path("wrong.toml").write_text('[media]\nhost = "0.0.0.0"\n')
    assert "media.advertise" in says(capsys, monkeypatch, "serve", "--config", "wrong.toml")
    Path("right.toml").write_text('[media]\nhost = "0.0.0.0"\nadvertise = "192.0.2.20:9092"\n')
    assert load_settings(Path("right.toml")).media.advertise == "192.0.2.20:9092"


def test_a_file_that_was_named_once_is_not_read_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """Reading settings leaves no trace: the next reader gets those where he stands, or in $IVR_CONFIG."""
    Path("named.toml").write_text("[call]\nrecord = true\n")
    Path("ivr.toml").write_text('[call]\ngreeting = "accueil.2"\n')
    assert load_settings(Path("named.toml")).call.record
    assert (load_settings().call.record, load_settings().call.greeting) == (False, "accueil.2")
    monkeypatch.setenv("IVR_CONFIG", "another.toml")
    hand_down(Path("named.toml"))
    assert load_settings().call.record


def test_a_wrong_environment_variable_is_named(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who set IVR_AGI__PORT would not look for it in the file."""
    monkeypatch.setenv("IVR_AGI__PORT", "many")
    assert "agi.port (from IVR_AGI__PORT): Input should be a valid integer" in says(
        capsys, monkeypatch, "ask"
    )
