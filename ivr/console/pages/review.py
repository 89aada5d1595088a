"""« Ce que cela change »: the draft and its effect.

Computes effects in the workshop; a page never waits for one.
"""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta

import sqlalchemy as sa
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from ivr.console.accounts import Role
from ivr.console.services import Parts, parts_of
from ivr.console.templating import allowed, page, who
from ivr.content.diff import differences
from ivr.content.publications import read_files
from ivr.dialogue.understanding import Command, Outcome, Reject
from ivr.knowledge.comparison import Meaning, fingerprint
from ivr.store.journal import note
from ivr.store.schema import turns

PAST = timedelta(days=90)
MOST_UTTERANCES = 2000
SHOWN = 200

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
    Command.LOUDER: "plus fort",
    Command.NEXT: "suite",
    Command.BACK: "retour",
    Command.YES: "oui",
    Command.NO: "non",
    Command.GOODBYE: "au revoir",
    Command.HELP: "aide",
    Command.MENU: "menu",
    Command.RESTART: "recommencer",
    Command.STOP: "stop",
}
REJECTS = {
    Reject.NO_MATCH: "pas compris",
    Reject.OUT_OF_SCOPE: "hors sujet",
    Reject.NEAR_MISS: "sujet voisin sans réponse",
    Reject.NOISE: "bruit",
    Reject.WAIT: "demande de patienter",
    Reject.PRESENCE: "demande si on l'entend",
    Reject.MACHINE: "demande si c'est une machine",
    Reject.LANGUAGE: "demande une autre langue",
    Reject.HOURS: "demande les horaires",
    Reject.STUCK: "n'y arrive pas",
    Reject.ANGER: "colère",
    Reject.ANOTHER: "annonce une autre question",
    Reject.NOT_MY_QUESTION: "dit que ce n'est pas sa question",
    Reject.HEARING: "entend mal",
    Reject.STEP: "demande une étape",
    Reject.STEPS: "demande combien d'étapes",
    Reject.SPELL: "demande d'épeler",
    Reject.SEND: "demande un envoi",
    Reject.UNSURE: "ne sait pas",
    Reject.DIFFERENCE: "demande la différence",
    Reject.WHY: "demande pourquoi",
    Reject.COST: "demande si c'est payant",
    Reject.LATER: "remet à plus tard",
    Reject.IDENTITY: "donne son nom ou sa référence",
    Reject.DELAY: "demande le délai",
}


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
async def drop(request: Request) -> Response:
    """Forget the draft."""
    parts = parts_of(request)
    await parts.draft.drop()
    await note(parts.database, who(request), "draft-dropped")
    return RedirectResponse("/questions", 303)


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


async def show_draft(
    request: Request, error: str = "", status: int = 200, given: Mapping[str, str] | None = None
) -> Response:
    """The page of the draft; *given* are the fields of a publication that was refused."""
    parts = parts_of(request)
    exists = parts.draft.exists
    before, after = await asyncio.to_thread(
        lambda: (read_files(parts.draft.base), read_files(parts.draft.folder)) if exists else ({}, {})
    )
    changes = differences(before, after)
    return page(request, "review.html", status, changes=changes, error=error, given=given or {})


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
