"""What every request must satisfy and every response must say: same origin, bounded bodies, strict headers.

Knows no page and no user.
"""

from collections.abc import Mapping
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
LARGEST_BODY = 34 * 1024 * 1024
"""Bytes: a recording and its form."""

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
        length = headers.get("content-length", "")
        if not length.isdecimal():
            return 411, "Requête sans longueur."
        if int(length) > LARGEST_BODY:
            return 413, f"Trop volumineux : {LARGEST_BODY // 1024**2} Mio au plus."
        return None


def same_origin(headers: Mapping[str, str]) -> bool:
    """Whether our own page sent this request, as the browser says and no page can forge.

    ``Sec-Fetch-Site`` where the browser sends it (W3C Fetch Metadata), else ``Origin`` (RFC 6454).
    """
    if site := headers.get("sec-fetch-site"):
        return site == "same-origin"
    return from_our_origin(headers)


def from_our_origin(headers: Mapping[str, str]) -> bool:
    """Whether ``Origin`` (RFC 6454) names us."""
    origin = headers.get("origin", "")
    return bool(origin) and urlsplit(origin).netloc == headers.get("host")


def _host_name(host: str) -> str:
    return (urlsplit(f"//{host}").hostname or "").lower()
