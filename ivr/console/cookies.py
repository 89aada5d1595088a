"""The cookie that holds a session: signed, so that a made-up token never reaches the database.

Knows no user; ``accounts`` does.
"""

from itsdangerous import BadSignature, Signer
from starlette.requests import HTTPConnection, Request
from starlette.responses import Response

from ivr.store.privacy import Pseudonyms

COOKIE = "ivr-session"


class Cookies:
    """Session tokens as they travel: signed, so that a made-up one never reaches the database.

    Servers of one database share the key of the pseudonyms: each of them knows the cookies of the others.
    """

    def __init__(self, pseudonyms: Pseudonyms) -> None:
        self._signer = Signer(pseudonyms.key_for("cookies of the console"), salt="ivr.console.session")

    def token(self, asked: HTTPConnection) -> str | None:
        """Return the token that came with a request or a WebSocket, if we signed it."""
        try:
            return self._signer.unsign(asked.cookies.get(COOKIE, "")).decode()
        except (BadSignature, UnicodeDecodeError):
            return None

    def give(self, request: Request, response: Response, token: str, seconds: int) -> None:
        """Put *token* into the browser."""
        secure = request.url.scheme == "https"
        value = self._signer.sign(token).decode()
        response.set_cookie(COOKIE, value, seconds, httponly=True, samesite="lax", secure=secure)

    def take(self, response: Response) -> None:
        """Remove it."""
        response.delete_cookie(COOKIE, httponly=True, samesite="lax")
