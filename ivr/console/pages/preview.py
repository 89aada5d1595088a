"""« Écouter »: a text as callers will hear it, through the same voice, chain and telephone codec.

Has an engine of its own, so that no caller waits for a supervisor; keeps nothing on disk.
"""

import asyncio
import re
import tempfile
from pathlib import Path

import structlog
from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from ivr.audio import g711
from ivr.audio.frame import wav
from ivr.config import SpeechSettings
from ivr.console.accounts import Role
from ivr.console.failures import worded
from ivr.console.services import parts_of
from ivr.console.templating import allowed, field
from ivr.dialogue.actions import Line, Rate
from ivr.errors import ConfigurationError, EngineError
from ivr.french.spoken import Entry, Lexicon
from ivr.speech.synthesis.prompts import PromptStore, open_prompts
from ivr.speech.synthesis.recordings import SUFFIXES, open_recording
from ivr.speech.synthesis.rendering import Chain
from ivr.speech.synthesis.takes import Fault, fault_of

log = structlog.get_logger(__name__)

LONGEST = 600
"""Characters; a line has 35 words at most."""
FAULTS = {
    Fault.SHORT: "On n'entend rien, ou presque, dans cet enregistrement : recommencez.",
    Fault.SOFT: "C'est trop faible : rapprochez-vous du micro, ou augmentez son niveau, puis recommencez.",
    Fault.CLIPPED: "C'est trop fort, le son est saturé : éloignez-vous du micro, ou baissez son niveau.",
}
_EXAMPLE = re.compile(r"\{[a-z-]+\}")


class Listening:
    """The voice of the console."""

    def __init__(self, settings: SpeechSettings) -> None:
        self._settings = settings
        self._store: PromptStore | None = None
        self._lock = asyncio.Lock()

    async def hear(self, text: str, lexicon: Lexicon) -> bytes:
        """Return *text* as a WAV file, as it comes out of a telephone.

        Raises:
            EngineError: the voice fails.
            ConfigurationError: there is nothing to say; the message is French.
        """
        async with self._lock:
            if self._store is None:
                self._store = await open_prompts(Path("no-recordings"), self._settings)
            self._store.lexicon = lexicon
            line = Line("console", _EXAMPLE.sub("…", text))
            (slin,) = await self._store.render((line,), Rate.NORMAL)
        if not slin:
            raise ConfigurationError("Il n'y a rien à dire dans ce texte.")
        return wav(through_the_line(slin))

    async def hear_recording(self, sound: bytes) -> bytes:
        """Return a person's recording as a WAV file, as it comes out of a telephone. Raises EngineError."""
        chain = Chain(self._settings.loudness)
        return wav(through_the_line(await asyncio.to_thread(chain.render, sound)))

    async def aclose(self) -> None:
        """Stop the engine."""
        if self._store is not None:
            await self._store.aclose()


def through_the_line(slin: bytes) -> bytes:
    """Return *slin* coded and decoded in A-law, as European lines carry it."""
    return g711.from_alaw(g711.to_alaw(slin))


def check_recording(content: bytes, name: str) -> str:
    """Return the suffix under which to keep an uploaded recording.

    Raises:
        ConfigurationError: no sound, nothing but silence, or too long; the message is French.
    """
    suffix = Path(name).suffix.lower()
    if suffix not in SUFFIXES:
        raise ConfigurationError("Choisissez un fichier WAV (FLAC, OGG et MP3 conviennent aussi).")
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


async def uploaded(request: Request) -> tuple[bytes, str] | None:
    """Return the recording that came with a form and its suffix, once checked; None when none came.

    Raises:
        ConfigurationError: it cannot be a prompt; the message is French.
    """
    async with request.form() as form:
        upload = form.get("recording")
        if not isinstance(upload, UploadFile) or not upload.filename:
            return None
        content, name = await upload.read(), upload.filename
    return content, await asyncio.to_thread(check_recording, content, name)


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


@allowed(Role.VIEWER)
async def listen(request: Request) -> Response:
    """The sound of a text, or of a prompt's recording when it has one."""
    parts = parts_of(request)
    form = await request.form()
    text, prompt, said = (field(form, key, LONGEST).strip() for key in ("text", "prompt", "spoken"))
    loaded = await parts.draft.loaded()
    try:
        if prompt in loaded.content.spoken() and (recorded := recording_of(parts.draft.folder, prompt)):
            sound = await parts.listening.hear_recording(await asyncio.to_thread(recorded.read_bytes))
        else:
            sound = await parts.listening.hear(text, _with(loaded.lexicon, text, said))
    except EngineError as error:
        log.warning("console.listening_failed", reason=str(error))
        return PlainTextResponse(worded(str(error)), 422)
    except ConfigurationError as error:
        return PlainTextResponse(str(error), 422)
    return Response(sound, media_type="audio/wav")


@allowed(Role.SUPERVISOR)
async def listen_back(request: Request) -> Response:
    """A take that nobody has kept yet, as callers would hear it, or what is wrong with it."""
    try:
        taken = await uploaded(request)
        if taken is None:
            raise ConfigurationError(FAULTS[Fault.SHORT])
        sound = await parts_of(request).listening.hear_recording(taken[0])
    except EngineError as error:
        log.warning("console.listening_failed", reason=str(error))
        return PlainTextResponse(worded(str(error)), 422)
    except ConfigurationError as error:
        return PlainTextResponse(str(error), 422)
    return Response(sound, media_type="audio/wav")


def _with(lexicon: Lexicon, written: str, said: str) -> Lexicon:
    """The lexicon as it would be with one more entry, to try it."""
    if not said:
        return lexicon
    others = (entry for entry in lexicon.entries if entry.written != written)
    return Lexicon((*others, Entry(written, said)))


routes = [
    Route("/ecouter", listen, methods=["POST"]),
    Route("/ecouter/enregistrement", listen_back, methods=["POST"]),
]
