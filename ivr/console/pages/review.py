"""« Ce que cela change »: the draft and its effect.

Effects are computed by background jobs; a page never waits for one.
"""

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import sqlalchemy as sa
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from ivr.console.accounts import Role
from ivr.console.draft_view import show_draft
from ivr.console.french_names import told
from ivr.console.services import Parts, parts_of
from ivr.console.templating import allowed, page, who
from ivr.store.journal import Action, note
from ivr.store.schema import turns

PAST = timedelta(days=90)
MOST_UTTERANCES = 2000
SHOWN = 200


@allowed(Role.VIEWER)
async def review(request: Request) -> Response:
    """The draft."""
    return await show_draft(request)


@allowed(Role.VIEWER)
async def effect(request: Request) -> Response:
    """What callers said that the draft would understand otherwise; computed in the background (htmx)."""
    parts = parts_of(request)
    if not parts.draft.exists:
        return page(request, "effect.html", state="none", found=(), count=0, told=told)
    published, draft = parts.settings.prompts, parts.draft.folder
    before, after = await parts.draft.fingerprints()
    if before == after:
        return page(request, "effect.html", state="same", found=(), count=0, told=told)
    task = parts.workshop.comparing(
        f"{before} {after}", published, draft, lambda: asyncio.ensure_future(_utterances(parts))
    )
    if not task.done():
        return page(request, "effect.html", state="working", found=(), count=0, told=told)
    if task.cancelled() or task.exception() is not None:
        return page(request, "effect.html", state="failed", found=(), count=0, told=told)
    found = task.result()
    labels = {i: a.label for i, a in (await parts.draft.loaded()).content.faq.answers.items()}
    return page(
        request,
        "effect.html",
        state="done",
        found=found[:SHOWN],
        count=len(found),
        told=lambda meaning: told(meaning, labels),
    )


@allowed(Role.SUPERVISOR)
async def drop(request: Request) -> Response:
    """Forget the draft."""
    parts = parts_of(request)
    await parts.draft.drop()
    await note(parts.database, who(request), Action.DRAFT_DROPPED)
    return RedirectResponse("/questions", 303)


async def _utterances(parts: Parts) -> Sequence[str]:
    """What callers said lately, the most frequent first."""
    text = sa.func.max(turns.c.text)
    query = (
        sa.select(text)
        .where(turns.c.text_key.is_not(None), turns.c.text.is_not(None))
        .where(turns.c.started_at >= datetime.now(UTC) - PAST)
        .group_by(turns.c.text_key)
        .order_by(sa.func.count().desc(), turns.c.text_key)
        .limit(MOST_UTTERANCES)
    )
    async with parts.database.reading() as connection:
        return [str(each) for each in await connection.scalars(query)]


routes = [
    Route("/brouillon", review),
    Route("/brouillon/effet", effect),
    Route("/brouillon/abandonner", drop, methods=["POST"]),
]
