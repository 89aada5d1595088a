"""``/metrics``, ``/health`` and ``/ready``: what a monitoring system and a load balancer ask.

Answers from memory, at once; needs no sign-in and tells nothing about callers.
"""

import asyncio
import enum
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from time import monotonic

from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

Check = Callable[[], str]
"""Returns what is wrong; empty when nothing is."""
Problems = Callable[[], Mapping[str, str]]
"""Returns what is wrong, by the name of the part; calls go on meanwhile."""


RACES = 3
"""Tries to read values that the event loop changes at the same time."""


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

        404, which balancers tell from broken: no new call, but those in progress are to be left alone.
        """
        refusing = {name: problem for name, check in self.checks.items() if (problem := check())}
        known = {**self.problems(), **refusing}
        match self.phase():
            case Phase.DRAINING:
                return 404, {"status": "draining", "problems": known}
            case Phase.STARTING:
                return 503, {"status": "starting", "problems": known}
        status = "not ready" if refusing else "degraded" if known else "ready"
        return 404 if refusing else 200, {"status": status, "problems": known}


class MetricsPage:
    """The metrics as text, made in a thread at most once in so many seconds, whoever asks how often."""

    def __init__(
        self, registry: CollectorRegistry, seconds: float = 1.0, now: Callable[[], float] = monotonic
    ) -> None:
        self._registry, self._seconds, self._now = registry, seconds, now
        self._text = b""
        self._until = -1.0
        self._making = asyncio.Lock()

    async def read(self) -> bytes:
        """Return the page, *seconds* old at most. Raises what a collector raises."""
        async with self._making:
            if not self._text or self._now() >= self._until:
                self._text = await asyncio.to_thread(self._make)
                self._until = self._now() + self._seconds
            return self._text

    def _make(self) -> bytes:
        for _ in range(RACES):
            with suppress(RuntimeError):  # calls begin and end meanwhile: a mapping changed its size
                return generate_latest(self._registry)
        return generate_latest(self._registry)


def health_routes(registry: CollectorRegistry, readiness: Readiness) -> list[Route]:
    """Return the routes."""

    page = MetricsPage(registry)

    async def metrics(request: Request) -> Response:
        return Response(await page.read(), media_type=CONTENT_TYPE_LATEST)

    async def health(request: Request) -> Response:
        return JSONResponse({"status": "ok"})

    async def ready(request: Request) -> Response:
        status, told = readiness.answer()
        return JSONResponse(told, status)

    return [Route("/metrics", metrics), Route("/health", health), Route("/ready", ready)]


def health_app(registry: CollectorRegistry, readiness: Readiness) -> Starlette:
    """Return the application that has these routes and no others."""
    return Starlette(routes=health_routes(registry, readiness))
