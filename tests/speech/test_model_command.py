"""``ivr model install`` and ``list`` as an operator sees them."""

import hashlib
import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

pytestmark = pytest.mark.speech

ROOT = Path(__file__).parents[2]


def model(folder: Path, *arguments: object, **variables: object) -> subprocess.CompletedProcess[str]:
    environment = os.environ | {"PYTHONPATH": str(ROOT)} | {k: str(v) for k, v in variables.items()}
    command = [sys.executable, "-m", "ivr", "model", *map(str, arguments)]
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)


class Quiet(SimpleHTTPRequestHandler):
    """Serves files without a word."""

    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture
def address(tmp_path: Path, model_path: Path) -> Iterator[str]:
    """A web server with the model as a zip file."""
    site = tmp_path / "site"
    shutil.make_archive(str(site / "vosk-fr"), "zip", model_path.parent, model_path.name)
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(site)))
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/vosk-fr.zip"
    server.shutdown()
    thread.join()
    server.server_close()


def test_from_an_address_to_a_transcript(tmp_path: Path, address: str, model_path: Path) -> None:
    """Fetched with its checksum, unpacked, tried, listed; a wrong or missing checksum stops it."""
    archive = (tmp_path / "site" / "vosk-fr.zip").read_bytes()
    for arguments, said in ((["--sha256", "0" * 64], "SHA-256"), ([], "--sha256")):
        refused = model(tmp_path, "install", address, *arguments)
        assert refused.returncode == 2
        assert said in refused.stderr
    done = model(tmp_path, "install", address, "--sha256", hashlib.sha256(archive).hexdigest())
    assert done.returncode == 0, done.stderr
    folder = Path("var/models") / model_path.name
    assert f"{folder}: installed and tried" in done.stdout
    assert "downloading" in done.stderr
    listed = model(tmp_path, "list", IVR_RECOGNITION__MODEL=folder)
    assert listed.returncode == 0
    assert [line for line in listed.stdout.splitlines() if line.startswith("*")] == [
        line for line in listed.stdout.splitlines() if str(folder) in line
    ]


def test_an_address_that_does_not_answer(tmp_path: Path, address: str) -> None:
    """One line with the reason and the way out."""
    gone = model(tmp_path, "install", address.replace("vosk-fr", "other"), "--sha256", "0" * 64)
    assert gone.returncode == 2
    assert "give the zip file" in gone.stderr.splitlines()[-1]


def test_a_model_that_vosk_refuses_is_not_installed(tmp_path: Path, model_path: Path) -> None:
    """Complete but damaged: tried before it is put in place."""
    damaged = Path(shutil.copytree(model_path, tmp_path / "damaged", copy_function=shutil.copyfile))
    (damaged / "am/final.mdl").write_bytes(b"nonsense")
    refused = model(tmp_path, "install", damaged)
    assert refused.returncode == 2
    assert "Vosk cannot load" in refused.stderr.splitlines()[-1]
    assert list((tmp_path / "var/models").iterdir()) == []


def test_two_models_are_compared_on_recordings(tmp_path: Path, model_path: Path) -> None:
    """Words wrong, meanings and CPU, one column each; the same model twice gives the same figures."""
    folder = tmp_path / "set"
    folder.mkdir()
    for name in ("00", "04"):
        shutil.copy(ROOT / "tests/speech/audio" / f"{name}.wav", folder)
    text = "quels sont les tarifs des appels vers l'étranger"
    (folder / "transcripts.tsv").write_text(f"00.wav\t{text}\ta\n04.wav\tOui.\tb\n", encoding="utf-8")
    shown = model(ROOT, "compare", model_path, model_path, "--set", folder)
    assert shown.returncode == 0, shown.stderr
    _, _, wrong, meant, cpu = shown.stdout.splitlines()
    first, second = wrong.removeprefix("words wrong").split("%")[:2]
    assert first.split() == second.split()
    assert int(first.split()[0]) <= 2
    assert int(first.split()[2]) == 10
    assert meant.split()[-3:] == meant.split()[3:6]
    assert cpu.endswith(" s")


def test_a_table_with_a_wrong_line_is_told(tmp_path: Path, model_path: Path) -> None:
    """File and line, and what belongs there."""
    (tmp_path / "transcripts.tsv").write_text("a.wav\tbonjour\n", encoding="utf-8")
    shown = model(ROOT, "compare", model_path, model_path, "--set", tmp_path)
    assert shown.returncode != 0
    assert "transcripts.tsv:1: expected file, text and speaker" in shown.stderr
