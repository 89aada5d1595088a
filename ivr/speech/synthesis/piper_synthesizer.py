"""Speech from a Piper voice (neural), in a supervised process of its own.

Never imports piper: its licence is the GPL, so it stays a separate program (``piper_worker.py``).
"""

from importlib.util import find_spec
from pathlib import Path

from ivr.config import SpeechSettings
from ivr.errors import EngineError
from ivr.speech.synthesis.engine_process import ATTEMPTS, EngineProcess

WORKER = Path(__file__).with_name("piper_worker.py")
NORMAL_WORDS_PER_MINUTE = 150


class PiperSynthesizer:
    """A voice is two files, ``NAME.onnx`` and ``NAME.onnx.json``; ``speech.voice`` : the first's path."""

    remedy = (
        "pip install piper-tts; speech.voice = path of a French voice's .onnx file, its .onnx.json beside it"
    )
    quick = True
    absent = ""

    def __init__(self, settings: SpeechSettings) -> None:
        self._voice = Path(settings.voice)
        self._speed = settings.words_per_minute
        percent = self._speed * 100 // NORMAL_WORDS_PER_MINUTE
        self.process = EngineProcess(
            WORKER, [str(self._voice.absolute()), str(percent)], settings.timeout / ATTEMPTS
        )

    @property
    def version(self) -> str:
        return f"{self.process.version}, {self._voice.name}, {self._speed}"

    @property
    def restarts(self) -> int:
        return self.process.restarts

    async def start(self) -> None:
        if find_spec("piper") is None:
            raise EngineError("piper is not installed")
        for path in (self._voice, Path(f"{self._voice}.json")):
            if not path.is_file():
                raise EngineError(f"{path}: no such voice file")
        await self.process.start()

    async def synthesize(self, text: str, rate: int) -> bytes:
        return await self.process.ask(text, rate)

    async def aclose(self) -> None:
        await self.process.aclose()
