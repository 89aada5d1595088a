"""``ivr model``: the recogniser's model folder.

Starts the work in a process of its own and says what it did.
"""

import hashlib
import json
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import click

from ivr.cli import compare_models
from ivr.config import load_settings
from ivr.errors import EngineError
from ivr.places import shared
from ivr.progress import Progress

TIMEOUT = 600.0
INSTALLED = Path("var/models")


@click.group("model")
def command() -> None:
    """The recogniser's model folder."""


@command.command()
@click.option("--config", type=click.Path(path_type=Path), help="Configuration file (default: ivr.toml).")
@click.option("--model", type=click.Path(path_type=Path), help="Model folder; default: the configured one.")
@click.option("--output", type=click.Path(path_type=Path), help="New model folder; default: in place.")
def adapt(config: Path | None, model: Path | None, output: Path | None) -> None:
    """Teach the model the words of the current questions and answers (seconds; calls go on)."""
    if find_spec("pynini") is None:
        raise EngineError("pynini is not installed, and only this needs it: pip install 'ivr[adapt]'")
    settings = load_settings(config)
    folder = model or settings.recognition.model
    arguments = ["--model", folder, "--prompts", settings.prompts, "--output", output or folder]
    with Progress().step("adapting the model"):
        report = run([str(argument) for argument in arguments])
    print(f"{output or folder}: {report['words']} words")
    for word in report["respelt"]:
        print(f"the model has no word for: {word}")
    for word in report["unpronounceable"]:
        print(f"left out, cannot be pronounced (add it to {settings.prompts}/lexicon.yaml): {word}")


@command.command()
@click.argument("source")
@click.option("--sha256", help="Checksum of the zip file; required for an address.")
@click.option("--into", type=click.Path(path_type=Path), default=INSTALLED, show_default=True)
@click.option("--replace", is_flag=True, help="Put it in the place of an installed model of that name.")
def install(source: str, sha256: str | None, into: Path, replace: bool) -> None:
    """Install a Vosk model by its published name, from an address, a zip file or a folder."""
    if "://" in source and not sha256:
        raise click.UsageError("an address needs --sha256: the publisher's checksum of the zip file")
    from ivr.speech.recognition import model_install
    from ivr.speech.recognition.vosk_recognizer import VoskRecognizer

    folder = model_install.install(
        source, into, sha256=sha256, replace=replace, load=VoskRecognizer, progress=Progress()
    )
    if not sha256 and Path(source).is_file():
        with Path(source).open("rb") as file:
            print(f"not verified, no --sha256 given; it is {hashlib.file_digest(file, 'sha256').hexdigest()}")
    print(f"{folder}: installed and tried")
    print(f'to use it: in ivr.toml, [recognition] model = "{folder.resolve()}", then restart')


@command.command("list")
@click.option("--config", type=click.Path(path_type=Path), help="Configuration file (default: ivr.toml).")
def list_models(config: Path | None) -> None:
    """Show the models that are here; the configured one with a star."""
    from ivr.speech.recognition.model_folder import check_folder
    from ivr.speech.recognition.model_install import MEGABYTE, installed

    configured = load_settings(config).recognition.model
    folders = {
        folder.resolve(): folder for folder in installed(shared("models"), INSTALLED, configured.parent)
    }
    for resolved, folder in folders.items():
        star = "*" if resolved == configured.resolve() else " "
        size = sum(file.stat().st_size for file in folder.rglob("*") if file.is_file()) / MEGABYTE
        print(f"{star} {folder}  {check_folder(folder)} Hz  {size:.0f} MB")
    if configured.resolve() not in folders:
        check_folder(configured)


command.add_command(compare_models.command)


def run(arguments: list[str]) -> dict[str, list[str]]:
    """Run `python -m ivr.language_model`; its report. Raises EngineError with its one line."""
    process = subprocess.run(
        [sys.executable, "-m", "ivr.language_model", *arguments],
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
