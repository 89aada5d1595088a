"""Synthetic callers: libespeak-ng with random vocal tracts, pitches and rates.

Uses the library's synchronous mode in this process: one utterance at a time, one thread.
"""

import ctypes
import shutil
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ivr.language_model import espeak

RATE_WPM, VOLUME, PITCH, RANGE, WORDGAP = 1, 2, 3, 4, 7
SAMPLE_RATE = 22050
VARIANTS = 150
VOICES = ("fr", "fr", "fr", "fr", "fr-be", "fr-ch")
STOCK = [
    "f1",
    "f2",
    "f3",
    "f4",
    "f5",
    "m1",
    "m2",
    "m3",
    "m4",
    "m5",
    "m6",
    "m7",
    "m8",
    "klatt",
    "klatt2",
    "klatt3",
    "klatt4",
    "Andy",
    "Annie",
    "Alex",
    "Alicia",
    "Andrea",
    "Denis",
    "Gene",
    "Gene2",
    "Jacky",
    "Lee",
    "Marco",
    "Mario",
    "Michael",
    "Mike",
    "Nguyen",
    "Storm",
    "Tweaky",
    "adam",
    "anika",
    "announcer",
    "antonio",
    "aunty",
    "belinda",
    "benjamin",
    "boris",
    "david",
    "ed",
    "edward",
    "gustave",
    "iven",
    "john",
    "linda",
    "max",
    "michel",
    "miguel",
    "norbert",
    "paul",
    "pedro",
    "quincy",
    "rob",
    "robert",
    "sandro",
    "shelby",
    "steph",
    "steph2",
    "steph3",
    "travis",
    "victor",
    "grandma",
    "grandpa",
    "kaukovalta",
]
_Callback = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(ctypes.c_short), ctypes.c_int, ctypes.c_void_p)


class Synthesiser:
    """Speaks French text in random voices; `folder` receives a private copy of the espeak-ng data."""

    def __init__(self, folder: Path) -> None:
        self._library = espeak.library(str(prepare_data(folder)))
        self._chunks: list[NDArray[np.int16]] = []
        self._callback = _Callback(self._collect)
        self._library.espeak_SetSynthCallback(self._callback)

    def speak(self, text: str, rng: np.random.Generator) -> tuple[NDArray[np.float32], str, str]:
        """Samples at 22.05 kHz, the IPA that was spoken, and the voice's name."""
        variant = str(rng.choice(STOCK)) if rng.random() < 0.3 else f"caller{int(rng.integers(VARIANTS)):03d}"
        voice = f"{VOICES[int(rng.integers(len(VOICES)))]}+{variant}"
        return *self.speak_as(voice, text, rng), voice

    def speak_as(self, voice: str, text: str, rng: np.random.Generator) -> tuple[NDArray[np.float32], str]:
        """Samples at 22.05 kHz in this voice, and the IPA that was spoken."""
        if self._library.espeak_SetVoiceByName(voice.encode()) != 0:
            raise espeak.EspeakError(f"libespeak-ng has no voice {voice!r}")
        settings = {RATE_WPM: (115, 215), PITCH: (15, 85), RANGE: (10, 90), WORDGAP: (-6, 3)}
        for parameter, (low, high) in settings.items():
            self._library.espeak_SetParameter(parameter, max(0, int(rng.integers(low, high))), 0)
        ipa = espeak.current_voice_ipa(text)
        self._chunks.clear()
        data = text.encode() + b"\0"
        self._library.espeak_Synth(data, len(data), 0, 1, 0, 1, None, None)
        return np.concatenate([np.zeros(0, np.int16), *self._chunks]).astype(np.float32), ipa

    def _collect(self, samples: "ctypes._Pointer[ctypes.c_short]", count: int, _events: int) -> int:
        if count > 0:
            self._chunks.append(np.ctypeslib.as_array(samples, shape=(count,)).astype(np.int16))
        return 0


def prepare_data(folder: Path) -> Path:
    """A copy of the system's espeak-ng data with our random voices added; returns the parent folder."""
    target = folder / "espeak-ng-data"
    marker = target / f"callers-{VARIANTS}"
    if not marker.exists():
        shutil.copytree(_system_data(), target, dirs_exist_ok=True, ignore=_not_french)
        rng = np.random.default_rng(2026)
        for index in range(VARIANTS):
            name = f"caller{index:03d}"
            (target / "voices" / "!v" / name).write_text(variant(name, rng), encoding="ascii")
        marker.touch()
    return folder


def variant(name: str, rng: np.random.Generator) -> str:
    """An espeak-ng voice variant with a random vocal tract length, formants, pitch and voice quality."""
    base = rng.uniform(80, 230)
    tract = rng.uniform(84, 102) if base < 140 else rng.uniform(96, 122)
    lines = ["language variant", f"name {name}", f"pitch {base:.0f} {base * rng.uniform(1.1, 1.5):.0f}"]
    for formant in range(6):
        frequency = tract * rng.normal(1, 0.035)
        height, width = rng.uniform(70, 130), rng.uniform(70, 160)
        lines.append(f"formant {formant} {frequency:.0f} {height:.0f} {width:.0f}")
    lines += [
        f"flutter {rng.integers(0, 6)}",
        f"roughness {rng.integers(0, 4)}",
        f"voicing {rng.integers(60, 130)}",
        f"consonants {rng.integers(60, 140)} {rng.integers(60, 140)}",
        f"tone 600 {rng.integers(120, 255)} 1200 {rng.integers(80, 200)} 2500 {rng.integers(60, 200)}",
    ]
    if rng.random() < 0.2:
        lines.append(f"breath 0 {rng.integers(2, 12)} {rng.integers(2, 12)} {rng.integers(2, 12)}")
    if rng.random() < 0.15:
        lines.append(f"klatt {rng.integers(1, 5)}")
    return "\n".join(lines) + "\n"


def _not_french(folder: str, names: list[str]) -> set[str]:
    """Voices of other languages, left out because espeak-ng lists 350 voices at most."""
    if Path(folder).name == "roa":
        return {name for name in names if not name.startswith("fr")}
    if Path(folder).name == "lang":
        return set(names) - {"roa", "gmw"}
    return {"mb"} & set(names)


def _system_data() -> Path:
    candidates = [*sorted(Path("/usr/lib").glob("*/espeak-ng-data")), Path("/usr/share/espeak-ng-data")]
    for candidate in candidates:
        if candidate.is_dir():
            return candidate
    raise espeak.EspeakError("no espeak-ng-data folder: apt install espeak-ng-data")
