"""« Écouter »: a text as callers will hear it, through the same voice, chain and telephone codec.

Has an engine of its own, so that no caller waits for a supervisor; keeps nothing on disk.
"""

import asyncio
from urllib.parse import quote

import structlog
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from ivr.console.accounts import Role
from ivr.console.failures import worded
from ivr.console.forms.prompt_recording import uploaded
from ivr.console.preview import FAULTS, recording_of
from ivr.console.services import parts_of
from ivr.console.submitted import field, submitted
from ivr.console.templating import allowed, who
from ivr.errors import ConfigurationError, EngineError
from ivr.french.spoken import Entry, Lexicon
from ivr.speech.synthesis.takes import Fault

log = structlog.get_logger(__name__)

INSTEAD = "La voix de secours le dit : la voix choisie n'est pas installée ici (voir Réglages)."
PATIENCE = "Vous avez beaucoup écouté en peu de temps : attendez une minute."
LONGEST = 600
"""Characters; a line has 35 words at most."""


@allowed(Role.VIEWER)
async def listen(request: Request) -> Response:
    """The sound of a text, or of a prompt's recording when it has one."""
    parts = parts_of(request)
    if not parts.listening.rate_limit.allows(who(request)):
        return PlainTextResponse(PATIENCE, 429)
    form = await submitted(request)
    text, prompt, said = (field(form, key, LONGEST).strip() for key in ("text", "prompt", "spoken"))
    loaded = await parts.draft.loaded()
    headers: dict[str, str] = {}
    try:
        if prompt in loaded.content.spoken() and (recorded := recording_of(parts.draft.folder, prompt)):
            sound = await parts.listening.hear_recording(await asyncio.to_thread(recorded.read_bytes))
        else:
            heard = await parts.listening.hear(text, _with(loaded.lexicon, text, said))
            sound, headers = heard.sound, {"X-Notice": quote(INSTEAD)} if heard.instead else {}
    except EngineError as error:
        log.warning("console.listening_failed", reason=str(error))
        return PlainTextResponse(worded(str(error)), 422)
    except ConfigurationError as error:
        return PlainTextResponse(str(error), 422)
    return Response(sound, media_type="audio/wav", headers=headers)


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
