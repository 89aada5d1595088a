"""Makes the development sets of `bench/asr.py`: 8 kHz WAV files and a table, `sets.tsv`.

Its columns: set, file, text, intent. Everything is seeded; a set whose material is not given is left out.
"""

import argparse
import csv
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import soundfile
from numpy.typing import NDArray

from bench import asr_voices
from models.training import human, telephone

Speaker = Callable[[str, np.random.Generator], NDArray[np.float32]]
VOICES = ("fr1", "fr4", "fr6")
UNITS = "zéro;un;deux;trois;quatre;cinq;six;sept;huit;neuf"
TEENS = "dix;onze;douze;treize;quatorze;quinze;seize;dix sept;dix huit;dix neuf;vingt"
NUMBERS = dict(enumerate(f"{UNITS};{TEENS}".split(";"))) | {
    30: "trente",
    40: "quarante",
    50: "cinquante",
    60: "soixante",
}
DIALOGUE = ("oui", "non", "la suite", "retour", "répéter", "moins vite", "un conseiller")
WRITTEN_STYLES = {"asr"}
"""Lines of the questions' table that nobody says: they imitate a recogniser's mistakes."""
SNR_DB = 15.0


class Sets:
    """Writes utterances into a folder and remembers what they say."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.rows: list[tuple[str, str, str, str]] = []

    def add(self, name: str, samples: NDArray[np.float32], text: str, intent: str = "") -> None:
        """Store one utterance (16-bit range) of the set `name`."""
        path = self._folder / name / f"{len(self.rows):05d}.wav"
        path.parent.mkdir(parents=True, exist_ok=True)
        clipped = np.clip(np.round(samples), -32768, 32767).astype(np.int16)
        soundfile.write(path, clipped, telephone.RATE, subtype="PCM_16")
        self.rows.append((name, str(path.relative_to(self._folder)), text, intent))

    def finish(self) -> None:
        """Write the table."""
        self._folder.mkdir(parents=True, exist_ok=True)
        with (self._folder / "sets.tsv").open("w", encoding="utf-8", newline="") as table:
            csv.writer(table, delimiter="\t", lineterminator="\n").writerows(self.rows)


def readers(sets: Sets, folder: Path) -> None:
    """The reserved readers on random calls."""
    for index, clip in enumerate(human.reserved(human.folder(folder))):
        rng = np.random.default_rng([99, index])
        sets.add("readers", telephone.call(_padded(human.samples(clip)), rng), clip.text)


def questions(sets: Sets, table: Path, home: Path) -> None:
    """Callers' questions in unseen synthetic voices through A-law at 15 dB."""
    said = [row for row in _tsv(table) if row[1] not in WRITTEN_STYLES]
    for index, (intent, _, text) in enumerate(said):
        voice = VOICES[index % len(VOICES)]
        sets.add(f"questions-{voice}", _line(_mbrola(home, voice), text, index), text, intent)


def replies(sets: Sets, home: Path) -> None:
    """The dialogue's words in unseen synthetic voices, three times each per voice."""
    for index, word in enumerate(DIALOGUE * 3):
        for voice in VOICES:
            sets.add("replies", _line(_mbrola(home, voice), word, 7000 + index), word)


def digits(sets: Sets, folder: Path) -> None:
    """Isolated digits and numbers of a person: Debian's asterisk-prompt-fr-armelle, GSM as published."""
    for number, word in NUMBERS.items():
        path = folder / "digits" / f"{number}.gsm"
        samples, _ = soundfile.read(
            path, channels=1, samplerate=8000, format="RAW", subtype="GSM610", endian="LITTLE", dtype="int16"
        )
        sets.add("digits" if number < 10 else "numbers", _padded(samples.astype(np.float32)), word)


def _mbrola(home: Path, voice: str) -> Speaker:
    return lambda text, rng: asr_voices.speak(text, voice, home, rng)


def _line(speak: Speaker, text: str, seed: int) -> NDArray[np.float32]:
    rng = np.random.default_rng([15, seed])
    spoken = speak(text, rng)
    level = 3000 / (np.sqrt(np.mean(np.square(spoken))) + 1e-9)
    return telephone.alaw(telephone.with_noise(_padded(spoken * level), SNR_DB, rng))


def _padded(samples: NDArray[np.float32]) -> NDArray[np.float32]:
    return np.concatenate([np.zeros(2400), samples, np.zeros(4000)]).astype(np.float32)


def _tsv(path: Path) -> Iterator[list[str]]:
    with path.open(encoding="utf-8", newline="") as lines:
        yield from (row for row in csv.reader(lines, delimiter="\t", quoting=csv.QUOTE_NONE) if len(row) == 3)


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, nargs="?", default=Path("build/bench/asr"))
    parser.add_argument("--readers", type=Path, help="folder with the reserved readers' transcripts.tsv")
    parser.add_argument("--questions", type=Path, help="intent, style, text separated by tabs")
    parser.add_argument(
        "--mbrola", type=Path, help="folder with espeak-ng-data whose mbrola/ holds fr1, fr4, fr6"
    )
    parser.add_argument("--armelle", type=Path, help="folder of asterisk-prompt-fr-armelle's sounds")
    options = parser.parse_args()
    sets = Sets(options.folder)
    if options.readers:
        readers(sets, options.readers)
    if options.questions and options.mbrola:
        questions(sets, options.questions, options.mbrola)
        replies(sets, options.mbrola)
    if options.armelle:
        digits(sets, options.armelle)
    sets.finish()
    print(f"{len(sets.rows)} utterances in {options.folder}")


if __name__ == "__main__":
    main()
