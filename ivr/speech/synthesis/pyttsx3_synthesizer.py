"""Speech from pyttsx3 (espeak-ng underneath), in a supervised process of its own.

Never imports pyttsx3: it blocks, hangs and crashes, so only ``pyttsx3_worker.py`` does.
"""

import wave
from pathlib import Path

from ivr.audio.frame import joined
from ivr.config import SpeechSettings
from ivr.errors import EngineError
from ivr.french.spoken import pieces
from ivr.speech.synthesis.engine_process import ATTEMPTS, EngineProcess

WORKER = Path(__file__).with_name("pyttsx3_worker.py")
FRENCH = "roa/fr"
LONGEST = 900
"""Characters given to the engine at once; it crashes on long texts."""


class Pyttsx3Synthesizer:
    """The default engine: small, quick, always the same sound for the same text."""

    remedy = (
        "apt-get install --no-install-recommends libespeak-ng1; speech.voice as in `espeak-ng --voices=fr`"
    )
    quick = True
    absent = ""

    def __init__(self, settings: SpeechSettings) -> None:
        self._voice = settings.voice or FRENCH
        self._speed = settings.words_per_minute
        self.process = EngineProcess(WORKER, [self._voice, str(self._speed)], settings.timeout / ATTEMPTS)

    @property
    def version(self) -> str:
        return f"{self.process.version}, {self._voice}, {self._speed}"

    @property
    def restarts(self) -> int:
        return self.process.restarts

    async def start(self) -> None:
        await self.process.start()

    async def synthesize(self, text: str, rate: int) -> bytes:
        files = [await self.process.ask(piece, rate) for piece in pieces(text, LONGEST)]
        try:
            return joined(files)
        except (wave.Error, EOFError) as error:
            raise EngineError(f"pyttsx3 wrote a damaged file: {error}") from None

    async def aclose(self) -> None:
        await self.process.aclose()
