"""Essayer, au micro: a call spoken in the browser, with what is published or with the draft.

Conducted by the code of every call; nothing of it is recorded, counted or sent to anybody.
"""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route, WebSocketRoute
from starlette.websockets import WebSocket

from ivr.console.accounts import Role
from ivr.console.services import parts_of
from ivr.console.templating import allowed, page
from ivr.console.test_call.spoken import serve

BUSY = "Deux appels d'essai sont déjà en cours : réessayez quand l'un d'eux sera terminé."


@allowed(Role.VIEWER)
async def microphone(request: Request) -> Response:
    """The page from which one calls."""
    return page(request, "microphone.html", has_draft=parts_of(request).draft.exists)


async def call(socket: WebSocket) -> None:
    """One call: binary messages are frames, texts are keys from the page and news to it."""
    parts = parts_of(socket)
    if not socket.user.is_authenticated:
        await socket.close()
        return
    await socket.accept()
    if parts.calls.seats.locked():
        await socket.send_json({"state": "over", "text": BUSY})
        await socket.close()
        return
    async with parts.calls.seats:
        await serve(parts, socket)


routes = [Route("/essayer/micro", microphone), WebSocketRoute("/essayer/appel", call)]
