"""Recorded people: folders with `transcripts.tsv` (file, text, reader), Debian's Asterisk and Tux Paint.

The reserved readers are for development only and never reach a training set.
"""

import gzip
import re
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import soundfile
import soxr
from numpy.typing import NDArray

RESERVED = frozenset({"Sonia", "Martine", "Cocotte", "Rémi", "Sandra Schmit"})
UNKNOWN = "?"
RATE = 8000
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


def tuxpaint_stamps(stamps: Path) -> list[Recording]:
    """The French names of Debian's tuxpaint-stamps-default whose text is plain words, each text once."""
    found: dict[str, Path] = {}
    for path in sorted(stamps.rglob("*_desc_fr.ogg")):
        table = path.with_name(path.name.replace("_desc_fr.ogg", ".txt"))
        lines = table.read_text(encoding="utf-8", errors="replace").splitlines() if table.exists() else ()
        for line in lines:
            tag, _, text = line.partition("=")
            # these recordings name the letter alone
            said = text.strip().lower().removeprefix("la lettre ")
            if tag == "fr.utf8" and re.search(r"\w", said) and not re.search(r"[\[(<$€\d“«\"]", said):
                found.setdefault(said, path)
    return [Recording(path, text, "Jacques Chion", "tuxpaint") for text, path in found.items()]


def for_training(recordings: list[Recording]) -> list[Recording]:
    """Without the reserved readers and the clips whose reader is unknown."""
    return [clip for clip in recordings if clip.reader not in RESERVED and clip.reader != UNKNOWN]


def reserved(recordings: list[Recording]) -> list[Recording]:
    """The clips of the reserved readers only."""
    return [clip for clip in recordings if clip.reader in RESERVED]


def samples(clip: Recording) -> NDArray[np.float32]:
    """The clip at 8 kHz, its channels added up."""
    data, rate = soundfile.read(clip.path, dtype="float32", always_2d=True)
    return np.asarray(soxr.resample(data.mean(1), rate, RATE), np.float32)
