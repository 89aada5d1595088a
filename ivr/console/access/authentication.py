"""Who asks: the user behind a request's cookie, found again while a long response goes on.

For Starlette's AuthenticationMiddleware; what a user may do is decided by each page.
"""

import time

from sqlalchemy.exc import SQLAlchemyError
from starlette.authentication import AuthCredentials, AuthenticationBackend, BaseUser
from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ivr.console.accounts import Role
from ivr.console.services import parts_of

ASKED_AGAIN_SECONDS = 2.0
"""What is still sent to somebody whose rights have ended lasts no longer than this."""
NEEDED = "role-needed"
AWAY = "accounts-away"
"""Keys of a request's scope: the role that its page asks for; why nobody could be looked up."""


class Sessions(AuthenticationBackend):
    """Finds the user of a signed cookie."""

    async def authenticate(self, conn: HTTPConnection) -> tuple[AuthCredentials, BaseUser] | None:
        """Return him; None when nobody is signed in."""
        parts = parts_of(conn)
        token = None if conn.url.path.startswith("/static/") else parts.cookies.token(conn)
        if token is None:
            return None
        try:
            user = await parts.accounts.user(token)
        except (SQLAlchemyError, OSError) as error:  # told by the page, which can keep what was typed
            conn.scope[AWAY] = error
            return None
        return (AuthCredentials([role for role in Role if user.role.may(role)]), user) if user else None


class EndWithRights:
    """Middleware: a response that lasts ends when whoever asked for it may see it no more."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request or WebSocket."""
        if scope["type"] not in ("http", "websocket") or not scope["user"].is_authenticated:
            await self._app(scope, receive, send)
            return
        asked, checked, ended = HTTPConnection(scope), time.monotonic(), False

        async def watched(message: Message) -> None:
            nonlocal checked, ended
            if ended:
                raise _Ended
            if _goes_on(message) and time.monotonic() - checked > ASKED_AGAIN_SECONDS:
                checked = time.monotonic()
                if ended := not await _still(asked, scope.get(NEEDED, Role.VIEWER)):
                    await send(_last(message))
                    raise _Ended
            await send(message)

        try:
            await self._app(scope, receive, watched)
        except BaseException:  # whatever a server made of it: the response is complete
            if not ended:
                raise


class _Ended(Exception):
    """The response is over."""


def _goes_on(message: Message) -> bool:
    return message["type"] == "websocket.send" or bool(message.get("more_body"))


def _last(message: Message) -> Message:
    if message["type"] == "websocket.send":
        return {"type": "websocket.close", "code": 1008, "reason": ""}
    return {"type": "http.response.body", "body": b"", "more_body": False}


async def _still(asked: HTTPConnection, needed: Role) -> bool:
    parts = parts_of(asked)
    token = parts.cookies.token(asked)
    try:
        user = await parts.accounts.user(token) if token else None
    except (SQLAlchemyError, OSError):  # nobody can say so now: what is a caller's stays unheard
        return False
    return user is not None and user.role.may(needed)
