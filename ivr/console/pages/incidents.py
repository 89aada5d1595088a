"""« Message d'incident »: what every new caller hears first, from one moment until another.

Published at once, apart from the draft: in an incident nobody reviews other people's changes.
"""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from ivr.console.accounts import Refused, Role
from ivr.console.moments import day_field, hour_field, read_moment
from ivr.console.services import Parts, parts_of
from ivr.console.submitted import field, submitted
from ivr.console.templating import allowed, page, who
from ivr.content.draft import Invalid
from ivr.content.publications import Conflict
from ivr.content.texts import remarks_on
from ivr.knowledge.incidents import FILE, Incident, written, wrong
from ivr.store.journal import Action

MOST = 3
"""Messages at once: each delays every caller."""
LONGEST = timedelta(days=31)
USUAL = timedelta(hours=2)
SAVED = {
    "heard": "C'est en ligne.",
    "planned": "C'est prévu : les appelants l'entendront à partir de ce moment-là.",
    "ended": "C'est terminé : les nouveaux appelants ne l'entendent plus.",
}
FIELDS = ("text", "when", "from-day", "from-hour", "until-day", "until-hour")


@allowed(Role.VIEWER)
async def incidents(request: Request) -> Response:
    """What is heard, what is to come, and the form."""
    return await _incidents(request)


@allowed(Role.SUPERVISOR)
async def announce(request: Request) -> Response:
    """Have a message heard."""
    parts, form = parts_of(request), await submitted(request)
    text = " ".join(field(form, "text", 1000).split())
    if problems := [remedy.french for remedy in wrong(text)] if text else ["Écrivez le message."]:
        return await _incidents(request, form, 422, text=problems)
    try:
        made = _read(text, form, parts.zone, parts.now())
    except Refused as error:
        return await _incidents(request, form, 422, moments=[str(error)])
    waiting = open_incidents(parts)
    if len(waiting) >= MOST:
        too_many = f"{MOST} messages au plus : mettez fin à l'un d'eux d'abord."
        return await _incidents(request, form, 409, text=[too_many])
    comment = f"Message d'incident : {text}"
    return await _publish(request, (*waiting, made), Action.INCIDENT, comment)


@allowed(Role.SUPERVISOR)
async def end(request: Request) -> Response:
    """Have a message heard no more."""
    key = field(await submitted(request), "key", 20)
    waiting = open_incidents(parts_of(request))
    ended = next((each for each in waiting if each.key == key), None)
    if ended is None:
        return RedirectResponse("/incident", 303)
    rest = tuple(each for each in waiting if each is not ended)
    comment = f"Fin du message d'incident : {ended.text}"
    return await _publish(request, rest, Action.INCIDENT_ENDED, comment)


def open_incidents(parts: Parts) -> tuple[Incident, ...]:
    """Return what is heard now, and what is to come."""
    published = parts.publisher.current.content.incidents
    return tuple(each for each in published if each.ends > parts.now())


async def _publish(request: Request, wanted: Sequence[Incident], action: Action, comment: str) -> Response:
    parts = parts_of(request)
    changes = {FILE: (await asyncio.to_thread(_file, parts), written(wanted))}
    try:
        await parts.publications.change(changes, who(request), comment, action)
    except (Conflict, Invalid) as error:
        return await _incidents(request, None, 409, text=[str(error)])
    if action is Action.INCIDENT_ENDED:
        return RedirectResponse("/incident?ok=ended", 303)
    planned = wanted[-1].begins > parts.now()
    return RedirectResponse(f"/incident?ok={'planned' if planned else 'heard'}", 303)


def _file(parts: Parts) -> str | None:
    path = parts.settings.prompts / FILE
    return path.read_text(encoding="utf-8") if path.exists() else None


def _read(text: str, form: FormData, zone: ZoneInfo, now: datetime) -> Incident:
    begins = now
    if form.get("when") == "later":
        begins = read_moment(field(form, "from-day", 10), field(form, "from-hour", 8), zone)
    ends = read_moment(field(form, "until-day", 10), field(form, "until-hour", 8), zone, late=True)
    if ends <= max(begins, now):
        raise Refused("La fin doit venir après le début, et n'être pas déjà passée.")
    if ends - begins > LONGEST:
        raise Refused("Un mois au plus : ce qui dure se dit dans l'accueil ou dans une réponse.")
    return Incident(text, begins, ends)


async def _incidents(
    request: Request, form: Mapping[str, object] | None = None, status: int = 200, **problems: list[str]
) -> Response:
    parts = parts_of(request)
    zone, now = parts.zone, parts.now()
    usual = now + USUAL
    given = {
        "text": "",
        "when": "now",
        "until-day": day_field(usual, zone),
        "until-hour": hour_field(usual, zone),
    }
    given |= {name: field(form, name) for name in FIELDS} if form is not None else {}
    loaded, pace = await parts.draft.loaded(), parts.settings.speech.words_per_minute
    remarks = await asyncio.to_thread(lambda: tuple(remarks_on(given["text"], loaded, pace)))
    return page(
        request,
        "incident.html",
        status,
        found=[(each, each.is_heard(now)) for each in open_incidents(parts)],
        given=given,
        problems={"text": [], "moments": []} | problems,
        remarks=remarks,
        saved=SAVED.get(request.query_params.get("ok", ""), ""),
    )


routes = [
    Route("/incident", incidents, methods=["GET"]),
    Route("/incident", announce, methods=["POST"]),
    Route("/incident/fin", end, methods=["POST"]),
]
