"""Speech from ``pico2wave`` (SVOX Pico).

Not free software in Debian's sense: its package is in non-free.
"""

import wave
from pathlib import Path

from ivr.audio.frame import joined
from ivr.config import SpeechSettings
from ivr.errors import EngineError
from ivr.french.spoken import pieces
from ivr.speech.synthesis.engine_command import find, recorded

NORMAL_WORDS_PER_MINUTE = 150
LONGEST = 4000
"""Characters; beyond some 32,000 it fails and leaves a file of nothing."""


class PicoSynthesizer:
    """One ``pico2wave`` process per text, some 100 ms each."""

    remedy = "apt-get install libttspico-utils (Debian non-free); speech.voice is a language, fr-FR"
    restarts = 0
    quick = True
    absent = ""

    def __init__(self, settings: SpeechSettings) -> None:
        self._voice = settings.voice or "fr-FR"
        self._percent = settings.words_per_minute * 100 // NORMAL_WORDS_PER_MINUTE
        self._timeout = settings.timeout

    @property
    def version(self) -> str:
        return f"pico, {self._voice}, {self._percent}"

    async def start(self) -> None:
        self._program = find("pico2wave")
        await self.synthesize("a", 100)

    async def synthesize(self, text: str, rate: int) -> bytes:
        files = [await self._piece(piece, rate) for piece in pieces(text, LONGEST)]
        try:
            return joined(files)
        except (wave.Error, EOFError) as error:
            raise EngineError(f"pico2wave wrote a damaged file: {error}") from None

    async def _piece(self, text: str, rate: int) -> bytes:
        plain = text.replace("<", " ").replace(">", " ")
        tagged = f"<speed level='{self._percent * rate // 100}'>{plain}</speed>"

        def arguments(path: Path) -> list[str]:
            return [self._program, "-l", self._voice, "-w", str(path), tagged]

        return await recorded(arguments, "", self._timeout)

    async def aclose(self) -> None:
        pass
