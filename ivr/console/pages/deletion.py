"""Deleting a question, once what depends on it has been named; taking one back from the history.

Edits the draft; what callers hear changes only when it is published.
"""

import asyncio

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from ivr.console.accounts import Role
from ivr.console.draft_view import loaded_with, show_draft
from ivr.console.services import Parts, parts_of
from ivr.console.submitted import field, submitted
from ivr.console.templating import Missing, allowed, message, page, who
from ivr.content.draft import Files, Invalid, paths_in
from ivr.content.removal import Removal, removal
from ivr.store.journal import Action, note

OWN = ("faq/{}.yaml", "phrasings/{}.yaml")


@allowed(Role.SUPERVISOR)
async def delete(request: Request) -> Response:
    """Ask, with everything that changes; then do it."""
    parts, intent = parts_of(request), request.path_params["intent"]
    loaded = await loaded_with(parts, intent)
    taken = await asyncio.to_thread(_removal, parts, intent)
    phrasings = loaded.phrasings.intents.get(intent, ())
    problems: tuple[str, ...] = ()
    if request.method == "POST":
        try:
            await parts.draft.change(lambda: _without(parts, intent))
        except Invalid as error:
            problems = tuple(problem.remedy for problem in error.problems)
        else:
            await note(parts.database, who(request), Action.DRAFT, intent, deleted=True)
            return RedirectResponse("/brouillon", 303)
    return page(
        request,
        "question-delete.html",
        422 if problems else 200,
        answer=loaded.content.faq[intent],
        phrasings=phrasings,
        consequences=taken.consequences,
        problems=problems,
    )


@allowed(Role.SUPERVISOR)
async def undo(request: Request) -> Response:
    """Take one changed file of the draft back to what is published; a question that came or went, whole."""
    parts = parts_of(request)
    path = field(await submitted(request), "path", 300)
    try:
        await parts.draft.change(lambda: _as_published(parts, path))
    except Missing:
        return await show_draft(request, "Ce changement n'est plus dans le brouillon.", 409)
    except Invalid as error:
        return await show_draft(request, str(error), 422)
    await note(parts.database, who(request), Action.DRAFT_UNDONE, path)
    return RedirectResponse("/brouillon", 303)


@allowed(Role.SUPERVISOR)
async def take_back(request: Request) -> Response:
    """Put one question into the draft as it was before a publication."""
    parts = parts_of(request)
    intent = field(await submitted(request), "intent", 100)
    found = await parts.editions.publication(request.path_params["number"])
    before = found[1] if found else None
    old = await parts.editions.files(before.edition) if before else {}
    own = {path: content for path, content in old.items() if _belongs(path, intent)}
    if not own:
        raise Missing("Question introuvable", "Cette édition n'en garde pas d'autre version.")
    try:
        await parts.draft.change(lambda: {**dict.fromkeys(_own_paths(parts, intent)), **own})
    except Invalid as error:
        return message(request, 422, "Impossible de la reprendre", str(error))
    await note(parts.database, who(request), Action.DRAFT, intent, taken_back=request.path_params["number"])
    return RedirectResponse(f"/questions/{intent}?ok=1", 303)


def _as_published(parts: Parts, path: str) -> Files:
    """Return a changed file as it was, and the other file of a question that came or went. Raises Missing."""
    if path not in parts.draft.changes:
        raise Missing("Changement introuvable", "Il n'est plus dans le brouillon.")
    base, folder = parts.draft.base, parts.draft.folder
    own = [each.format(path.rpartition("/")[2].partition(".")[0]) for each in OWN]
    came_or_went = any((base / each).is_file() != (folder / each).is_file() for each in own)
    paths = own if path in own and came_or_went else [path]
    return {each: found.read_bytes() if (found := base / each).is_file() else None for each in paths}


def _without(parts: Parts, intent: str) -> Files:
    return {**_removal(parts, intent).files, **dict.fromkeys(_recordings(parts, intent))}


def _removal(parts: Parts, intent: str) -> Removal:
    paths = [path for path in paths_in(parts.draft.folder) if path.endswith(".yaml")]
    return removal({path: parts.draft.text(path) for path in paths}, intent)


def _recordings(parts: Parts, intent: str) -> list[str]:
    return [path for path in _own_paths(parts, intent) if path.startswith("recordings/")]


def _own_paths(parts: Parts, intent: str) -> list[str]:
    return [path for path in paths_in(parts.draft.folder) if _belongs(path, intent)]


def _belongs(path: str, intent: str) -> bool:
    return path in [each.format(intent) for each in OWN] or path.startswith(f"recordings/{intent}.")


routes = [
    Route("/questions/{intent}/supprimer", delete, methods=["GET", "POST"]),
    Route("/brouillon/annuler", undo, methods=["POST"]),
    Route("/editions/{number:int}/reprendre", take_back, methods=["POST"]),
]
