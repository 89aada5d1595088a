"""The console as a web application, and its server inside the loop that serves calls.

Wires routes and middleware; the pages are modules of their own.
"""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Iterator
from zoneinfo import ZoneInfo

import structlog
import uvicorn
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.base import BaseHTTPMiddleware
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from ivr.console import listening, questions, reviewing, signing_in, wording
from ivr.console.accounts import Role
from ivr.console.pages import STATIC, allowed, environment, message
from ivr.console.parts import Parts
from ivr.console.security import Guard
from ivr.errors import IvrError

log = structlog.get_logger(__name__)

LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
STARTING_SECONDS = 10.0


class Assets(StaticFiles):
    """Static files that browsers keep: their addresses change with their content."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        """Serve one file."""
        response = await super().get_response(path, scope)
        response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
        return response


def create_app(parts: Parts) -> Starlette:
    """Return the console as an ASGI application."""
    settings = parts.settings.console
    hosts = LOOPBACK | {settings.host, *settings.hosts}
    app = Starlette(
        routes=[
            Route("/", home),
            *signing_in.routes,
            *listening.routes,
            *questions.routes,
            *reviewing.routes,
            *wording.routes,
            Mount("/static", Assets(directory=STATIC)),
        ],
        middleware=[
            Middleware(Guard, hosts=frozenset(host.lower() for host in hosts)),
            Middleware(BaseHTTPMiddleware, dispatch=signing_in.recognise),
        ],
        exception_handlers={HTTPException: _http_error, 500: _failure},
    )
    app.state.parts = parts
    app.state.templates = environment(ZoneInfo(parts.settings.desk.timezone))
    return app


@allowed(Role.VIEWER)
async def home(request: Request) -> Response:
    """Where the console begins."""
    return RedirectResponse("/questions", 303)


class _Server(uvicorn.Server):
    """Signals belong to whoever runs the loop."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leave them alone."""
        yield


@contextlib.asynccontextmanager
async def serving(app: Starlette, host: str, port: int) -> AsyncIterator[str]:
    """Serve *app* for as long as the block lasts; yields its address.

    Raises:
        IvrError: the port is taken.
    """
    config = uvicorn.Config(
        app, host, port, log_config=None, access_log=False, lifespan="off", server_header=False,
        timeout_graceful_shutdown=2, h11_max_incomplete_event_size=65536,
    )  # fmt: skip
    server = _Server(config)
    task = asyncio.create_task(_serve(server), name="console")
    try:
        async with asyncio.timeout(STARTING_SECONDS):
            while not server.started and not task.done():
                await asyncio.sleep(0.01)
        if task.done():
            raise IvrError(f"console: {host}:{port} is taken: set [console] port") from task.exception()
        name, bound = server.servers[0].sockets[0].getsockname()[:2]
        yield f"http://{f'[{name}]' if ':' in name else name}:{bound}"
    finally:
        server.should_exit = True
        await asyncio.gather(task, return_exceptions=True)


async def _serve(server: uvicorn.Server) -> None:
    try:
        await server.serve()
    except SystemExit as error:  # uvicorn's way to say that it cannot listen
        raise IvrError("the console cannot listen") from error


async def _http_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    if error.status_code == 404:
        return message(request, 404, "Page introuvable", "Cette page n'existe pas, ou n'existe plus.")
    return message(request, error.status_code, "Demande refusée", error.detail)


async def _failure(request: Request, error: Exception) -> Response:
    log.error("console.failed", path=request.url.path, error=repr(error))
    text = "Réessayez. Si cela se reproduit, le journal du serveur dit pourquoi."
    return message(request, 500, "Une erreur est survenue", text)
