"""The tests' copy of ``prompts/`` and what the repository ships are the same texts."""

import os
import shutil
import subprocess

import pytest

from ivr.places import shared
from tests.shipped import PROMPTS, ROOT

pytestmark = pytest.mark.transcripts


def committed(folder: str) -> str:
    """Return what git calls *folder* as last committed; empty outside a checkout."""
    command = ["git", "-C", str(ROOT), "rev-parse", "--quiet", "--verify", f"HEAD:{folder}"]
    try:
        return subprocess.run(command, capture_output=True, text=True, check=False).stdout
    except FileNotFoundError:
        return ""


def test_the_copy_follows_what_is_committed() -> None:
    """A commit that changes ``prompts/`` changes the copy; what is published here afterwards does not count.

    ``UPDATE=1`` makes the copy again.
    """
    if os.environ.get("UPDATE"):
        shutil.rmtree(PROMPTS)
        shutil.copytree(shared("prompts"), PROMPTS)
        return
    remedy = (
        "UPDATE=1 python -m pytest tests/transcripts/test_shipped_texts.py, then commit tests/data/prompts"
    )
    assert committed("prompts") == committed("tests/data/prompts"), remedy
