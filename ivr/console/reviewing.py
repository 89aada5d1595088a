"""« Ce que cela change »: the draft and its effect, publishing, history, going back.

Computes effects in the workshop; a page never waits for one.
"""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import sqlalchemy as sa
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from ivr.console.accounts import Role
from ivr.console.differences import differences
from ivr.console.draft import Invalid
from ivr.console.editions import Conflict, Publication, read_files
from ivr.console.journal import note
from ivr.console.pages import allowed, field, message, page, who
from ivr.console.parts import Parts, parts_of
from ivr.dialogue.understanding import Command, Outcome, Reject
from ivr.knowledge.comparison import Meaning, fingerprint
from ivr.knowledge.published import Matcher
from ivr.store.schema import turns

PAST = timedelta(days=90)
MOST_UTTERANCES = 2000
SHOWN = 200
SHORTEST_COMMENT = 3

OUTCOMES = {
    Outcome.ANSWER: "Répond",
    Outcome.CONFIRM: "Demande confirmation",
    Outcome.CHOOSE: "Propose un choix",
    Outcome.COMMAND: "Commande",
    Outcome.REJECT: "Ne sait pas",
}
COMMANDS = {
    Command.AGENT: "conseiller",
    Command.REPEAT: "répéter",
    Command.SLOWER: "moins vite",
    Command.NEXT: "suite",
    Command.BACK: "retour",
    Command.YES: "oui",
    Command.NO: "non",
    Command.GOODBYE: "au revoir",
    Command.HELP: "aide",
}
REJECTS = {
    Reject.NO_MATCH: "pas compris",
    Reject.OUT_OF_SCOPE: "hors sujet",
    Reject.NEAR_MISS: "sujet voisin sans réponse",
    Reject.NOISE: "bruit",
}


@allowed(Role.VIEWER)
async def review(request: Request) -> Response:
    """The draft."""
    return await _review(request)


@allowed(Role.VIEWER)
async def effect(request: Request) -> Response:
    """What callers said that the draft would understand otherwise; computed in the background (htmx)."""
    parts = parts_of(request)
    if not parts.draft.exists:
        return page(request, "effect.html", state="none", found=(), count=0, told=told)
    published, draft = parts.settings.prompts, parts.draft.folder
    before, after = await asyncio.to_thread(lambda: (fingerprint(published), fingerprint(draft)))
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
async def publish(request: Request) -> Response:
    """Make the draft what callers hear at their next turn."""
    parts = parts_of(request)
    comment = field(await request.form(), "comment", 500).strip()
    if len(comment) < SHORTEST_COMMENT:
        return await _review(request, "Dites en quelques mots pourquoi : l'historique s'en souviendra.", 422)
    try:
        # Learned before the files change, so that no call waits for it.
        matcher = await matcher_of(parts, parts.draft.folder)
        made = await parts.editions.publish(parts.draft, who(request), comment)
    except (Conflict, Invalid) as error:
        return await _review(request, str(error), 409)
    await _announce(parts, made, who(request), "publish", matcher)
    return RedirectResponse(f"/editions/{made.id}?ok=1", 303)


@allowed(Role.SUPERVISOR)
async def drop(request: Request) -> Response:
    """Forget the draft."""
    parts = parts_of(request)
    await parts.draft.drop()
    await note(parts.database, who(request), "draft-dropped")
    return RedirectResponse("/questions", 303)


@allowed(Role.VIEWER)
async def history(request: Request) -> Response:
    """Every publication, newest first."""
    parts = parts_of(request)
    return page(request, "editions.html", publications=await parts.editions.history())


@allowed(Role.VIEWER)
async def publication(request: Request) -> Response:
    """What one publication changed."""
    parts = parts_of(request)
    found = await parts.editions.publication(request.path_params["number"])
    if found is None:
        return message(request, 404, "Édition introuvable", "Elle n'existe pas.")
    this, before = found
    files = await parts.editions.files(this.edition)
    older = await parts.editions.files(before.edition) if before else files
    (current,) = await parts.editions.history(1)
    return page(
        request,
        "edition.html",
        this=this,
        changes=differences(older, files),
        current=current,
        saved="ok" in request.query_params,
        error="",
    )


@allowed(Role.SUPERVISOR)
async def restore(request: Request) -> Response:
    """Go back to what was heard after one publication."""
    parts = parts_of(request)
    found = await parts.editions.publication(request.path_params["number"])
    if found is None:
        return message(request, 404, "Édition introuvable", "Elle n'existe pas.")
    comment = f"Retour à l'édition {found[0].id} : {found[0].comment}"[:500]
    before = await asyncio.to_thread(fingerprint, parts.settings.prompts)
    try:
        made = await parts.editions.restore(found[0].edition, who(request), comment)
    except Invalid as error:
        return message(request, 409, "Retour impossible", str(error))
    same = before == await asyncio.to_thread(fingerprint, parts.settings.prompts)
    current = parts.publisher.current.matcher
    matcher = current if same else await parts.workshop.matcher(parts.settings.prompts)
    await _announce(parts, made, who(request), "rollback", matcher)
    return RedirectResponse(f"/editions/{made.id}?ok=1", 303)


def told(meaning: Meaning, labels: Mapping[str, str] | None = None) -> str:
    """Return what the line would do, in French."""
    names = labels or {}
    match meaning.outcome:
        case Outcome.COMMAND:
            return f"Commande : {COMMANDS.get(Command(meaning.what[0]), '')}"
        case Outcome.REJECT:
            return f"Ne sait pas : {REJECTS.get(Reject(meaning.what[0]), '')}"
        case outcome:
            return f"{OUTCOMES[outcome]} : {', '.join(names.get(each, each) for each in meaning.what)}"


async def _review(request: Request, error: str = "", status: int = 200) -> Response:
    parts = parts_of(request)
    exists = parts.draft.exists
    before, after = await asyncio.to_thread(
        lambda: (read_files(parts.draft.base), read_files(parts.draft.folder)) if exists else ({}, {})
    )
    changes = differences(before, after)
    return page(request, "review.html", status, changes=changes, error=error)


async def matcher_of(parts: Parts, folder: Path) -> Matcher:
    """Return what *folder* teaches; at once when it teaches what is published."""
    published = parts.settings.prompts
    same = await asyncio.to_thread(lambda: fingerprint(folder) == fingerprint(published))
    return parts.publisher.current.matcher if same else await parts.workshop.matcher(folder)


async def _announce(parts: Parts, made: Publication, by: str, action: str, matcher: Matcher) -> None:
    parts.publisher.adopt(matcher)
    await parts.published()
    await note(parts.database, by, action, f"édition {made.id}", edition=made.edition, comment=made.comment)


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
    Route("/brouillon/publier", publish, methods=["POST"]),
    Route("/brouillon/abandonner", drop, methods=["POST"]),
    Route("/editions", history),
    Route("/editions/{number:int}", publication),
    Route("/editions/{number:int}/retour", restore, methods=["POST"]),
]
