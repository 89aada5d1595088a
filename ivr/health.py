"""``/metrics``, ``/health`` and ``/ready``: what a monitoring system and a load balancer ask.

Answers from memory, at once; needs no sign-in and tells nothing about callers.
"""

import enum
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

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
