"""The console as a web application.

Wires routes and middleware; the pages are modules of their own.
"""

import errno

import structlog
from sqlalchemy.exc import SQLAlchemyError
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.authentication import AuthenticationMiddleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Mount
from starlette.staticfiles import StaticFiles
from starlette.types import Scope
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

from ivr.console.access.authentication import EndWithRights, Sessions
from ivr.console.entered_text import NotTaken
from ivr.console.pages import (
    account,
    administration,
    call_audio,
    calls,
    deletion,
    evaluation,
    incidents,
    learning,
    opening_hours,
    preview,
    publishing,
    question,
    questions,
    regression_calls,
    review,
    shared_messages,
    sign_in,
    spoken_call,
    statistics,
    typed_call,
)
from ivr.console.security import BodyLimit, Guard
from ivr.console.services import Parts
from ivr.console.templating import STATIC, Missing, asked_again, environment, message
from ivr.store.database import reason_of

log = structlog.get_logger(__name__)

FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
FAILED = "Réessayez. Si cela se reproduit, le journal du serveur dit pourquoi."
PAGES = (
    account,
    sign_in,
    preview,
    questions,
    deletion,
    question,
    review,
    evaluation,
    publishing,
    incidents,
    shared_messages,
    learning,
    calls,
    call_audio,
    statistics,
    typed_call,
    spoken_call,
    regression_calls,
    administration,
    opening_hours,
)
"""Modules with the routes of a page or of several; an earlier one's are looked at first."""
LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})


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
            *(route for page in PAGES for route in page.routes),
            Mount("/static", Assets(directory=STATIC)),
        ],
        middleware=[
            Middleware(ProxyHeadersMiddleware, trusted_hosts=[str(each) for each in settings.proxies]),
            Middleware(Guard, hosts=frozenset(host.lower() for host in hosts)),
            Middleware(AuthenticationMiddleware, backend=Sessions()),
            Middleware(BodyLimit, known=lambda asked: parts.cookies.token(asked) is not None),
            Middleware(EndWithRights),
        ],
        exception_handlers={
            HTTPException: _http_error,
            Missing: _missing,
            NotTaken: _not_taken,
            SQLAlchemyError: _not_saved,
            OSError: _not_saved,
            500: _failure,
        },
    )
    app.state.parts = parts
    app.state.templates = environment(parts.zone)
    return app


async def _http_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    if error.status_code == 404:
        return message(request, 404, "Page introuvable", "Cette page n'existe pas, ou n'existe plus.")
    return message(request, error.status_code, "Demande refusée", error.detail)


async def _missing(request: Request, error: Exception) -> Response:
    assert isinstance(error, Missing)
    return message(request, 404, error.title, error.text)


async def _not_taken(request: Request, error: Exception) -> Response:
    return await asked_again(request, 422, "Ce n'est pas enregistré", str(error))


async def _not_saved(request: Request, error: Exception) -> Response:
    """A full disk, a database that is locked or away: foreseeable, told in words, and no text is lost."""
    reason = reason_of(error)
    log.error("console.not_saved", path=request.url.path, problem=type(error).__name__, reason=reason)
    if "is full" in reason or (isinstance(error, OSError) and error.errno in FULL):
        text = "Le disque du serveur est plein : prévenez l'exploitant, puis enregistrez de nouveau."
        return await asked_again(request, 507, "Ce n'est pas enregistré", text)
    if isinstance(error, SQLAlchemyError | ConnectionError | TimeoutError):
        text = "Les données du serveur ne sont pas accessibles en ce moment. Réessayez dans un instant."
        return await asked_again(request, 503, "Réessayez dans un instant", text)
    log.exception("console.failed", path=request.url.path, error=repr(error), exc_info=error)
    return await asked_again(request, 500, "Une erreur est survenue", FAILED)


async def _failure(request: Request, error: Exception) -> Response:
    log.error("console.failed", path=request.url.path, error=repr(error))
    return message(request, 500, "Une erreur est survenue", FAILED)
