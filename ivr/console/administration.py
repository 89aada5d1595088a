"""Réglages: opening hours and retention as the settings have them, users and their roles, the audit log.

Changes users; what is in ``ivr.toml`` is shown, and changed there.
"""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from ivr.console.accounts import Refused, Role
from ivr.console.journal import note, recent
from ivr.console.pages import allowed, field, page, who
from ivr.console.parts import parts_of
from ivr.console.typography import DAYS, day
from ivr.knowledge.hours import OpeningHours

CALENDAR_DAYS = 60
JOURNAL = 60


@allowed(Role.VIEWER)
async def settings(request: Request) -> Response:
    """The settings page."""
    return await _settings(request)


@allowed(Role.ADMIN)
async def invite(request: Request) -> Response:
    """A sign-up link for a new user."""
    parts = parts_of(request)
    chosen = field(await request.form(), "role", 20)
    role = Role(chosen) if chosen in set(Role) else Role.VIEWER
    token = await parts.accounts.invite(role)
    await note(parts.database, who(request), "invite", role.value)
    link = f"{request.url.scheme}://{request.url.netloc}/inscription/{token}"
    return await _settings(request, link=link)


@allowed(Role.ADMIN)
async def change_user(request: Request) -> Response:
    """Another role for a user, or no access any more."""
    parts, form = parts_of(request), await request.form()
    chosen = field(form, "role", 20)
    try:
        role = Role(chosen) if chosen in set(Role) else Role.VIEWER
        await parts.accounts.change(request.path_params["user"], role, "disabled" in form)
    except Refused as error:
        return await _settings(request, error=str(error), status=409)
    await note(parts.database, who(request), "user", str(request.path_params["user"]), role=role)
    return RedirectResponse("/reglages?ok=1", 303)


async def _settings(request: Request, *, link: str = "", error: str = "", status: int = 200) -> Response:
    parts = parts_of(request)
    desk = parts.settings.desk
    return page(
        request,
        "settings.html",
        status,
        desk=desk,
        closed=closed_days(OpeningHours.from_settings(desk), ZoneInfo(desk.timezone), datetime.now(UTC)),
        store=parts.settings.store,
        recorded=parts.settings.call.record,
        users=await parts.accounts.users(),
        journal=await recent(parts.database, JOURNAL),
        week=DAYS,
        link=link,
        error=error,
        saved="ok" in request.query_params,
    )


def closed_days(hours: OpeningHours, zone: ZoneInfo, now: datetime) -> list[str]:
    """Return the days closed all day in the next weeks, weekends apart: holidays and exceptions."""
    noon = now.astimezone(zone).replace(hour=12, minute=0, second=0, microsecond=0)
    found = []
    for ahead in range(CALENDAR_DAYS):
        date = noon + timedelta(days=ahead)
        clock = [date.replace(hour=hour, minute=minute) for hour in range(24) for minute in (0, 30)]
        if date.weekday() < 5 and not any(hours.is_open(at) for at in clock):
            found.append(f"{DAYS[date.weekday()].capitalize()} {day(date, zone)}")
    return found


routes = [
    Route("/reglages", settings),
    Route("/reglages/inviter", invite, methods=["POST"]),
    Route("/reglages/utilisateurs/{user:int}", change_user, methods=["POST"]),
]
