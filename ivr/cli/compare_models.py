"""``ivr model compare``: two models on one's own recordings, side by side.

Recordings are a folder with ``transcripts.tsv`` (file, text, speaker), as `make model` takes.
"""

import time
from dataclasses import dataclass
from pathlib import Path

import click
import numpy as np
from rapidfuzz.distance import Levenshtein

from ivr.cli.transcribe import read
from ivr.config import RecognitionSettings, load_settings
from ivr.dialogue.events import Hypothesis
from ivr.french.phrases import fold
from ivr.knowledge.matcher_factory import MatcherFactory
from ivr.knowledge.matching import Matcher
from ivr.progress import Progress
from ivr.speech.recognition.engines import create

TABLE = "transcripts.tsv"


@dataclass(frozen=True, slots=True)
class Recording:
    """A file and what is said in it."""

    path: Path
    text: str


@dataclass(slots=True)
class Result:
    """What a model made of the recordings."""

    wrong: int = 0
    """Words inserted, left out or replaced."""
    words: int = 0
    right: int = 0
    """Recordings understood as their true text is."""
    recordings: int = 0
    cpu: float = 0.0
    audio: float = 0.0
    """Both in seconds."""


@click.command("compare")
@click.argument("first", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.argument("second", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option(
    "--set",
    "folder",
    required=True,
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Folder with recordings and transcripts.tsv (file, text, speaker).",
)
@click.option("--config", type=click.Path(path_type=Path), help="Configuration file (default: ivr.toml).")
def command(first: Path, second: Path, folder: Path, config: Path | None) -> None:
    """Compare two models on recordings of one's own: words wrong, what was understood, CPU."""
    settings = load_settings(config)
    recordings = read_table(folder / TABLE)
    matcher = MatcherFactory.of(settings.faq).teach(settings.prompts, {})
    results = [measure(settings.recognition, model, recordings, matcher) for model in (first, second)]
    print(f"{len(recordings)} recordings, {results[0].audio:.0f} s")
    print(f"{'':24s}{first.name:>24.24s}{second.name:>24.24s}")
    for name, cells in rows(results):
        print(f"{name:24s}" + "".join(f"{cell:>24s}" for cell in cells))


def read_table(table: Path) -> list[Recording]:
    """Return the recordings of a table.

    Raises:
        click.ClickException: naming the line that is wrong, or that there is none.
    """
    try:
        lines = table.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise click.ClickException(f"{table}: cannot be read ({error})") from None
    found = []
    for number, line in enumerate(lines, 1):
        cells = line.split("\t")
        if len(cells) != 3 or not fold(cells[1]):
            raise click.ClickException(f"{table}:{number}: expected file, text and speaker separated by tabs")
        found.append(Recording(table.parent / cells[0], cells[1]))
    if not found:
        raise click.ClickException(f"{table}: no recordings; write a line for each: file, text, speaker")
    return found


def measure(
    settings: RecognitionSettings, model: Path, recordings: list[Recording], matcher: Matcher
) -> Result:
    """Have a model transcribe the recordings."""
    recognizer, result = create(settings, model), Result()
    with Progress().bar(model.name, len(recordings)) as show:
        for number, recording in enumerate(recordings, 1):
            audio, rate = read(recording.path)
            began = time.process_time()
            heard = recognizer.transcribe(np.asarray(audio, "<i2").tobytes(), rate).text
            result.cpu += time.process_time() - began
            said, found = fold(recording.text).split(), fold(heard).split()
            result.wrong += Levenshtein.distance(found, said)
            result.words += len(said)
            result.right += _meaning(matcher, heard) == _meaning(matcher, recording.text)
            result.recordings += 1
            result.audio += len(audio) / rate
            show(number)
    return result


def rows(results: list[Result]) -> list[tuple[str, list[str]]]:
    """Return what is printed, a row for each measure."""
    return [
        (
            "words wrong",
            [f"{each.wrong} of {each.words} = {100 * each.wrong / each.words:.1f} %" for each in results],
        ),
        ("understood as meant", [f"{each.right} of {each.recordings}" for each in results]),
        ("CPU per second of sound", [f"{each.cpu / max(each.audio, 1e-3):.3f} s" for each in results]),
    ]


def _meaning(matcher: Matcher, text: str) -> tuple[str, str]:
    """The command or the first question, and whether anything was understood."""
    understood = matcher.understand([Hypothesis(text)])
    first = understood.intents[0].intent if understood.intents and not understood.reject else ""
    return understood.outcome.value, understood.command.value if understood.command else first
