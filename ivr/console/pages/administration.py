"""Réglages: the desk and the messages at a glance, retention, users and their roles, the audit log.

Changes retention and users, at once; what callers meet is changed in the draft.
"""

import asyncio
from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from ivr.call.desk import DeskBook
from ivr.console.access.links import link_to
from ivr.console.accounts import NoSuchUser, Refused, Role
from ivr.console.months import long_day
from ivr.console.preview import recorded_in
from ivr.console.services import Parts, parts_of
from ivr.console.submitted import field, submitted
from ivr.console.templating import allowed, page, who
from ivr.console.typography import DAYS
from ivr.content.draft import Loaded
from ivr.dialogue.actions import Line
from ivr.knowledge.hours import OpeningHours, Why
from ivr.store.journal import note, recent
from ivr.store.retention_days import BOUNDS, kept_for, set_days, set_retention

VOICES = {
    "kokoro": "Kokoro, voix de femme (SIWIS)",
    "pyttsx3": "espeak-ng, par pyttsx3",
    "espeak": "espeak-ng",
    "mbrola": "MBROLA",
    "pico": "Pico",
    "piper": "Piper",
}
"""What a supervisor reads for ``speech.engine``."""
CALENDAR_DAYS = 60
JOURNAL = 60
MESSAGES = {
    "accueil.1": "Accueil",
    "menu.1": "Première question",
    "tr.libre": "Vers un conseiller",
    "tr.ferme": "Conseillers absents",
    "fin.1": "Fin d'appel",
}
"""The messages a supervisor looks for first, by prompt."""


@allowed(Role.VIEWER)
async def settings(request: Request) -> Response:
    """The settings page."""
    return await _settings(request)


@allowed(Role.ADMIN)
async def invite(request: Request) -> Response:
    """A sign-up link for a new user."""
    parts = parts_of(request)
    chosen = field(await submitted(request), "role", 20)
    role = Role(chosen) if chosen in set(Role) else Role.VIEWER
    token = await parts.accounts.invite(role)
    await note(parts.database, who(request), "invite", role.value)
    return await _settings(request, link=link_to(request, f"/inscription/{token}"))


@allowed(Role.ADMIN)
async def password_link(request: Request) -> Response:
    """A link with which a user who forgot his password chooses another."""
    parts, user = parts_of(request), request.path_params["user"]
    try:
        token = await parts.accounts.password_link(user)
    except Refused as error:
        return await _settings(request, error=str(error), status=404)
    await note(parts.database, who(request), "password-link", await _login_of(parts, user))
    return await _settings(request, link=link_to(request, f"/mot-de-passe/{token}"))


@allowed(Role.ADMIN)
async def change_user(request: Request) -> Response:
    """Another role for a user, or no access any more."""
    parts, form = parts_of(request), await submitted(request)
    chosen = field(form, "role", 20)
    try:
        role = Role(chosen) if chosen in set(Role) else Role.VIEWER
        user = await parts.accounts.change(request.path_params["user"], role, "disabled" in form)
    except Refused as error:
        status = 404 if isinstance(error, NoSuchUser) else 409
        return await _settings(request, error=str(error), status=status)
    await note(parts.database, who(request), "user", user.login, role=role, disabled="disabled" in form)
    return RedirectResponse("/reglages?ok=1", 303)


@allowed(Role.ADMIN)
async def save_retention(request: Request) -> Response:
    """Other days, which the next purge obeys."""
    parts, form = parts_of(request), await submitted(request)
    if form.get("do") == "reset":
        days, wrong = {}, {}
    else:
        given = {name: field(form, name, 6).strip() for name in BOUNDS}
        wrong = {
            name: f"Entre 1 et {most} jours."
            for name, most in BOUNDS.items()
            if not given[name].isdecimal() or not 1 <= int(given[name]) <= most
        }
        if wrong:
            return await _settings(request, retention=given, wrong=wrong, status=422)
        days = {name: int(text) for name, text in given.items()}
    await set_retention(parts.database, days, who(request), parts.now())
    await note(parts.database, who(request), "retention", "", **days)
    return RedirectResponse("/reglages?ok=1#conservation", 303)


async def _login_of(parts: Parts, user: int) -> str:
    return next((each.login for each in await parts.accounts.users() if each.id == user), "")


def _synthesised(loaded: Loaded, folder: Path) -> tuple[Line, ...]:
    """Return the lines that nobody recorded."""
    recorded = recorded_in(folder)
    return tuple(line for line in loaded.content.voiced() if line.prompt not in recorded)


async def _settings(
    request: Request,
    *,
    link: str = "",
    error: str = "",
    retention: Mapping[str, str] | None = None,
    wrong: Mapping[str, str] | None = None,
    status: int = 200,
) -> Response:
    parts = parts_of(request)
    content = parts.publisher.current.content
    book = DeskBook(parts.settings.desk, lambda: content.desk)
    kept = await kept_for(parts.database, parts.settings.store)
    loaded = await parts.draft.loaded()
    spoken = await asyncio.to_thread(_synthesised, loaded, parts.draft.folder)
    return page(
        request,
        "settings.html",
        status,
        voice=await parts.listening.status(spoken, loaded.lexicon),
        voices=VOICES,
        desk=book.settings(),
        closed=closed_days(book.hours(), parts.now()),
        store=kept,
        retention=retention or {name: getattr(kept, name) for name in BOUNDS},
        wrong=wrong or {},
        bounds=BOUNDS,
        set_here=bool(await set_days(parts.database)),
        default=parts.settings.store,
        recorded=parts.settings.store.audio,
        messages=[(name, content.lines[prompt], prompt) for prompt, name in MESSAGES.items()],
        users=await parts.accounts.users(),
        journal=await recent(parts.database, JOURNAL),
        week=DAYS,
        link=link,
        error=error,
        saved="ok" in request.query_params,
        changes=len(await parts.draft.touched()),
    )


def closed_days(hours: OpeningHours, now: datetime) -> list[str]:
    """Return the holidays and exceptional closures of the next weeks, with why."""
    today = now.astimezone(hours.zone).date()
    days = (hours.day(today + timedelta(days=ahead)) for ahead in range(CALENDAR_DAYS))
    return [
        f"{long_day(day.date).capitalize()} : {day.name or 'fermeture exceptionnelle'}"
        for day in days
        if day.why in (Why.HOLIDAY, Why.CLOSED)
    ]


routes = [
    Route("/reglages", settings),
    Route("/reglages/conservation", save_retention, methods=["POST"]),
    Route("/reglages/inviter", invite, methods=["POST"]),
    Route("/reglages/utilisateurs/{user:int}", change_user, methods=["POST"]),
    Route("/reglages/utilisateurs/{user:int}/mot-de-passe", password_link, methods=["POST"]),
]
