"""From a template to a page: what every page knows, who may see it, what it says when it fails.

Renders; looks nothing up.
"""

import asyncio
import functools
import hashlib
from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup
from starlette.convertors import IntegerConvertor, register_url_convertor
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.types import Receive, Scope, Send

from ivr.console import typography
from ivr.console.access.authentication import AWAY, NEEDED
from ivr.console.accounts import Role, User
from ivr.console.services import parts_of
from ivr.console.submitted import kept_of, local_path
from ivr.console.troubles import troubles

HERE = Path(__file__).parent
STATIC = HERE / "static"
THEMES = ("auto", "light", "dark")
LONGEST_NUMBER = 6
"""Digits of a page's number."""
ENDED = "Votre session est terminée. Votre texte est gardé : connectez-vous pour l'enregistrer."

ROLES = {Role.VIEWER: "Lecteur", Role.SUPERVISOR: "Superviseur", Role.ADMIN: "Administrateur"}
NAVIGATION = (
    ("/", "En direct", "live"),
    ("/questions", "Questions", "questions"),
    ("/apprendre", "À apprendre", "learn"),
    ("/essayer", "Essayer", "try"),
    ("/statistiques", "Statistiques", "stats"),
    ("/reglages", "Réglages", "settings"),
)


class NumberConvertor(IntegerConvertor):
    """A number of the address that a table may have: a longer one is an address that is not there."""

    regex = "[0-9]{1,9}"


register_url_convertor("int", NumberConvertor())  # before any page says its addresses


class Missing(Exception):
    """There is nothing at this address (any more); the page says so in these French words."""

    def __init__(self, title: str, text: str) -> None:
        super().__init__(title)
        self.title, self.text = title, text


Page = Callable[[Request], Awaitable[Response]]


def environment(zone: ZoneInfo) -> Environment:
    """Return the templates, with the filters they use. *zone* is the desk's clock."""
    made = Environment(
        loader=FileSystemLoader(HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters |= {
        "capital": typography.capital,
        "coming": lambda at: typography.coming(at, zone, datetime.now(UTC)),
        "date": typography.written_date,
        "day": lambda at: typography.day(at, zone),
        "duration": typography.duration,
        "moment": lambda at: typography.moment(at, zone, datetime.now(UTC)),
        "number": typography.number,
        "pieces": typography.pieces,
        "percent": typography.percent,
        "plural": typography.plural,
        "spaced": typography.spaced,
        "until": lambda at: typography.until(at, zone, datetime.now(UTC)),
    }
    made.globals |= {"icon": icon, "navigation": NAVIGATION, "roles": ROLES, "static": static}
    return made


def icon(name: str) -> Markup:
    """Return a drawing of ``templates/icons.svg``; the text beside it says what it means."""
    return Markup('<svg class="i" aria-hidden="true"><use href="#i-{}"/></svg>').format(name)


@functools.cache
def static(name: str) -> str:
    """Return the address of a static file, which changes with its content."""
    digest = hashlib.sha256((STATIC / name).read_bytes()).hexdigest()[:12]
    return f"/static/{name}?v={digest}"


class Rendered(HTMLResponse):
    """A page that is rendered in a thread, when it is sent."""

    def __init__(self, templates: Environment, name: str, values: Mapping[str, Any], status: int) -> None:
        super().__init__("", status)
        self._render = lambda: templates.get_template(name).render(values)

    async def text(self) -> str:
        """Render it, as a piece of another response."""
        return await asyncio.to_thread(self._render)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Render and send it."""
        self.body = self.render(await self.text())
        self.headers["content-length"] = str(len(self.body))
        await super().__call__(scope, receive, send)


def page(request: Request, template: str, status: int = 200, /, **values: Any) -> Rendered:
    """A page, or a part of one, for whoever asks."""
    user = user_of(request)
    wrong = troubles(parts_of(request).problems()) if user else ()
    known = {
        "user": user, "path": request.url.path, "theme": theme_of(request), "Role": Role, "troubles": wrong,
    }  # fmt: skip
    return Rendered(request.app.state.templates, template, known | values, status)


def message(request: Request, status: int, title: str, text: str) -> HTMLResponse:
    """A page that says one thing."""
    return page(request, "message.html", status, title=title, text=text)


def user_of(request: Request) -> User | None:
    """Return who is signed in."""
    user = request.user
    return user if isinstance(user, User) else None


def who(request: Request) -> str:
    """Return the login of whoever is signed in, for the audit log."""
    user = user_of(request)
    return user.login if user else ""


def who_may(request: Request, role: Role) -> bool:
    """Whether whoever is signed in may do what *role* may."""
    user = user_of(request)
    return user is not None and user.role.may(role)


def theme_of(request: Request) -> str:
    """Return ``auto``, ``light`` or ``dark``."""
    chosen = request.cookies.get("theme", "auto")
    return chosen if chosen in THEMES else "auto"


def allowed(role: Role) -> Callable[[Page], Page]:
    """A page for *role* and above; others are asked to sign in, or told who may."""

    def decorate(handler: Page) -> Page:
        @functools.wraps(handler)
        async def guarded(request: Request) -> Response:
            request.scope[NEEDED] = role
            if (away := request.scope.get(AWAY)) is not None:
                raise away
            user = user_of(request)
            if user is None:
                return await _to_sign_in(request)
            if not user.role.may(role):
                needed = {Role.SUPERVISOR: "un superviseur", Role.ADMIN: "un administrateur"}[role]
                return message(request, 403, "Action réservée", f"Seul {needed} peut faire cela.")
            return await handler(request)

        return guarded

    return decorate


def number_of(request: Request, name: str = "page") -> int:
    """Return a number from 1 on of the address; 1 when it says none. Raises Missing for what no list has."""
    text = request.query_params.get(name, "1")
    if not (text.isascii() and text.isdecimal() and len(text) <= LONGEST_NUMBER):
        raise Missing("Page introuvable", "Cette page n'existe pas, ou n'existe plus.")
    return max(int(text), 1)


async def asked_again(request: Request, status: int, title: str, text: str) -> HTMLResponse:
    """A page that says why a form was not saved, and holds what was written so that it can be sent again."""
    kept = await kept_of(request) if request.method == "POST" else None
    if kept is None or "hx-request" in request.headers:
        return message(request, status, title, text)
    return page(request, "not-saved.html", status, title=title, text=text, kept=kept)


async def _to_sign_in(request: Request) -> Response:
    """Signing in comes first; a form that was sent meanwhile goes along, an address is come back to."""
    if "hx-request" in request.headers:  # the page stays, with what is typed on it: console.js says why
        headers = {} if request.method == "POST" else {"HX-Redirect": "/connexion"}
        return Response(status_code=401, headers=headers)
    if request.method == "POST" and (kept := await kept_of(request)):
        return page(request, "sign-in.html", 401, error=ENDED, login="", kept=kept.encode(), back="")
    back = local_path(f"{request.url.path}?{request.url.query}") if request.method == "GET" else "/"
    return RedirectResponse("/connexion" if back == "/" else f"/connexion?{urlencode({'retour': back})}", 303)
