"""Recorded people: folders with `transcripts.tsv` (file, text, reader) and Debian's Asterisk prompts.

The reserved readers are for development only and never reach a training set.
"""

import gzip
import re
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import soundfile
from numpy.typing import NDArray

RESERVED = frozenset({"Sonia", "Martine", "Cocotte", "Rémi", "Sandra Schmit"})
UNKNOWN = "?"
_DIGIT_WORDS = dict(
    zip(
        "0123456789",
        ["zéro", "un", "deux", "trois", "quatre", "cinq", "six", "sept", "huit", "neuf"],
        strict=True,
    )
)


@dataclass(frozen=True, slots=True)
class Recording:
    """One clip of a person reading a known text."""

    path: Path
    text: str
    reader: str
    source: str


def folder(path: Path) -> list[Recording]:
    """All recordings of a folder that holds `transcripts.tsv`."""
    table = path / "transcripts.tsv"
    recordings = []
    for number, line in enumerate(table.read_text(encoding="utf-8").splitlines(), 1):
        cells = line.split("\t")
        if len(cells) != 3:
            raise ValueError(f"{table}:{number}: expected file, text and reader separated by tabs")
        recordings.append(Recording(path / cells[0], cells[1], cells[2], path.name))
    return recordings


def asterisk_prompts(sounds: Path, texts: Path) -> list[Recording]:
    """The prompts of Debian's asterisk-core-sounds-fr-wav whose text is plain words."""
    recordings = []
    with gzip.open(texts, "rt", encoding="utf-8") as lines:
        for line in lines:
            name, separator, text = line.partition(":")
            path = sounds / f"{name.strip()}.wav"
            if line.startswith(";") or not separator or re.search(r"[\[(<]|\d\d", text) or not path.exists():
                continue
            spoken = re.sub(r"\d", lambda digit: f" {_DIGIT_WORDS[digit.group()]} ", text)
            if re.search(r"\w", spoken):
                recordings.append(Recording(path, " ".join(spoken.split()), "June Wallack", "asterisk_fr_CA"))
    return recordings


def for_training(recordings: list[Recording]) -> list[Recording]:
    """Without the reserved readers and the clips whose reader is unknown."""
    return [clip for clip in recordings if clip.reader not in RESERVED and clip.reader != UNKNOWN]


def reserved(recordings: list[Recording]) -> list[Recording]:
    """The clips of the reserved readers only."""
    return [clip for clip in recordings if clip.reader in RESERVED]


def samples(clip: Recording) -> NDArray[np.float32]:
    """The clip's samples, which must be 8 kHz mono."""
    data, rate = soundfile.read(clip.path, dtype="float32")
    if rate != 8000 or data.ndim != 1:
        raise ValueError(f"{clip.path}: expected 8 kHz mono, found {rate} Hz with shape {data.shape}")
    return np.asarray(data, np.float32)
