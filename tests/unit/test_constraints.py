"""What is deployed has one version, tomorrow too."""

import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

pytestmark = pytest.mark.unit

ROOT = Path(__file__).parents[2]
FILE = ROOT / "constraints.txt"
REMEDY = "run `make constraints` where everything is installed, read what changed, commit it"


def pinned(text: str) -> dict[str, str]:
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    pairs = [line.split("==") for line in lines]
    assert all(len(pair) == 2 and all(pair) for pair in pairs), REMEDY
    return {canonicalize_name(name): version for name, version in pairs}


def test_everything_that_is_installed_is_pinned() -> None:
    """What pyproject.toml asks for, and all that this asks for, to the last."""
    script = [sys.executable, str(ROOT / ".ci" / "constraints")]
    done = subprocess.run(script, cwd=ROOT, capture_output=True, text=True, check=True)
    assert sorted(pinned(done.stdout).keys() - pinned(FILE.read_text("utf-8")).keys()) == [], REMEDY


def test_what_is_pinned_is_what_is_asked_for() -> None:
    """A bound that was raised, or a package that was added, reaches what is deployed."""
    versions = pinned(FILE.read_text("utf-8"))
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    extras = project["optional-dependencies"]
    for text in [*project["dependencies"], *extras["adapt"], *extras["dev"], *extras["voice"]]:
        wanted = Requirement(text)
        assert wanted.specifier.contains(versions[canonicalize_name(wanted.name)]), f"{text}: {REMEDY}"
    assert {"pip", "setuptools"} <= versions.keys()


def test_setup_installs_these_and_no_others() -> None:
    """Every pip of the Makefile that installs what is deployed is held to the file."""
    makefile = (ROOT / "Makefile").read_text("utf-8").splitlines()
    setup = [line for line in makefile if "pip install" in line and "training" not in line]
    assert len(setup) == 2
    assert all("--constraint constraints.txt" in line for line in setup)
