"""What a synthesiser is, and the choice of one by configuration.

Imports an engine's module only when that engine is chosen.
"""

from dataclasses import dataclass
from typing import Protocol

from ivr.config import SpeechSettings
from ivr.errors import ConfigurationError, EngineError


class Synthesizer(Protocol):
    """Turns plain, normalised French text into sound."""

    @property
    def version(self) -> str:
        """Engine, its version, voice and speed: whatever changes the sound of a text. Known once started."""

    @property
    def remedy(self) -> str:
        """What an operator does when it does not start."""

    @property
    def absent(self) -> str:
        """What it lacks here, as far as that shows without starting it; empty: nothing."""

    @property
    def quick(self) -> bool:
        """Whether a caller can wait for it. One that is not renders ahead, at the normal rate only."""

    @property
    def restarts(self) -> int:
        """How often its process had to be replaced."""

    async def start(self) -> None:
        """Get ready. Raises EngineError."""

    async def synthesize(self, text: str, rate: int) -> bytes:
        """Return a WAV file at *rate* percent of the voice's normal speed; any sampling rate.

        Raises:
            EngineError: it cannot; the next text may work.
        """

    async def aclose(self) -> None:
        """Free its process."""


@dataclass(frozen=True, slots=True)
class Engines:
    """Who speaks, and who steps in where that one cannot."""

    first: Synthesizer
    spare: Synthesizer | None = None
    """Quick and always there; None: the first one is that itself."""

    async def aclose(self) -> None:
        """Free their processes."""
        try:
            await self.first.aclose()
        finally:
            if self.spare is not None:
                await self.spare.aclose()


async def start_engines(settings: SpeechSettings) -> Engines:
    """Return the configured engine, started if callers may wait for it; pyttsx3 beside a slow one.

    Raises:
        ConfigurationError: the one that callers need does not work here; says what to install or to set.
    """
    first = create(settings)
    if first.quick:
        return Engines(await _started(first, settings))
    try:
        return Engines(first, await start_synthesizer(spare_settings(settings)))
    except BaseException:  # also cancelled: whoever asked has no engine to close
        await first.aclose()
        raise


def spare_settings(settings: SpeechSettings) -> SpeechSettings:
    """The voice that always works, at the same speed."""
    return settings.model_copy(update={"engine": "pyttsx3", "voice": ""})


async def start_synthesizer(settings: SpeechSettings) -> Synthesizer:
    """Return the configured synthesiser, started.

    Raises:
        ConfigurationError: it does not work here; says what to install or to set.
    """
    return await _started(create(settings), settings)


async def _started(synthesizer: Synthesizer, settings: SpeechSettings) -> Synthesizer:
    try:
        await synthesizer.start()
    except EngineError as error:
        await synthesizer.aclose()
        raise ConfigurationError(
            f"speech.engine {settings.engine!r}: {error} ({synthesizer.remedy})"
        ) from None
    except BaseException:
        await synthesizer.aclose()
        raise
    return synthesizer


def create(settings: SpeechSettings) -> Synthesizer:
    """Return the configured synthesiser, not started."""
    match settings.engine:
        case "kokoro":
            from ivr.speech.synthesis.kokoro_synthesizer import KokoroSynthesizer

            return KokoroSynthesizer(settings)
        case "pyttsx3":
            from ivr.speech.synthesis.pyttsx3_synthesizer import Pyttsx3Synthesizer

            return Pyttsx3Synthesizer(settings)
        case "espeak" | "mbrola":
            from ivr.speech.synthesis.espeak_synthesizer import EspeakSynthesizer

            return EspeakSynthesizer(settings)
        case "pico":
            from ivr.speech.synthesis.pico_synthesizer import PicoSynthesizer

            return PicoSynthesizer(settings)
        case "piper":
            from ivr.speech.synthesis.piper_synthesizer import PiperSynthesizer

            return PiperSynthesizer(settings)
