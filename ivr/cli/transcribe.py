"""``ivr transcribe``: recordings in words, one JSON line per file.

Reads any rate and channel count; decides nothing about recognition.
"""

import json
import time
from pathlib import Path

import click
import numpy as np
import soundfile

from ivr.config import load_settings
from ivr.speech.recognition.engines import create
from ivr.speech.recognition.recognizers import Recognizer


@click.command("transcribe")
@click.argument(
    "files", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path)
)
@click.option(
    "--model", type=click.Path(path_type=Path), help="Vosk model folder; default: the configured one."
)
def command(files: tuple[Path, ...], model: Path | None) -> None:
    """Print what is said in each WAV or FLAC file, as one JSON object per line."""
    recognizer = create(load_settings().recognition, model)
    for file in files:
        print(json.dumps(_transcribe(recognizer, file), ensure_ascii=False), flush=True)


def _transcribe(recognizer: Recognizer, file: Path) -> dict[str, object]:
    audio, rate = read(file)
    seconds = len(audio) / rate
    began = time.perf_counter()
    transcript = recognizer.transcribe(audio.tobytes(), rate)
    elapsed = time.perf_counter() - began
    return {
        "file": str(file),
        "text": transcript.text,
        "words": [
            {
                "word": w.text,
                "start": round(w.start, 3),
                "end": round(w.end, 3),
                "conf": round(w.confidence, 3),
            }
            for w in transcript.words
        ],
        "seconds": round(seconds, 3),
        "rtf": round(elapsed / seconds, 4) if seconds else 0.0,
    }


def read(file: Path) -> tuple[np.ndarray[tuple[int], np.dtype[np.int16]], int]:
    """Return the recording as 16-bit mono and its rate."""
    try:
        samples, rate = soundfile.read(file, dtype="float32", always_2d=True)
    except (soundfile.LibsndfileError, OSError) as error:
        raise click.ClickException(f"{file}: not a readable recording ({_reason(error)})") from None
    mono = samples.mean(axis=1)
    return (np.clip(mono, -1.0, 1.0) * 32767).astype("<i2"), rate


def _reason(error: Exception) -> str:
    return getattr(error, "error_string", str(error)).strip(". ")
