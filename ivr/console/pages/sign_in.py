"""Signing up, in and out, and the choice of light or dark.

Asks ``accounts``; keeps nothing but a signed cookie in the browser.
"""

from urllib.parse import urlsplit

from starlette.middleware.base import RequestResponseEndpoint
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from ivr.console.accounts import Accounts, Refused, Role, Throttled
from ivr.console.services import parts_of
from ivr.console.templating import THEMES, allowed, field, page, user_of, who
from ivr.store.journal import note

A_YEAR = 365 * 86400


async def recognise(request: Request, call_next: RequestResponseEndpoint) -> Response:
    """Middleware: find out who asks."""
    parts = parts_of(request)
    token = None if request.url.path.startswith("/static/") else parts.cookies.token(request)
    request.state.user = await parts.accounts.user(token) if token else None
    return await call_next(request)


async def sign_in(request: Request) -> Response:
    """The form, and what it sends."""
    parts = parts_of(request)
    if user_of(request) is not None:
        return RedirectResponse("/", 303)
    if request.method == "GET":
        return page(request, "sign-in.html", error="", login="")
    form = await request.form()
    login = field(form, "login", 64)
    address = request.client.host if request.client else ""
    try:
        token = await parts.accounts.sign_in(login, field(form, "password"), address)
    except Refused as error:
        status = 429 if isinstance(error, Throttled) else 401
        return page(request, "sign-in.html", status, error=str(error), login=login)
    await note(parts.database, login.strip().lower(), "sign-in")
    return _signed_in(request, token)


async def sign_up(request: Request) -> Response:
    """The page behind a sign-up link."""
    parts = parts_of(request)
    token = request.path_params["token"]
    role = await parts.accounts.invited_as(token)
    if role is None:
        return page(request, "sign-up.html", 410, role=None, error="", login="", name="")
    if request.method == "GET":
        return page(request, "sign-up.html", role=role, error="", login="", name="")
    form = await request.form()
    login, name, password = (field(form, key, 300) for key in ("login", "name", "password"))
    try:
        if password != field(form, "again", 300):
            raise Refused("Les deux mots de passe diffèrent.")
        user = await parts.accounts.sign_up(token, login, name, password)
        session = await parts.accounts.sign_in(user.login, password, "")
    except Refused as error:
        return page(request, "sign-up.html", 422, role=role, error=str(error), login=login, name=name)
    await note(parts.database, user.login, "sign-up", role=role)
    return _signed_in(request, session)


@allowed(Role.VIEWER)
async def sign_out(request: Request) -> Response:
    """End the session."""
    parts = parts_of(request)
    await parts.accounts.sign_out(parts.cookies.token(request) or "")
    await note(parts.database, who(request), "sign-out")
    response = RedirectResponse("/connexion", 303)
    parts.cookies.take(response)
    return response


async def choose_theme(request: Request) -> Response:
    """Remember light or dark, in the browser."""
    chosen = field(await request.form(), "theme", 8)
    back = urlsplit(request.headers.get("referer", "/")).path
    response = RedirectResponse(back if back.startswith("/") and not back.startswith("//") else "/", 303)
    response.set_cookie(
        "theme", chosen if chosen in THEMES else "auto", A_YEAR, samesite="lax", httponly=True
    )
    return response


async def first_link(accounts: Accounts, address: str) -> str | None:
    """Return a sign-up link for the administrator, while there is no user at all."""
    if await accounts.users():
        return None
    return f"{address}/inscription/{await accounts.invite(Role.ADMIN)}"


def _signed_in(request: Request, token: str) -> Response:
    parts = parts_of(request)
    response = RedirectResponse("/", 303)
    parts.cookies.give(request, response, token, int(parts.settings.console.session_hours * 3600))
    return response


routes = [
    Route("/connexion", sign_in, methods=["GET", "POST"]),
    Route("/inscription/{token}", sign_up, methods=["GET", "POST"]),
    Route("/deconnexion", sign_out, methods=["POST"]),
    Route("/theme", choose_theme, methods=["POST"]),
]
