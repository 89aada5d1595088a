"""Publishing the draft, now or at its moment; the history, and going back.

Every publication reaches calls the same way, ``parts.publications``, whoever made it and whenever heard.
"""

import asyncio
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from ivr.console.accounts import Refused, Role
from ivr.console.draft_view import show_draft
from ivr.console.moments import read_moment
from ivr.console.publication_bars import bar_to_publication, refusal
from ivr.console.services import Parts, parts_of
from ivr.console.submitted import field, submitted
from ivr.console.templating import Missing, allowed, message, page, user_of, who
from ivr.content.diff import differences
from ivr.content.draft import Invalid
from ivr.content.publications import Conflict, Publication
from ivr.content.schedules import Schedule
from ivr.knowledge import incidents

SHORTEST_COMMENT = 3
NEVER_TAKEN_BACK = frozenset({incidents.FILE})
"""What is wrong today is none of an older edition's business."""
FIELDS = ("comment", "when", "from-day", "from-hour", "until", "until-day", "until-hour")


@dataclass(frozen=True, slots=True)
class Moments:
    """When a publication is heard."""

    begins_at: datetime | None
    """None: now."""
    ends_at: datetime | None


@allowed(Role.SUPERVISOR)
async def publish(request: Request) -> Response:
    """Make the draft what callers hear at their next turn, or at its moment."""
    parts, form = parts_of(request), await submitted(request)
    comment = field(form, "comment", 500).strip()
    try:
        if len(comment) < SHORTEST_COMMENT:
            raise Refused("Dites en quelques mots pourquoi : l'historique s'en souviendra.")
        moments = read_moments(form, parts.zone, parts.now())
        override = await _overriding(request, form)
    except Refused as error:
        return await show_draft(request, str(error), 422, {name: field(form, name) for name in FIELDS})
    try:
        if moments.begins_at or moments.ends_at:
            return await _schedule(parts, who(request), comment, moments, override=override)
        made = await parts.publications.publish(parts.draft, who(request), comment, in_spite_of=override)
    except (Conflict, Invalid) as error:
        return await show_draft(request, str(error), 409, {name: field(form, name) for name in FIELDS})
    return RedirectResponse(f"/editions/{made.id}?ok=1", 303)


def read_moments(form: FormData, zone: ZoneInfo, now: datetime) -> Moments:
    """Return when the form wants a publication heard.

    Raises:
        Refused: a moment that does not exist, is over, or an end before the beginning.
    """
    begins_at = ends_at = None
    if form.get("when") == "later":
        begins_at = read_moment(field(form, "from-day", 10), field(form, "from-hour", 8), zone)
        if begins_at <= now:
            raise Refused("Le début est déjà passé : choisissez « maintenant », ou une heure à venir.")
    if "until" in form:
        ends_at = read_moment(field(form, "until-day", 10), field(form, "until-hour", 8), zone, late=True)
        if ends_at <= (begins_at or now):
            raise Refused("La fin doit venir après le début.")
    return Moments(begins_at, ends_at)


@allowed(Role.VIEWER)
async def history(request: Request) -> Response:
    """Every publication, newest first, and what is planned."""
    return await _history(request)


@allowed(Role.VIEWER)
async def publication(request: Request) -> Response:
    """What one publication changed."""
    parts = parts_of(request)
    this, before = await _publication(request)
    files = await parts.editions.files(this.edition)
    older = await parts.editions.files(before.edition) if before else files
    (current,) = await parts.editions.history(1)
    return page(
        request,
        "edition.html",
        this=this,
        changes=await asyncio.to_thread(differences, older, files),
        current=current,
        saved="ok" in request.query_params,
        error="",
    )


@allowed(Role.SUPERVISOR)
async def restore(request: Request) -> Response:
    """Go back to what was heard after one publication."""
    parts = parts_of(request)
    this, _ = await _publication(request)
    comment = f"Retour à l'édition {this.id} : {this.comment}"
    try:
        made = await parts.publications.restore(this.edition, who(request), comment, NEVER_TAKEN_BACK)
    except Invalid as error:
        return message(request, 409, "Retour impossible", str(error))
    return RedirectResponse(f"/editions/{made.id}?ok=1", 303)


@allowed(Role.VIEWER)
async def scheduled(request: Request) -> Response:
    """What a publication to come will change."""
    parts = parts_of(request)
    this = await parts.schedules.find(request.path_params["number"])
    if this is None:
        raise Missing("Publication introuvable", "Elle n'existe pas.")
    return await _scheduled(request, this)


@allowed(Role.SUPERVISOR)
async def change_schedule(request: Request) -> Response:
    """Cancel it, have it go back now, or take its texts into the draft again."""
    parts, form = parts_of(request), await submitted(request)
    number = request.path_params["number"]
    match field(form, "do", 10):
        case "cancel":
            await parts.publications.cancel(number, who(request))
        case "end":
            await parts.publications.end(number, who(request))
        case "draft":
            try:
                await parts.schedules.take_up(number, parts.draft)
            except (Conflict, Invalid) as error:
                return await _history(request, str(error), 409)
            return RedirectResponse("/brouillon", 303)
    return RedirectResponse("/editions", 303)


async def _publication(request: Request) -> tuple[Publication, Publication | None]:
    """Return the publication of the address, and the one before it. Raises Missing."""
    found = await parts_of(request).editions.publication(request.path_params["number"])
    if found is None:
        raise Missing("Édition introuvable", "Elle n'existe pas.")
    return found


async def _overriding(request: Request, form: FormData) -> str:
    """Return what an administrator publishes in spite of, if anything. Raises Refused for the others."""
    parts = parts_of(request)
    found = await refusal(parts) or await bar_to_publication(parts)
    user = user_of(request)
    if found and not ("override" in form and user is not None and user.role.may(Role.ADMIN)):
        raise Refused(found)
    return found


async def _schedule(parts: Parts, by: str, comment: str, moments: Moments, *, override: str) -> Response:
    begins_at = moments.begins_at or parts.now()
    made = await parts.publications.schedule(
        parts.draft, by, comment, begins_at, moments.ends_at, in_spite_of=override
    )
    return RedirectResponse(f"/editions/prevues/{made.id}?ok=1", 303)


async def _history(request: Request, error: str = "", status: int = 200) -> Response:
    parts = parts_of(request)
    return page(
        request,
        "editions.html",
        status,
        publications=await parts.editions.history(),
        planned=await parts.schedules.open(),
        closed=await parts.schedules.closed(),
        error=error,
    )


async def _scheduled(request: Request, this: Schedule) -> Response:
    parts = parts_of(request)
    now = await parts.editions.kept(parts.settings.prompts)  # titles come from files that do not change
    before, after = dict(now), dict(now)
    for path, (old, new) in this.changes.items():
        for files, text in ((before, old), (after, new)):
            files.pop(path, None)
            files |= {path: text} if text is not None else {}
    contents = parts.editions.contents
    changes = await asyncio.to_thread(differences, await contents(before), await contents(after))
    return page(request, "scheduled.html", this=this, changes=changes, saved="ok" in request.query_params)


routes = [
    Route("/brouillon/publier", publish, methods=["POST"]),
    Route("/editions", history),
    Route("/editions/{number:int}", publication),
    Route("/editions/{number:int}/retour", restore, methods=["POST"]),
    Route("/editions/prevues/{number:int}", scheduled),
    Route("/editions/prevues/{number:int}", change_schedule, methods=["POST"]),
]
