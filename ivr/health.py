"""``/metrics``, ``/health`` and ``/ready``: what a monitoring system and a load balancer ask.

Answers from memory, at once; needs no sign-in and tells nothing about callers.
"""

import asyncio
import enum
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, nullcontext, suppress
from dataclasses import dataclass, field

import uvicorn
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp

from ivr.config import ConsoleSettings, MonitoringSettings
from ivr.errors import ConfigurationError

START_SECONDS = 10.0
LONGEST_MESSAGE = 4096
"""Bytes of a WebSocket message; those of a call are 320."""
Check = Callable[[], str]
"""Returns what is wrong; empty when nothing is."""
Problems = Callable[[], Mapping[str, str]]
"""Returns what is wrong, by the name of the part; calls go on meanwhile."""


class Phase(enum.StrEnum):
    """Where a server is in its life."""

    STARTING = "starting"
    SERVING = "serving"
    DRAINING = "draining"


def always_serving() -> Phase:
    """The phase of a server that never starts nor ends."""
    return Phase.SERVING


def nothing_wrong() -> Mapping[str, str]:
    """The problems of a server that has none."""
    return {}


@dataclass(frozen=True, slots=True)
class Readiness:
    """What ``/ready`` answers from."""

    phase: Callable[[], Phase] = always_serving
    checks: Mapping[str, Check] = field(default_factory=dict)
    """Without these no call can be conducted as it should, so that none should be sent here."""
    problems: Problems = nothing_wrong
    """What somebody should know of though calls go on."""

    def answer(self) -> tuple[int, dict[str, object]]:
        """Return the HTTP status and what is said.

        404 while draining, which balancers tell from broken: calls in progress are to be left alone.
        """
        refusing = {name: problem for name, check in self.checks.items() if (problem := check())}
        known = {**self.problems(), **refusing}
        match self.phase():
            case Phase.DRAINING:
                return 404, {"status": "draining", "problems": known}
            case Phase.STARTING:
                return 503, {"status": "starting", "problems": known}
        status = "not ready" if refusing else "degraded" if known else "ready"
        return 503 if refusing else 200, {"status": status, "problems": known}


def health_routes(registry: CollectorRegistry, readiness: Readiness) -> list[Route]:
    """Return the routes."""

    async def metrics(request: Request) -> Response:
        return Response(generate_latest(registry), media_type=CONTENT_TYPE_LATEST)

    async def health(request: Request) -> Response:
        return JSONResponse({"status": "ok"})

    async def ready(request: Request) -> Response:
        status, told = readiness.answer()
        return JSONResponse(told, status)

    return [Route("/metrics", metrics), Route("/health", health), Route("/ready", ready)]


def health_app(registry: CollectorRegistry, readiness: Readiness) -> Starlette:
    """Return the application that has these routes and no others."""
    return Starlette(routes=health_routes(registry, readiness))


class HttpServer:
    """Serves one application in our own event loop, and leaves the signals to whoever owns them."""

    def __init__(self, settings: MonitoringSettings | ConsoleSettings, app: ASGIApp) -> None:
        self._settings = settings
        config = uvicorn.Config(
            app,
            host=settings.host,
            port=settings.port,
            log_config=None,
            access_log=False,
            server_header=False,
            timeout_graceful_shutdown=2,
            ws="wsproto",
            ws_max_size=LONGEST_MESSAGE,
            ws_per_message_deflate=False,
        )
        self._server = _Server(config)
        self._task: asyncio.Task[None] | None = None
        self.address = ""
        """``host:port``, once started."""

    async def start(self) -> None:
        """Listen. Raises ConfigurationError when the port cannot be had."""
        self._task = asyncio.get_running_loop().create_task(self._serve(), name="http")
        async with asyncio.timeout(START_SECONDS):
            while not self._server.started:
                if self._task.done():
                    where = f"{self._settings.host}:{self._settings.port}"
                    table = "console" if isinstance(self._settings, ConsoleSettings) else "monitoring"
                    raise ConfigurationError(f"[{table}] {where}: cannot listen there; choose another port")
                await asyncio.sleep(0.01)
        host, port = self._server.servers[0].sockets[0].getsockname()[:2]
        self.address = f"{host}:{port}"

    async def aclose(self) -> None:
        """Stop; requests in progress get two seconds."""
        self._server.should_exit = True
        if self._task is not None:
            with suppress(asyncio.CancelledError):
                await self._task

    async def _serve(self) -> None:
        with suppress(SystemExit):  # how uvicorn says that the port is taken
            await self._server.serve()


class _Server(uvicorn.Server):
    def capture_signals(self) -> AbstractContextManager[None]:  # type: ignore[override]
        return nullcontext()
