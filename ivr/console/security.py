"""What every request must satisfy and every response must say: same origin, bounded bodies, strict headers.

Knows no page and no user.
"""

from collections.abc import Callable, Mapping
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.requests import HTTPConnection
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
LARGEST_BODY = 34 * 1024 * 1024
"""Bytes: a recording and its form."""
LARGEST_FORM = 2 * 1024 * 1024
"""Bytes of a form without a file: 20,000 phrasings."""
LARGEST_STRANGER = 64 * 1024
"""Bytes before anybody has signed in."""
LONGEST_LENGTH = 18
"""Digits: int() refuses thousands of them with an exception."""

HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
        "media-src 'self' blob:; connect-src 'self'; font-src 'self'; form-action 'self'; "
        "base-uri 'none'; frame-ancestors 'none'"
    ),
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(self)",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}


class Guard:
    """Outermost middleware: refuses what another site's page sends, and dresses every response."""

    def __init__(self, app: ASGIApp, hosts: frozenset[str]) -> None:
        """*hosts* are the names under which browsers may reach us: others are DNS rebinding."""
        self._app, self._hosts = app, hosts

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] == "websocket":
            if self._may_connect(Headers(scope=scope)):
                await self._app(scope, receive, send)
            else:
                await send({"type": "websocket.close", "code": 1008, "reason": ""})
            return
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def dressed(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers[name] = value
                headers.setdefault("Cache-Control", "no-store")
            await send(message)

        refusal = self._refusal(scope["method"], Headers(scope=scope))
        if refusal is None:
            await self._app(scope, receive, dressed)
        else:
            status, reason = refusal
            await PlainTextResponse(reason, status)(scope, receive, dressed)

    def _may_connect(self, headers: Mapping[str, str]) -> bool:
        """A browser lets any page open a WebSocket anywhere, cookies included: ``Origin`` decides."""
        return _host_name(headers.get("host", "")) in self._hosts and from_our_origin(headers)

    def _refusal(self, method: str, headers: Mapping[str, str]) -> tuple[int, str] | None:
        if _host_name(headers.get("host", "")) not in self._hosts:
            return 421, "Cette adresse n'est pas celle de la console : voir [console] hosts dans ivr.toml."
        if method in SAFE:
            return None
        if not same_origin(headers):
            return 403, "Requête refusée : elle ne vient pas d'une page de la console."
        return _length_refusal(headers)


def _length_refusal(headers: Mapping[str, str]) -> tuple[int, str] | None:
    """Two lengths are one too many (RFC 9112, 6.1): what is behind a proxy might read the other one."""
    length = headers.get("content-length", "")
    if "transfer-encoding" in headers and length:
        return 400, "Requête qui dit deux longueurs."
    if not (length.isascii() and length.isdecimal()):
        return 411, "Requête sans longueur."
    if len(length) > LONGEST_LENGTH or int(length) > LARGEST_BODY:
        return 413, f"Trop volumineux : {LARGEST_BODY // 1024**2} Mio au plus."
    return None


class BodyLimit:
    """Inner middleware: a body is as large as who sends it may make it, counted while it comes."""

    def __init__(self, app: ASGIApp, known: Callable[[HTTPConnection], bool]) -> None:
        """*known*: whether the browser shows a cookie that we signed, of a session that may have ended."""
        self._app, self._known = app, known

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http" or scope["method"] in SAFE:
            await self._app(scope, receive, send)
            return
        limit = self._limit(HTTPConnection(scope))
        if int(Headers(scope=scope).get("content-length", "0")) > limit:
            await PlainTextResponse(_too_large(limit), 413)(scope, receive, send)
            return
        left = limit

        async def counted() -> Message:
            nonlocal left
            message = await receive()
            left -= len(message.get("body", b""))
            if left < 0:
                raise HTTPException(413, _too_large(limit))
            return message

        await self._app(scope, counted, send)

    def _limit(self, asked: HTTPConnection) -> int:
        if not self._known(asked):
            return LARGEST_STRANGER
        with_file = asked.headers.get("content-type", "").startswith("multipart/")
        return LARGEST_BODY if with_file and asked.user.is_authenticated else LARGEST_FORM


def _too_large(limit: int) -> str:
    told = f"{limit // 1024**2} Mio" if limit >= 1024**2 else f"{limit // 1024} Kio"
    return f"Trop volumineux : {told} au plus. Revenez en arrière : votre texte y est encore."


def same_origin(headers: Mapping[str, str]) -> bool:
    """Whether our own page sent this request, as the browser says and no page can forge.

    ``Sec-Fetch-Site`` where the browser sends it (W3C Fetch Metadata), else ``Origin`` (RFC 6454).
    """
    if site := headers.get("sec-fetch-site"):
        return site == "same-origin"
    return from_our_origin(headers)


def from_our_origin(headers: Mapping[str, str]) -> bool:
    """Whether ``Origin`` (RFC 6454) names us."""
    try:
        origin = urlsplit(headers.get("origin", ""))
    except ValueError:  # « http://[ »
        return False
    return bool(origin.netloc) and origin.netloc == headers.get("host")


def _host_name(host: str) -> str:
    try:
        return (urlsplit(f"//{host}").hostname or "").lower()
    except ValueError:  # « [ »
        return ""
