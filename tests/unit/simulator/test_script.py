"""Scripted calls, read from YAML."""

from pathlib import Path

import pytest

from ivr.errors import ConfigurationError
from ivr.simulator.script import End, Expect, Hear, Interrupt, Press, ScriptedCall, Speak, Wait, load_script

pytestmark = pytest.mark.unit

GOOD = """
calls:
  - name: une question
    number: "0145678901"
    steps:
      - hear: menu.1
      - say: où est l'adresse MAC
      - expect: {intent: adresse-mac, outcome: answer, latency: 1.5}
      - interrupt: {text: conseiller, after: 2}
      - wait: 3
      - press: "0"
      - hear: {prompt: tr.libre, within: 4}
    end: {exit: transfer, queue: support, reason: requested, agent: true}
"""


def write(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "calls.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def test_every_move_is_read(tmp_path: Path) -> None:
    """A script says what the caller does, what he must hear, and how the call must end."""
    expected = ScriptedCall(
        "une question",
        "0145678901",
        (
            Hear("menu.1"),
            Speak("où est l'adresse MAC"),
            Expect(intent="adresse-mac", outcome="answer", latency=1.5),
            Interrupt("conseiller", None, 2.0),
            Wait(3.0),
            Press("0"),
            Hear("tr.libre", 4.0),
        ),
        End("transfer", "support", "requested", agent=True),
    )
    assert load_script(write(tmp_path, GOOD)) == (expected,)


@pytest.mark.parametrize(
    ("text", "line", "complaint"),
    [
        ("", 1, "expected keys"),
        ("calls: []", 1, "no call"),
        ("calls:\n  - name: x\n    steps: []\n", 2, "'end' is missing"),
        (
            "calls:\n  - name: x\n    steps:\n      - shout: x\n    end: {exit: caller}",
            4,
            "unknown key 'shout'",
        ),
        (
            "calls:\n  - name: x\n    steps:\n      - wait: long\n    end: {exit: caller}",
            4,
            "number of seconds",
        ),
        (
            "calls:\n  - name: x\n    steps:\n      - say: {file: no.wav}\n    end: {exit: caller}",
            4,
            "no such",
        ),
        (
            "calls:\n  - name: x\n    steps:\n      - say: {}\n    end: {exit: caller}",
            4,
            "either text or file",
        ),
        ("calls:\n  - name: x\n    steps: []\n    end: {exit: explode}", 4, "exit is one of"),
        ("calls:\n  - {name: x", 2, "while parsing"),
    ],
)
def test_a_mistake_is_named_with_its_line(tmp_path: Path, text: str, line: int, complaint: str) -> None:
    """File, line and remedy: what the author of the script needs."""
    path = write(tmp_path, text)
    with pytest.raises(ConfigurationError, match=complaint) as caught:
        load_script(path)
    assert str(caught.value).startswith(f"{path}:")
    assert "\n" not in str(caught.value)
    assert f":{line}:" in str(caught.value) or f"line {line}" in str(caught.value)


def test_a_missing_script_is_one_clear_line(tmp_path: Path) -> None:
    """No traceback for a wrong name."""
    with pytest.raises(ConfigurationError, match="cannot read it"):
        load_script(tmp_path / "none.yaml")
