"""The wheel alone is enough: installed into a fresh environment, far from any checkout, it takes a call."""

import os
import site
import subprocess
import sys
import venv
from pathlib import Path

import pytest

pytestmark = pytest.mark.fleet

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The ``ivr`` of a fresh environment that has our wheel, and the dependencies of this one."""
    folder = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation"]
    subprocess.run([*build, "--wheel-dir", folder, ROOT], check=True, timeout=120)
    venv.create(folder / "venv", with_pip=True)
    python = folder / "venv" / "bin" / "python"
    (wheel,) = folder.glob("ivr-*.whl")
    install = [python, "-m", "pip", "install", "--quiet", "--no-deps", "--no-index"]
    subprocess.run([*install, wheel], check=True, timeout=120)
    asked = [python, "-c", "import site; print(site.getsitepackages()[0])"]
    packages = Path(subprocess.run(asked, check=True, capture_output=True, text=True).stdout.strip())
    dependencies = "\n".join(path for path in [*site.getsitepackages(), *sys.path] if "site-packages" in path)
    (packages / "dependencies.pth").write_text(dependencies)
    return folder / "venv" / "bin" / "ivr"


def run(program: Path, *arguments: str, folder: Path, status: int = 0, told: str = "") -> str:
    environment = {key: value for key, value in os.environ.items() if not key.startswith(("IVR_", "PYTHON"))}
    done = subprocess.run(
        [program, *arguments],
        cwd=folder,
        env=environment,
        input=told,
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert done.returncode == status, done.stdout + done.stderr
    return done.stdout


def test_it_is_found_where_it_was_installed(installed: Path, tmp_path: Path) -> None:
    """Not the checkout beside which the tests run."""
    code = "import ivr.places; print(ivr.places.shared('prompts'), ivr.places.shared('models', 'fr-support'))"
    python = installed.with_name("python")
    printed = run(python, "-c", code, folder=tmp_path).split()
    assert all(path.startswith(str(installed.parents[1])) for path in printed), printed


def test_from_nothing_to_a_call(installed: Path, tmp_path: Path) -> None:
    """``ivr init``, ``ivr check`` and a call over AGI and AudioSocket, in a folder that has nothing else."""
    run(installed, "init", "site", folder=tmp_path)
    site_folder = tmp_path / "site"
    checked = run(installed, "check", folder=site_folder, status=1)  # no Asterisk is running there
    wrong = [line for line in checked.splitlines() if line.startswith("WRONG")]
    assert wrong
    assert all("Asterisk" in line for line in wrong)
    understood = run(installed, "understand", folder=site_folder, told="où est l'adresse mac de mon poste\n")
    assert "adresse-mac" in understood
    (site_folder / "call.yaml").write_text(
        "calls:\n  - name: one question\n    steps:\n      - say: Où est l'adresse MAC de mon poste ?\n"
        "      - expect: {intent: adresse-mac}\n      - hang-up: now\n    end: {exit: caller}\n"
    )
    assert "as expected" in run(installed, "simulate", "call.yaml", folder=site_folder)
