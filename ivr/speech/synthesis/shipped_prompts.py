"""Prompts rendered by who ships them: ``prompts/rendered``, read only, each named by the key of its content.

``index.tsv`` names every file with its length, so that half a file is never played: key, samples, text.
Blocking.
"""

import io
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path

import soundfile

from ivr.audio.frame import RATE, to_floats, to_slin
from ivr.errors import ConfigurationError

INDEX = "index.tsv"
SUFFIX = ".opus"
WORD = 1.5
"""Seconds."""
WORD_QUALITY = 0.7
"""What libsndfile calls compression level: some 80 kbit/s."""
DIGITS = 32
"""Of the key, in a file's name."""


@dataclass(frozen=True, slots=True)
class Shipped:
    """One file."""

    samples: int
    text: str


class ShippedPrompts:
    """The files of a folder; an empty or absent one holds none."""

    def __init__(self, directory: Path) -> None:
        """Raises ConfigurationError when the index is no index."""
        self._directory = directory
        self.index = read_index(directory / INDEX)

    def __contains__(self, key: str) -> bool:
        return key[:DIGITS] in self.index

    def others(self, keys: Collection[str]) -> Iterator[str]:
        """Yield the texts of the files that are not under one of *keys*."""
        names = {key[:DIGITS] for key in keys}
        return (entry.text for key, entry in self.index.items() if key not in names)

    def load(self, key: str) -> bytes | None:
        """Return the ``slin`` kept under *key*; None when it is missing or not whole."""
        entry = self.index.get(key[:DIGITS])
        if entry is None:
            return None
        try:
            samples, rate = soundfile.read(self.path(key), dtype="float32")
        except (OSError, soundfile.LibsndfileError):
            return None
        whole = rate == RATE and samples.ndim == 1 and samples.size == entry.samples
        return to_slin(samples) if whole else None

    def save(self, key: str, slin: bytes, text: str) -> None:
        """Keep *slin* under *key*; ``keep`` writes the index. Raises OSError."""
        content = io.BytesIO()
        # Some 22 kbit/s; a word alone is over before the encoder has found its level, so it gets more.
        quality = WORD_QUALITY if len(slin) < WORD * 2 * RATE else None
        soundfile.write(
            content, to_floats(slin), RATE, subtype="OPUS", format="OGG", compression_level=quality
        )
        self._directory.mkdir(parents=True, exist_ok=True)
        self.path(key).write_bytes(content.getvalue())
        self.index[key[:DIGITS]] = Shipped(len(slin) // 2, text)

    def keep(self, keys: Collection[str]) -> int:
        """Remove what is not among *keys*, write the index; return how many were removed."""
        names = {key[:DIGITS] for key in keys}
        gone = [path for path in self._directory.glob(f"*{SUFFIX}") if path.stem not in names]
        for path in gone:
            path.unlink()
        self.index = {key: entry for key, entry in self.index.items() if key in names}
        lines = [f"{key}\t{entry.samples}\t{entry.text}\n" for key, entry in self.index.items()]
        (self._directory / INDEX).write_text("".join(sorted(lines, key=_text)), encoding="utf-8")
        return len(gone)

    def path(self, key: str) -> Path:
        """Return the file kept under *key*, whether it is there or not."""
        return self._directory / f"{key[:DIGITS]}{SUFFIX}"


def read_index(path: Path) -> dict[str, Shipped]:
    """Return what the index says. Raises ConfigurationError with file and line."""
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except FileNotFoundError:
        return {}
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigurationError(f"{path}: unreadable: {error}") from None
    index: dict[str, Shipped] = {}
    for number, line in enumerate(lines, 1):
        key, _, rest = line.partition("\t")
        samples, _, text = rest.partition("\t")
        if len(key) != DIGITS or not samples.isdigit() or not text:
            raise ConfigurationError(f"{path}:{number}: not `key, samples, text`; run `make voice`")
        index[key] = Shipped(int(samples), text)
    return index


def _text(line: str) -> str:
    return line.split("\t")[2]
