"""Makes the clips of `tests/speech/audio`: `python -m tests.speech.make_audio` (espeak-ng, seeded).

The voices are espeak-ng variants that no training uses; each clip goes through noise at 20 dB and A-law.
"""

import csv
import subprocess
import tempfile
from pathlib import Path

import numpy as np
import soundfile
import soxr

from models.training import synthesis, telephone

FOLDER = Path(__file__).parent / "audio"
VOICES = ("fr+Hugo", "fr+klatt6", "fr+Henrique", "fr-be+caleb")
CLIPS = (
    ("questions", "quels sont les tarifs des appels vers l'étranger", "tarifs-etranger"),
    ("questions", "je ne trouve pas l'adresse mac de mon poste", "adresse-mac"),
    ("questions", "comment faire un test ping sur mon poste", "test-ping"),
    ("questions", "mon téléphone ne s'allume pas", "poste-ne-s-allume-pas"),
    ("replies", "oui", ""),
    ("replies", "non", ""),
    ("replies", "la suite", ""),
    ("replies", "un conseiller", ""),
    ("replies", "répéter", ""),
    ("replies", "moins vite", ""),
    ("rejects", "il fait beau sur la plage en été", ""),
    ("rejects", "le chat dort sur le canapé", ""),
)


def main() -> None:
    """Write every clip and the table that `bench/asr.py` reads."""
    assert not {voice.split("+")[1] for voice in VOICES} & set(synthesis.STOCK), "a voice of the training"
    FOLDER.mkdir(exist_ok=True)
    rows = []
    for number, (group, text, intent) in enumerate(CLIPS):
        name = f"{number:02d}.wav"
        samples = heard(text, VOICES[number % len(VOICES)], number)
        soundfile.write(FOLDER / name, samples, telephone.RATE, subtype="PCM_16")
        rows.append((group, name, text, intent))
    with (FOLDER / "sets.tsv").open("w", encoding="utf-8", newline="") as table:
        csv.writer(table, delimiter="\t", lineterminator="\n").writerows(rows)


def heard(text: str, voice: str, seed: int) -> np.ndarray[tuple[int], np.dtype[np.int16]]:
    """The text in a voice, as 16-bit telephone audio."""
    with tempfile.NamedTemporaryFile(suffix=".wav") as file:
        subprocess.run(["espeak-ng", "-v", voice, "-s", "150", "-w", file.name, text], check=True)
        spoken, rate = soundfile.read(file.name, dtype="float32")
    line = soxr.resample(spoken, rate, telephone.RATE)
    line *= 3000 / np.sqrt(np.mean(np.square(line)))
    padded = np.concatenate([np.zeros(2400), line, np.zeros(4000)]).astype(np.float32)
    noisy = telephone.with_noise(padded, 20, np.random.default_rng(seed))
    return np.asarray(np.round(np.clip(telephone.alaw(noisy), -32768, 32767)), np.int16)


if __name__ == "__main__":
    main()
