"""``ivr faq test`` refuses phrasings that do not teach."""

import json
import subprocess
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from ivr.cli.faq import command

pytestmark = pytest.mark.unit

ENDS = ("", " ici", " vite")
GOOD = {
    "ping": [f"{verb} un test ping{end}" for verb in ("lancer", "faire", "réaliser") for end in ENDS],
    "mac": [f"{verb} l'adresse MAC{end}" for verb in ("trouver", "voir", "lire") for end in ENDS],
}


def write(prompts: Path, intents: dict[str, list[str]]) -> None:
    (prompts / "phrasings").mkdir(exist_ok=True)
    for intent, lines in intents.items():
        listed = "".join(f"  - {line}\n" for line in lines)
        (prompts / "phrasings" / f"{intent}.yaml").write_text(f"intent: {intent}\nphrasings:\n{listed}")


@pytest.fixture
def prompts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("IVR_PROMPTS", str(tmp_path))
    write(tmp_path, GOOD)
    return tmp_path


def run(*arguments: str) -> Result:
    return CliRunner().invoke(command, ["test", "--folds", "3", *arguments], standalone_mode=False)


def test_good_phrasings_pass(prompts: Path) -> None:
    """Distinct intents reach every bar: exit status 0."""
    result = run()
    assert result.exception is None
    assert result.return_value == 0
    assert "leave-one-out accuracy 100.0%" in result.stdout


def test_colliding_phrasings_are_refused(prompts: Path) -> None:
    """Lines in the wrong file miss the bars: exit status 1, and the table names them."""
    mixed = [*GOOD["ping"], *GOOD["mac"]]
    write(prompts, {"ping": mixed[::2], "mac": mixed[1::2]})
    result = run()
    assert result.return_value == 1
    assert "MISSED" in result.stdout
    assert "mac: «" in result.stdout


def test_json(prompts: Path) -> None:
    """For scripts: one object with figures, missed bars, curve, confusions and collisions."""
    found = json.loads(run("--json").stdout.splitlines()[-1])
    assert found["figures"]["first"] == 1.0
    assert found["missed"] == []


def test_bars_are_settings(prompts: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An operator may demand less."""
    write(prompts, {"mac": GOOD["ping"]})
    for bar in ("FIRST", "HELPED", "ANSWERED"):
        monkeypatch.setenv(f"IVR_FAQ__BARS__{bar}", "0")
    monkeypatch.setenv("IVR_FAQ__BARS__MISLED", "1")
    assert run("--noise", "asr").return_value == 0


def test_against_a_revision(prompts: Path) -> None:
    """The edit is compared with what git has."""
    for asked in (
        ["init", "-q"],
        ["add", "."],
        ["-c", "user.name=a", "-c", "user.email=a@b", "commit", "-qm", "x"],
    ):
        subprocess.run(["git", "-C", str(prompts), *asked], check=True)
    write(prompts, {"mac": GOOD["ping"]})
    result = run("--against", "HEAD")
    assert "lines whose outcome changes" in result.stdout
    assert "« lancer un test ping »" in result.stdout


def test_an_unknown_revision_is_a_clear_error(prompts: Path) -> None:
    """No traceback: git's own reason."""
    result = run("--against", "nowhere")
    assert "git:" in str(result.exception)
