"""« Mon compte »: another password, and an end to every session; a new password through a link.

Asks ``accounts``; who is whose administrator is « Réglages ».
"""

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from ivr.console.accounts import Refused, Role, Throttled
from ivr.console.services import parts_of
from ivr.console.submitted import field, submitted
from ivr.console.templating import allowed, page, user_of, who
from ivr.store.journal import note

DIFFERENT = "Les deux mots de passe diffèrent."


@allowed(Role.VIEWER)
async def account(request: Request) -> Response:
    """The page of one's own account."""
    return page(request, "account.html", error="", saved="ok" in request.query_params)


@allowed(Role.VIEWER)
async def change_password(request: Request) -> Response:
    """Another password: every other session ends."""
    parts, form, user = parts_of(request), await submitted(request), user_of(request)
    assert user is not None
    address = request.client.host if request.client else ""
    try:
        if field(form, "password") != field(form, "again"):
            raise Refused(DIFFERENT)
        token = await parts.accounts.change_password(
            user, field(form, "current"), field(form, "password"), address
        )
    except Refused as error:
        status = 429 if isinstance(error, Throttled) else 422
        return page(request, "account.html", status, error=str(error), saved=False)
    await note(parts.database, user.login, "password")
    response = RedirectResponse("/compte?ok=1", 303)
    parts.cookies.give(request, response, token, int(parts.settings.console.session_hours * 3600))
    return response


@allowed(Role.VIEWER)
async def sign_out_everywhere(request: Request) -> Response:
    """End all sessions, this one too."""
    parts, user = parts_of(request), user_of(request)
    assert user is not None
    count = await parts.accounts.sign_out_everywhere(user.id)
    await note(parts.database, who(request), "sign-out-everywhere", sessions=count)
    response = RedirectResponse("/connexion", 303)
    parts.cookies.take(response)
    return response


async def reset(request: Request) -> Response:
    """The page behind a link for a new password."""
    parts, token = parts_of(request), request.path_params["token"]
    user = await parts.accounts.whose_password(token)
    if user is None:
        return page(request, "password.html", 410, login="", error="")
    if request.method == "GET":
        return page(request, "password.html", login=user.login, error="")
    form = await submitted(request)
    try:
        if field(form, "password") != field(form, "again"):
            raise Refused(DIFFERENT)
        await parts.accounts.reset_password(token, field(form, "password"))
    except Refused as error:
        return page(request, "password.html", 422, login=user.login, error=str(error))
    await note(parts.database, user.login, "password-reset")
    return RedirectResponse("/connexion", 303)


routes = [
    Route("/compte", account),
    Route("/compte/mot-de-passe", change_password, methods=["POST"]),
    Route("/compte/sessions", sign_out_everywhere, methods=["POST"]),
    Route("/mot-de-passe/{token}", reset, methods=["GET", "POST"]),
]
