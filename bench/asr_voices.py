"""Synthetic callers that no training has heard: MBROLA voices, driven with our own durations.

For evaluation only: their licences do not allow their audio in a product. Needs `mbrola`, `espeak-ng`
and the voices.
"""

import os
import re
import subprocess
import tempfile
from pathlib import Path

import numpy as np
import soundfile
import soxr
from numpy.typing import NDArray

_VOWEL = re.compile(r"[ieEaAoOuy29@]~?$")
_MILLISECONDS = {
    **dict.fromkeys(["i", "e", "E", "a", "O", "o", "u", "y", "2", "9"], 78),
    **dict.fromkeys(["e~", "a~", "o~", "9~"], 108),
    **dict.fromkeys(["p", "t", "k"], 84),
    **dict.fromkeys(["b", "d", "g", "v", "z", "Z", "m", "n", "N"], 70),
    **dict.fromkeys(["f", "s", "S"], 100),
    **dict.fromkeys(["l", "R"], 60),
    **dict.fromkeys(["w", "H", "j", "@"], 54),
}


def speak(text: str, voice: str, home: Path, rng: np.random.Generator) -> NDArray[np.float32]:
    """The text in an MBROLA voice at 8 kHz; `home` holds espeak-ng-data with mbrola/<voice> inside."""
    environment = os.environ | {"ESPEAK_DATA_PATH": str(home)}
    command = ["espeak-ng", "-v", f"mb-{voice}", "-q", "--pho", text]
    phones = subprocess.run(
        command, capture_output=True, check=True, env=environment, text=True, timeout=30
    ).stdout
    database = home / "espeak-ng-data" / "mbrola" / voice
    told = "\n".join(_retimed(phones, rng)) + "\n"
    with tempfile.NamedTemporaryFile(suffix=".wav") as file:
        command = ["mbrola", "-e", str(database), "-", file.name]
        subprocess.run(command, input=told.encode(), capture_output=True, check=True, timeout=30)
        samples, rate = soundfile.read(file.name, dtype="float32")
    return np.asarray(soxr.resample(samples * 32768, rate, 8000), np.float32)


def _retimed(phones: str, rng: np.random.Generator) -> list[str]:
    """The same phones with French durations (espeak-ng's own for MBROLA are too short for vowels)."""
    rate = float(np.exp(rng.uniform(-0.2, 0.2)))
    lines = [line.split() for line in phones.splitlines() if line.split() and not line.startswith(";")]
    last_vowel = max((i for i, cells in enumerate(lines) if _VOWEL.match(cells[0])), default=-1)
    told = []
    for index, cells in enumerate(lines):
        if cells[0] != "_":
            length = _MILLISECONDS.get(cells[0], 70) * rate * float(np.exp(rng.normal(0, 0.1)))
            cells = [cells[0], str(int(length * (1.5 if index == last_vowel else 1))), *cells[2:]]
        told.append(" ".join(cells))
    return told
