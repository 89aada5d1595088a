"""Speech from the program ``espeak-ng``, with its own voices or MBROLA's.

The MBROLA voices are another package, free to pass on but not to sell.
"""

from pathlib import Path

from ivr.config import SpeechSettings
from ivr.errors import EngineError
from ivr.speech.synthesis.engine_command import find, output, recorded

MBROLA_VOLUME = 60
"""Percent; mb-fr4 clips at 100."""
MBROLA_SPEED = 130 / 150
"""MBROLA's French voices speak that much faster than espeak-ng's at the same number of words per minute."""


class EspeakSynthesizer:
    """One ``espeak-ng`` process per text, some 30 ms each."""

    restarts = 0
    quick = True
    absent = ""

    def __init__(self, settings: SpeechSettings) -> None:
        self._mbrola = settings.engine == "mbrola"
        self._voice = settings.voice or ("mb-fr4" if self._mbrola else "fr")
        self._speed = round(settings.words_per_minute * (MBROLA_SPEED if self._mbrola else 1))
        self._timeout = settings.timeout
        self._engine = ""

    @property
    def version(self) -> str:
        return f"{self._engine}, {self._voice}, {self._speed}"

    @property
    def remedy(self) -> str:
        """What an operator does when it does not start."""
        package = "mbrola mbrola-fr4 (Debian contrib and non-free)" if self._mbrola else "espeak-ng"
        return f"apt-get install {package}; speech.voice as in `espeak-ng --voices=fr`"

    async def start(self) -> None:
        self._program = find("espeak-ng")
        if self._mbrola:
            find("mbrola")
        self._engine = (await output([self._program, "--version"], self._timeout)).partition(" Data at")[0]
        if not await self.synthesize("a", 100):
            raise EngineError(f"the voice {self._voice!r} says nothing")

    async def synthesize(self, text: str, rate: int) -> bytes:
        speed, volume = self._speed * rate // 100, MBROLA_VOLUME if self._mbrola else 100

        def arguments(path: Path) -> list[str]:
            options = ["-v", self._voice, "-s", str(speed), "-a", str(volume), "-b", "1"]
            return [self._program, *options, "-w", str(path), "--stdin"]

        return await recorded(arguments, text, self._timeout)

    async def aclose(self) -> None:
        pass
