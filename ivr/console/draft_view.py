"""The draft as several pages show it: its changes, and one of its questions.

Changes nothing.
"""

import asyncio
from collections.abc import Mapping, Sequence

from starlette.requests import Request
from starlette.responses import Response

from ivr.console.services import Parts, parts_of
from ivr.console.templating import Missing, page
from ivr.content.diff import Change, differences
from ivr.content.draft import Draft, Loaded
from ivr.content.publications import read_files


async def show_draft(
    request: Request, error: str = "", status: int = 200, given: Mapping[str, str] | None = None
) -> Response:
    """The page of the draft; *given* are the fields of a publication that was refused."""
    parts = parts_of(request)
    changes = await asyncio.to_thread(_changes, parts.draft)
    return page(request, "review.html", status, changes=changes, error=error, given=given or {})


async def loaded_with(parts: Parts, intent: str) -> Loaded:
    """Return the draft as loaded, which has this question. Raises Missing."""
    loaded = await parts.draft.loaded()
    if intent not in loaded.content.faq.answers:
        raise Missing("Question introuvable", "Elle n'existe pas, ou plus.")
    return loaded


def _changes(draft: Draft) -> Sequence[Change]:
    return differences(read_files(draft.base), read_files(draft.folder)) if draft.exists else ()
