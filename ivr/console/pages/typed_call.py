"""Essayer: a call typed in the browser, with what is published or with the draft.

Keeps nothing between two requests: the conversation so far is in the page, and is held again each time.
"""

import asyncio

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from ivr.console.accounts import Role
from ivr.console.entered_text import TooMany
from ivr.console.services import parts_of
from ivr.console.submitted import fields, submitted
from ivr.console.templating import allowed, page
from ivr.console.test_call.typed import SILENCE, TalkOf, hold, knowledge_of

MOST_TURNS, LONGEST = 40, 300


@allowed(Role.VIEWER)
async def try_out(request: Request) -> Response:
    """The page, and each thing said on it."""
    parts = parts_of(request)
    said: list[str] = []
    source = "published"
    if request.method == "POST":
        form = await submitted(request)
        said = [each for text in fields(form, "said", LONGEST) if (each := text.strip())]
        if len(said) > MOST_TURNS:
            raise TooMany("phrases", len(said), MOST_TURNS)
        source = "draft" if form.get("source") == "draft" and parts.draft.exists else "published"
    knowledge = await knowledge_of(parts, source)
    labels = {intent: knowledge.answer(intent).label for intent in knowledge.intents()}
    turns, ended = await asyncio.to_thread(hold, knowledge, TalkOf(parts, knowledge.content), said, labels)
    return page(
        request,
        "try.html",
        turns=turns,
        said=said,
        ended=ended or len(said) >= MOST_TURNS,
        source=source,
        has_draft=parts.draft.exists,
        silence=SILENCE,
    )


routes = [Route("/essayer", try_out, methods=["GET", "POST"])]
