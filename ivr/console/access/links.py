"""Addresses of this console that are sent to people: made from settings, never from what a browser says.

A ``Host`` header is the sender's to choose: a link made from it could lead elsewhere.
"""

from starlette.requests import Request

from ivr.config import ConsoleSettings
from ivr.console.services import parts_of


def base_of(settings: ConsoleSettings, listening: str) -> str:
    """Return how links begin; *listening* is ``host:port``, for a console that has no name."""
    if settings.address:
        return settings.address.removesuffix("/")
    return f"https://{settings.hosts[0]}" if settings.hosts else f"http://{listening}"


def link_to(request: Request, path: str) -> str:
    """Return the whole address of *path*."""
    host, port = request.scope["server"]
    shown = f"[{host}]" if ":" in host else host
    listening = shown if port in (None, 80) else f"{shown}:{port}"
    return base_of(parts_of(request).settings.console, listening) + path
