"""``ivr simulate`` and ``ivr ask``: whole calls with real speech, and no Asterisk at all."""

import itertools
import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import httpx
import numpy as np
import pytest
import soundfile

from tests.shipped import PROMPTS

pytestmark = pytest.mark.simulator

ROOT = Path(__file__).parents[2]


def ivr(home: Path, *arguments: str) -> "subprocess.CompletedProcess[str]":
    """Run the command in *home*, as a user's CI would."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "IVR_PROMPTS": str(PROMPTS)}
    environment.pop("IVR_CONFIG")  # some tests write an ivr.toml of their own
    return subprocess.run(
        [sys.executable, "-m", "ivr", *arguments], cwd=home, env=environment, capture_output=True, text=True,
        stdin=subprocess.DEVNULL, timeout=240,
    )  # fmt: skip


CALLS = """
calls:
  - name: une réponse en étapes
    steps:
      - hear: menu.1
      - say: Comment lancer un test ping ?
      - expect: {intent: test-ping, outcome: answer, latency: 5}
      - hear: test-ping.r
      - press: "#"
      - hear: test-ping.e1
    end: {exit: caller}
  - name: un conseiller par la voix
    steps:
      - hear: menu.1
      - say: Je veux parler à un conseiller.
      - expect: {command: agent, outcome: command}
    end: {exit: transfer, queue: support, reason: requested, agent: true}
  - name: un conseiller par la touche zéro, pendant l'accueil
    steps:
      - hear: accueil.1
      - press: "0"
    end: {exit: transfer, queue: support, reason: requested}
"""


def test_calls_go_as_written(tmp_path: Path) -> None:
    """Spoken and keyed calls, all at once; each caller's ear is kept as a recording."""
    (tmp_path / "calls.yaml").write_text(CALLS, encoding="utf-8")
    done = ivr(tmp_path, "simulate", "calls.yaml", "--json", "--recordings", "heard")
    reports = [json.loads(line) for line in done.stdout.splitlines()]
    assert {each["call"]: each["failures"] for each in reports} == {
        "une réponse en étapes": [],
        "un conseiller par la voix": [],
        "un conseiller par la touche zéro, pendant l'accueil": [],
    }
    assert done.returncode == 0
    heard, rate = soundfile.read(tmp_path / "heard" / "call-1.wav")
    assert rate == 8000
    assert np.abs(heard).max() > 0.1


RECORDED_CALLS = """
calls:
  - name: l'appelant accepte
    steps:
      - hear: menu.1
      - say: Comment lancer un test ping ?
      - hear: test-ping.r
    end: {exit: caller}
  - name: l'appelant refuse après une question
    steps:
      - hear: menu.1
      - say: Comment lancer un test ping ?
      - hear: test-ping.r
      - say: Sans enregistrement.
      - hear: enreg.refus
    end: {exit: caller}
"""


def test_the_sound_of_a_call_is_kept_unless_its_caller_refuses(tmp_path: Path) -> None:
    """Told that they may be recorded, one goes on and one refuses: of his call no sound is left."""
    (tmp_path / "ivr.toml").write_text("[call]\nrecord = true\n[store]\naudio = true\n")
    (tmp_path / "calls.yaml").write_text(RECORDED_CALLS, encoding="utf-8")
    done = ivr(tmp_path, "simulate", "calls.yaml", "--json", "--recordings", "heard")
    reports = [json.loads(line) for line in done.stdout.splitlines()]
    assert [each["failures"] for each in reports] == [[], []]
    (kept,) = tmp_path.glob("heard/**/utterances/*/*.wav")
    assert kept.stat().st_mode & 0o777 == 0o600
    said, rate = soundfile.read(kept)
    assert (rate, len(said) > rate) == (8000, True)
    assert np.abs(said).max() > 0.05


def test_the_shipped_regression_calls_pass(tmp_path: Path) -> None:
    """What the console plays, with what the repository says and hears."""
    script = ROOT / "regression" / "calls.yaml"
    done = ivr(tmp_path, "simulate", str(script), "--json", "--always-open", "--at-once", "4")
    reports = [json.loads(line) for line in done.stdout.splitlines()]
    assert [each for each in reports if not each["passed"]] == []
    assert len(reports) == 8


def test_some_calls_of_a_script_at_any_hour(tmp_path: Path) -> None:
    """``--call`` plays what it names; ``--always-open`` finds somebody even on a desk that never opens."""
    (tmp_path / "calls.yaml").write_text(CALLS, encoding="utf-8")
    (tmp_path / "ivr.toml").write_text('[desk]\nhours = {lundi = ["03:00-03:01"]}\n')
    name = "un conseiller par la touche zéro, pendant l'accueil"
    done = ivr(
        tmp_path, "simulate", "calls.yaml", "--json", "--always-open", "--at-once", "1", "--call", name
    )
    reports = [json.loads(line) for line in done.stdout.splitlines()]
    assert [(each["call"], each["failures"], each["mismatches"]) for each in reports] == [(name, [], [])]


