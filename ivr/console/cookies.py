"""The cookie that holds a session: signed, so that a made-up token never reaches the database.

Knows no user; ``accounts`` does.
"""

import secrets
from pathlib import Path

from itsdangerous import BadSignature, Signer
from starlette.requests import HTTPConnection, Request
from starlette.responses import Response

from ivr.errors import ConfigurationError
from ivr.folders import made_once

KEY_BYTES = 32
COOKIE = "ivr-session"


class Cookies:
    """Session tokens as they travel: signed, so that a made-up one never reaches the database."""

    def __init__(self, key: bytes) -> None:
        self._signer = Signer(key, salt="ivr.console.session")

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


def load_key(path: Path) -> bytes:
    """Return the key that signs cookies, made the first time; readable by the server alone.

    Raises:
        ConfigurationError: the file can be neither read nor made.
    """
    try:
        if len(key := made_once(path, secrets.token_bytes(KEY_BYTES))) >= KEY_BYTES:
            return key
        raise ConfigurationError(f"{path} is too short, perhaps since the disk was full: delete it")
    except OSError as error:
        raise ConfigurationError(f"{path}: {error.strerror}; make [console] folder writable") from None
