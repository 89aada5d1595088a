"""The contract of ``ivr understand``: one line in, one JSON object out, whatever comes in."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from ivr.cli.understand import command

pytestmark = pytest.mark.unit


@pytest.fixture
def prompts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "phrasings"
    folder.mkdir()
    (folder / "ping.yaml").write_text("intent: ping\nphrasings: [lancer un ping, faire un test ping]\n")
    (folder / "mac.yaml").write_text("intent: mac\nphrasings: [adresse MAC, trouver la MAC]\n")
    (folder / "commands.yaml").write_text("commands:\n  agent: [un conseiller, parler à quelqu'un]\n")
    (folder / "out-of-scope.yaml").write_text("out-of-scope: [une pizza, la météo, mon train]\n")
    monkeypatch.setenv("IVR_PROMPTS", str(tmp_path))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return tmp_path


def ask(data: bytes) -> list[dict[str, object]]:
    result = CliRunner().invoke(command, input=data, catch_exceptions=False)
    assert result.exit_code == 0
    return [json.loads(line) for line in result.stdout.splitlines()]


def test_the_documented_form(prompts: Path) -> None:
    """Exactly the documented keys, in the documented shapes."""
    question, order = ask(b"faire un ping\nun conseiller\n")
    assert list(question) == ["text", "outcome", "intents", "command"]
    assert question["outcome"] in ("answer", "confirm")
    assert question["intents"][0]["id"] == "ping"  # type: ignore[index]
    assert question["command"] is None
    assert (order["outcome"], order["command"], order["intents"]) == ("command", "agent", [])


@pytest.mark.parametrize(
    "line",
    [
        b"",
        b"   ",
        b"\x00\x01\x07",
        b"\xff\xfe\xc3",
        b"\x1b[31m",
        b"a" * 1_000_000,
        "é" * 70_000,
        b"\r",
        b"12 34 56",
    ],
    ids=[
        "empty",
        "blank",
        "control",
        "not-utf8",
        "escape",
        "megabyte",
        "split-character",
        "return",
        "digits",
    ],
)
def test_garbage_is_rejected(prompts: Path, line: bytes | str) -> None:
    """Nothing that comes in stops the program, and the next line is still understood."""
    data = line.encode() if isinstance(line, str) else line
    rejected, after = ask(data + b"\nfaire un test ping\n")
    assert rejected["outcome"] == "reject"
    assert after["intents"][0]["id"] == "ping"  # type: ignore[index]


def test_a_last_line_without_end(prompts: Path) -> None:
    """The last line counts without its line feed; no input, no output."""
    assert len(ask(b"faire un ping")) == 1
    assert ask(b"") == []