def test_a_call_that_goes_wrong_is_said_in_words(tmp_path: Path) -> None:
    """The wrong exit and the wrong prompt: status 1 and what happened instead."""
    (tmp_path / "calls.yaml").write_text(
        """
calls:
  - name: attend la mauvaise fin
    steps:
      - hear: accueil.1
      - press: "0"
      - hear: {prompt: nav.debut, within: 2}
    end: {exit: hang-up}
""",
        encoding="utf-8",
    )
    done = ivr(tmp_path, "simulate", "calls.yaml")
    assert done.returncode == 1
    assert "expected the prompt nav.debut within 2 s, heard tr." in done.stdout
    assert "expected the call to end by hang-up, it ended by Transfer" in done.stdout


def test_a_typed_transcript_is_compared(tmp_path: Path) -> None:
    """A golden transcript passes; one word more is a difference and status 1."""
    golden = ROOT / "tests" / "transcripts" / "agent_free.txt"
    assert ivr(tmp_path, "simulate", str(golden)).returncode == 0
    wrong = tmp_path / "wrong.txt"
    wrong.write_text(golden.read_text(encoding="utf-8").replace("Restez en ligne", "Ne restez pas en ligne"))
    done = ivr(tmp_path, "simulate", str(wrong))
    assert done.returncode == 1
    assert "-IVR     Je vous mets en relation avec un conseiller. Ne restez pas en ligne" in done.stdout


def test_asking_in_the_terminal(tmp_path: Path) -> None:
    """The answer, what was understood, and the next step."""
    done = ivr(tmp_path, "ask", "où est l'adresse MAC de mon poste", "suite")
    assert done.returncode == 0
    assert "L'adresse MAC se lit sur l'écran de votre poste." in done.stdout
    assert "(adresse-mac" in done.stdout
    assert "Assurez-vous que le poste est connecté" in done.stdout


def test_the_demo_keeps_its_console_open(tmp_path: Path) -> None:
    """The printed link signs somebody up, who finds the demo's calls; Ctrl-C ends it, in good order."""
    arguments = [sys.executable, "-m", "ivr", "demo", "--stay"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1"}
    with subprocess.Popen(
        arguments, cwd=tmp_path, env=environment, stdout=subprocess.PIPE, text=True
    ) as demo:
        assert demo.stdout is not None
        said = list(itertools.takewhile(lambda line: not line.startswith("It shows"), demo.stdout))
        try:
            link = said[-1].removeprefix("Console: ").strip()
            origin = link.partition("/inscription/")[0]
            with httpx.Client(headers={"Origin": origin}, follow_redirects=True) as browser:
                person = {"name": "Camille", "login": "camille", "password": "une phrase assez longue"}
                signed = browser.post(link, data=person | {"again": person["password"]})
                assert signed.status_code == 200, signed.text
                calls = browser.get(f"{origin}/appels").text
                assert calls.count('href="/appels/') >= 3
                assert "Lien expiré" in browser.get(link).text
        finally:
            demo.send_signal(signal.SIGINT)
        assert demo.wait(30) in (0, 1)


@pytest.mark.parametrize(
    "arguments",
    [
        ("simulate", "none.yaml"),
        ("simulate", "none.txt"),
        ("simulate", "--loud"),
        ("simulate",),
        ("simulate", str(ROOT / "regression" / "calls.yaml"), "--call", "nobody's"),
        ("ask", "--config", "none.toml", "bonjour"),
        ("serve", "--port", "1"),
        ("check", "--config", "none.toml"),
        ("demo", "--asterisk", "nowhere"),
        ("nonsense",),
    ],
)
def test_a_mistake_is_one_line_and_status_2(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    """No traceback, nothing on standard output, one line that says what is wrong."""
    done = ivr(tmp_path, *arguments)
    assert done.returncode == 2
    assert "Traceback" not in done.stderr
    assert len([line for line in done.stderr.splitlines() if line.startswith("ivr: ")]) == 1


def test_check_says_what_is_wrong_and_what_to_do(tmp_path: Path) -> None:
    """Everything but Asterisk is there: status 1, and the remedy by name."""
    (tmp_path / "ivr.toml").write_text("[ami]\nport = 1\n")
    done = ivr(tmp_path, "check")
    assert done.returncode == 1
    assert "ok       questions and answers: 23 answers" in done.stdout
    for folder in ("tests/data/prompts", "models/fr-support", "regression"):
        assert str(ROOT / folder) in done.stdout
    assert "ok       clock: " in done.stdout
    assert "ok       descriptors: " in done.stdout
    assert f"ok       disks: written to {Path('var/prompts')}" in done.stdout
    assert "ok       voice: " in done.stdout
    assert "dialplan/ivr-manager.conf" in done.stdout
