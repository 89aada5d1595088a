"""The voices of callers: what was kept of a call, and a call while it goes on.

Only for supervisors; every listening is in the audit log before the first sound is sent.
"""

from collections.abc import AsyncIterator

from starlette.requests import Request
from starlette.responses import FileResponse, PlainTextResponse, Response, StreamingResponse
from starlette.routing import Route

from ivr.console.accounts import Role
from ivr.console.conversation import unfolding
from ivr.console.services import Parts, parts_of
from ivr.console.templating import allowed, message, page, who
from ivr.store.audio import turn_of
from ivr.store.journal import Action, note
from ivr.store.live import LiveCall
from ivr.store.queries import sound_of

GONE = "Ce son n'est plus gardé, ou un autre serveur le garde."


@allowed(Role.SUPERVISOR)
async def voice(request: Request) -> Response:
    """What the caller said in one turn, if it was kept (byte ranges are answered)."""
    parts, call, number = parts_of(request), request.path_params["call"], request.path_params["number"]
    name = await sound_of(parts.database, call, number)
    path = parts.settings.store.audio_folder / name if name and turn_of(name, call) else None
    if path is None or not path.is_file():
        return PlainTextResponse(GONE, 404)
    await note(parts.database, who(request), Action.VOICE, call, turn=number)
    return FileResponse(path, media_type="audio/wav")


@allowed(Role.SUPERVISOR)
async def overhear(request: Request) -> Response:
    """The page from which one listens to a call in progress: what the law asks, then the call."""
    call = audible(parts_of(request), request.path_params["call"])
    if call is None:
        return _not_audible(request)
    return page(request, "overhear.html", **unfolding(request, call))


@allowed(Role.SUPERVISOR)
async def sound(request: Request) -> Response:
    """The call as it sounds, 8 kHz 16-bit samples until it ends."""
    parts, call = parts_of(request), request.path_params["call"]
    if audible(parts, call) is None:
        return PlainTextResponse("Cet appel ne peut pas être écouté.", 409)
    await note(parts.database, who(request), Action.OVERHEAR, call)
    return StreamingResponse(_sounding(parts, call), media_type="application/octet-stream")


def audible(parts: Parts, call: str) -> LiveCall | None:
    """Return the call if it goes on, listening is allowed at all, and its caller has not refused."""
    found = parts.live.call(call) if parts.settings.console.overhear else None
    return None if found is None or found.refused else found


async def _sounding(parts: Parts, call: str) -> AsyncIterator[bytes]:
    heard = parts.desk.overheard(call)
    if heard is None:
        return
    with heard as frames:
        async for frame in frames:
            if audible(parts, call) is None:
                return
            yield frame


def _not_audible(request: Request) -> Response:
    text = "Il est terminé, son appelant a refusé d'être enregistré, ou l'écoute n'est pas permise ici."
    return message(request, 409, "Cet appel ne peut pas être écouté", text)


routes = [
    Route("/appels/{call}/{number:int}/voix", voice),
    Route("/appels/{call}/ecoute", overhear),
    Route("/appels/{call}/ecoute", sound, methods=["POST"]),
]
