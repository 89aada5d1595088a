"""``ivr model``: the recogniser's model folder.

Starts the work in a process of its own and says what it did.
"""

import json
import subprocess
import sys
from pathlib import Path

import click

from ivr.config import load_settings
from ivr.errors import EngineError
from ivr.progress import Progress

TIMEOUT = 600.0


@click.group("model")
def command() -> None:
    """The recogniser's model folder."""


@command.command()
@click.option("--config", type=click.Path(path_type=Path), help="Configuration file (default: ivr.toml).")
@click.option("--model", type=click.Path(path_type=Path), help="Model folder; default: the configured one.")
@click.option("--output", type=click.Path(path_type=Path), help="New model folder; default: in place.")
def adapt(config: Path | None, model: Path | None, output: Path | None) -> None:
    """Teach the model the words of the current questions and answers (seconds; calls go on)."""
    settings = load_settings(config)
    folder = model or settings.recognition.model
    arguments = ["--model", folder, "--prompts", settings.prompts, "--output", output or folder]
    with Progress().step("adapting the model"):
        report = run([str(argument) for argument in arguments])
    print(f"{output or folder}: {report['words']} words")
    for word in report["unpronounceable"]:
        print(f"left out, cannot be pronounced (add it to {settings.prompts}/lexicon.yaml): {word}")


def run(arguments: list[str]) -> dict[str, list[str]]:
    """Run `python -m ivr.language`; its report. Raises EngineError with its one line."""
    process = subprocess.run(
        [sys.executable, "-m", "ivr.language", *arguments],
        capture_output=True,
        text=True,
        timeout=TIMEOUT,
        check=False,
    )
    if process.returncode:
        lines = process.stderr.strip().splitlines() or ["it ended without a word"]
        raise EngineError(f"the model was not adapted: {lines[-1].removeprefix('ivr: ')}")
    report: dict[str, list[str]] = json.loads(process.stdout)
    return report
