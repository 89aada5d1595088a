"""Signing up, in and out, and the choice of light or dark.

Asks ``accounts``; keeps nothing but a signed cookie in the browser.
"""

from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from ivr.console.accounts import Accounts, Refused, Role, Throttled
from ivr.console.security import LARGEST_FORM
from ivr.console.services import Parts, parts_of
from ivr.console.submitted import field, kept_in, local_path, submitted
from ivr.console.templating import THEMES, allowed, page, user_of, who
from ivr.store.journal import note

A_YEAR = 365 * 86400
LONGEST_LOGIN = 64
UNKNOWN = "identifiant inconnu"


async def sign_in(request: Request) -> Response:
    """The form, and what it sends."""
    parts = parts_of(request)
    if request.method == "GET":
        back = local_path(request.query_params.get("retour", "/"))
        if user_of(request) is not None:
            return RedirectResponse(back, 303)
        return page(request, "sign-in.html", error="", login="", kept="", back=back)
    form = await submitted(request)
    login = field(form, "login", LONGEST_LOGIN)
    kept, back = kept_in(field(form, "kept", LARGEST_FORM)), local_path(field(form, "back") or "/")
    address = request.client.host if request.client else ""
    try:
        token = await parts.accounts.sign_in(login, field(form, "password"), address)
    except Refused as error:
        status = 429 if isinstance(error, Throttled) else 401
        await _note_failure(parts, login, address, throttled=status == 429)
        sent = kept.encode() if kept else ""
        return page(request, "sign-in.html", status, error=str(error), login=login, kept=sent, back=back)
    await note(parts.database, login.strip().lower(), "sign-in")
    if kept is None:
        return _signed_in(request, token, back)
    title, text = "Vous êtes connecté", "Voici ce que vous aviez écrit : rien n'est encore enregistré."
    shown = page(request, "not-saved.html", title=title, text=text, kept=kept)
    return _with_cookie(request, shown, token)


async def sign_up(request: Request) -> Response:
    """The page behind a sign-up link."""
    parts = parts_of(request)
    token = request.path_params["token"]
    role = await parts.accounts.invited_as(token)
    if role is None:
        return page(request, "sign-up.html", 410, role=None, error="", login="", name="")
    if request.method == "GET":
        return page(request, "sign-up.html", role=role, error="", login="", name="")
    form = await submitted(request)
    login, name, password = (field(form, key) for key in ("login", "name", "password"))
    try:
        if password != field(form, "again"):
            raise Refused("Les deux mots de passe diffèrent.")
        user = await parts.accounts.sign_up(token, login, name, password)
        session = await parts.accounts.open_session(user.id)
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
    chosen = field(await submitted(request), "theme", 8)
    response = RedirectResponse(_path_of(request.headers.get("referer", "/")), 303)
    response.set_cookie(
        "theme", chosen if chosen in THEMES else "auto", A_YEAR, samesite="lax", httponly=True
    )
    return response


async def _note_failure(parts: Parts, login: str, address: str, *, throttled: bool) -> None:
    """What was typed as a login may be a password: only one that exists is written down."""
    user = await parts.accounts.find(login)
    action = "sign-in-throttled" if throttled else "sign-in-failed"
    await note(parts.database, user.login if user else UNKNOWN, action, address)


def _path_of(address: str) -> str:
    try:
        return local_path(urlsplit(address).path)
    except ValueError:  # « http://[ »
        return "/"


async def first_link(accounts: Accounts, address: str) -> str | None:
    """Return a sign-up link for the administrator, while there is no user at all."""
    token = await accounts.first_invitation()
    return f"{address}/inscription/{token}" if token else None


def _signed_in(request: Request, token: str, back: str = "/") -> Response:
    return _with_cookie(request, RedirectResponse(back, 303), token)


def _with_cookie(request: Request, response: Response, token: str) -> Response:
    parts = parts_of(request)
    parts.cookies.give(request, response, token, int(parts.settings.console.session_hours * 3600))
    return response


routes = [
    Route("/connexion", sign_in, methods=["GET", "POST"]),
    Route("/inscription/{token}", sign_up, methods=["GET", "POST"]),
    Route("/deconnexion", sign_out, methods=["POST"]),
    Route("/theme", choose_theme, methods=["POST"]),
]
