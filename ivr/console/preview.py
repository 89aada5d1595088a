"""A text or a recording as callers will hear it: through the same voice, chain and telephone codec.

Has an engine of its own, so that no caller waits for a supervisor. What a slow voice says is kept, and
is there once the text is published.
"""

import asyncio
import io
import re
import tempfile
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from time import monotonic

import soundfile

from ivr.audio import g711
from ivr.audio.frame import wav
from ivr.config import SpeechSettings
from ivr.dialogue.actions import Line
from ivr.errors import ConfigurationError, EngineError
from ivr.french.spoken import Lexicon
from ivr.speech.synthesis.prompts import PromptStore, open_prompts
from ivr.speech.synthesis.recordings import SUFFIXES, open_recording
from ivr.speech.synthesis.rendering import Chain
from ivr.speech.synthesis.takes import Fault, fault_of

FORMATS = {
    "WAV": ".wav",
    "WAVEX": ".wav",
    "RF64": ".wav",
    "FLAC": ".flac",
    "OGG": ".ogg",
    "MP3": ".mp3",
    "MPEG": ".mp3",
}
"""What libsndfile calls a sound → the suffix under which it is kept."""
FAULTS = {
    Fault.SHORT: "On n'entend rien, ou presque, dans cet enregistrement : recommencez.",
    Fault.SOFT: "C'est trop faible : rapprochez-vous du micro, ou augmentez son niveau, puis recommencez.",
    Fault.CLIPPED: "C'est trop fort, le son est saturé : éloignez-vous du micro, ou baissez son niveau.",
}
LISTENINGS, LISTENING_SECONDS = 30, 60.0
"""Texts that one user may hear in so many seconds."""
_EXAMPLE = re.compile(r"\{[a-z-]+\}")


@dataclass(frozen=True, slots=True)
class Heard:
    """A text as it sounds."""

    sound: bytes
    """A WAV file."""
    instead: bool
    """Whether the spare voice said it, because the configured one cannot here."""


@dataclass(frozen=True, slots=True)
class VoiceStatus:
    """Who says the lines."""

    engine: str
    missing: tuple[Line, ...]
    """What the configured voice has not said yet: the spare one says it meanwhile."""
    reason: str
    """Why it cannot here, with the remedy; empty: it will."""


class RateLimit:
    """How often each user may ask in so many seconds: a voice takes a whole core while it speaks."""

    def __init__(self, most: int, seconds: float, now: Callable[[], float] = monotonic) -> None:
        self._most, self._seconds, self._now = most, seconds, now
        self._passed: dict[str, deque[float]] = {}

    def allows(self, user: str) -> bool:
        """Return whether *user* may ask now, and count it."""
        now = self._now()
        passed = self._passed.setdefault(user, deque())
        while passed and now - passed[0] > self._seconds:
            passed.popleft()
        if len(passed) >= self._most:
            return False
        passed.append(now)
        return True


class PromptPreview:
    """Renders a prompt for a supervisor's ear, with an engine of its own."""

    def __init__(self, settings: SpeechSettings) -> None:
        self._settings = settings
        self._store: PromptStore | None = None
        self._closed = False
        self._lock = asyncio.Lock()
        self.rate_limit = RateLimit(LISTENINGS, LISTENING_SECONDS)
        """Of the texts that each user wants to hear."""

    async def hear(self, text: str, lexicon: Lexicon) -> Heard:
        """Return *text* as it comes out of a telephone, however long the voice takes to say it.

        Raises:
            EngineError: the voice fails.
            ConfigurationError: there is nothing to say; the message is French.
        """
        async with self._lock:
            store = await self._opened(lexicon)
            slin = await store.speak(Line("console", _EXAMPLE.sub("…", text)))
            instead = bool(store.absent)
        if not slin:
            raise ConfigurationError("Il n'y a rien à dire dans ce texte.")
        return Heard(wav(through_the_line(slin)), instead)

    async def status(self, lines: Iterable[Line], lexicon: Lexicon) -> VoiceStatus:
        """Return which of *lines* the voice has not said yet, and why. Raises ConfigurationError."""
        async with self._lock:
            store = await self._opened(lexicon)
            missing = await asyncio.to_thread(store.missing, tuple(lines))
            return VoiceStatus(self._settings.engine, tuple(missing), store.absent)

    async def hear_recording(self, sound: bytes) -> bytes:
        """Return a person's recording as a WAV file, as it comes out of a telephone. Raises EngineError."""
        chain = Chain(self._settings.loudness)
        return wav(through_the_line(await asyncio.to_thread(chain.render, sound)))

    async def _opened(self, lexicon: Lexicon) -> PromptStore:
        if self._store is None:
            store = await open_prompts(Path("no-recordings"), self._settings)
            if self._closed:
                await store.aclose()
                raise EngineError("the console is closing")
            self._store = store
        self._store.lexicon = lexicon
        return self._store

    async def aclose(self) -> None:
        """Stop the engine; one that is starting stops once it has."""
        self._closed = True
        if self._store is not None:
            await self._store.aclose()


def through_the_line(slin: bytes) -> bytes:
    """Return *slin* coded and decoded in A-law, as European lines carry it."""
    return g711.from_alaw(g711.to_alaw(slin))


def check_recording(content: bytes) -> str:
    """Return the suffix under which to keep an uploaded recording.

    Raises:
        ConfigurationError: no sound, nothing but silence, or too long; the message is French.
    """
    suffix = _suffix_of(content)
    with tempfile.NamedTemporaryFile(suffix=suffix) as file:
        file.write(content)
        file.flush()
        try:
            sound = open_recording(Path(file.name)).content()
            fault = fault_of(sound)
            Chain().render(sound)
        except ConfigurationError as error:
            raise ConfigurationError(_why(str(error))) from None
        except EngineError:
            fault = Fault.SHORT
    if fault is not None:
        raise ConfigurationError(FAULTS[fault])
    return suffix


def _suffix_of(content: bytes) -> str:
    """Judge by what it is, not by its name: telephones call an OGG « .opus »."""
    try:
        found = soundfile.info(io.BytesIO(content)).format
    except soundfile.LibsndfileError:
        raise ConfigurationError(_why("unreadable")) from None
    if found not in FORMATS:
        raise ConfigurationError("Choisissez un fichier WAV (FLAC, OGG et MP3 conviennent aussi).")
    return FORMATS[found]


def _why(error: str) -> str:
    if "unreadable" in error:
        return "Ce fichier n'est pas un son, malgré son nom : enregistrez-le de nouveau, en WAV."
    return "Cet enregistrement est trop long ou trop gros : deux minutes et 32 Mio au plus."


def recording_of(folder: Path, prompt: str) -> Path | None:
    """Return the recording of *prompt* in an edition's *folder*."""
    found = (folder / "recordings" / f"{prompt}{suffix}" for suffix in SUFFIXES)
    return next((path for path in found if path.is_file()), None)


def recorded_in(folder: Path) -> frozenset[str]:
    """Return the prompts that have a recording in an edition's *folder*."""
    return frozenset(path.stem for path in (folder / "recordings").glob("*") if path.suffix in SUFFIXES)
