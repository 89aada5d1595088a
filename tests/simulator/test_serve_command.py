"""``ivr serve`` as a process: what Ctrl-C does to it."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.simulator

ROOT = Path(__file__).parents[2]
LEARNING_TAKES = 60
"""Far more seconds than ending at once, on any machine."""


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_it_ends_at_once_while_it_learns(tmp_path: Path, number: signal.Signals) -> None:
    """Nobody waits for phrasings that will not be used; that is no failure."""
    slow = tmp_path / "sitecustomize.py"
    slow.write_text(
        "import time\nfrom ivr.call import knowledge\n"
        f"knowledge.open_publisher = lambda settings: time.sleep({LEARNING_TAKES})\n"
    )
    environment = {**os.environ, "PYTHONPATH": f"{tmp_path}:{ROOT}"}
    with subprocess.Popen(
        [sys.executable, "-m", "ivr", "serve"], cwd=tmp_path, env=environment, text=True,
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
    ) as process:  # fmt: skip
        assert process.stdout is not None
        while "server.starting" not in (line := process.stdout.readline()):
            assert line, "it ended before it began"
        process.send_signal(number)
        rest, _ = process.communicate(timeout=LEARNING_TAKES / 2)
    assert process.returncode == 0, rest
    assert "server.not_started" in rest
    assert "Traceback" not in rest
