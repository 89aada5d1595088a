"""En direct, and the calls of the past: what is said, by whom, as it unfolds.

Shows what is recorded, masked as it is recorded; the one thing it does to a call is to give it to an agent.
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from typing import Any

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response, StreamingResponse
from starlette.routing import Route

from ivr.console.accounts import Role
from ivr.console.conversation import conversation, published_labels, shown_call, unfolding
from ivr.console.forms.call_search import DURATIONS, WITHOUT_AGENT, CallSearch, read_search, shortcuts
from ivr.console.french_names import MESSAGE_NAMES, OUTCOME_NAMES, REASON_NAMES
from ivr.console.services import Parts, parts_of
from ivr.console.submitted import field, submitted
from ivr.console.templating import Missing, Rendered, allowed, message, number_of, page, who
from ivr.errors import ConfigurationError
from ivr.french.number_plan import from_abroad
from ivr.store.journal import Action, note
from ivr.store.queries import CallFilter, FoundCalls, Page, beside, find_calls, first_said, read_call

SIZE = 50
QUIET_SECONDS = 15.0
"""Without news, the picture is sent again: durations move, and a dead browser is noticed."""
TOGETHER_SECONDS = 0.3
"""News of so long make one picture."""
AGENT_STATES = {
    "free": ("libre", "good"),
    "ringing": ("sonne", "tint"),
    "busy": ("en ligne", "tint"),
    "paused": ("en pause", "warn"),
    "away": ("absent", ""),
}
"""What the page says of each, and its colour."""


@allowed(Role.VIEWER)
async def live(request: Request) -> Response:
    """Calls in progress, and the queues."""
    parts = parts_of(request)
    recent = await find_calls(parts.database, CallFilter(live=False), Page(size=8))
    return page(
        request,
        "live.html",
        recent=recent.rows,
        outcomes=OUTCOME_NAMES,
        incidents=[each for each in parts.publisher.current.content.incidents if each.is_heard(parts.now())],
        **_now(request),
    )


@allowed(Role.VIEWER)
async def stream(request: Request) -> Response:
    """The same, again and again while it changes (server-sent events)."""
    return _streamed(request, lambda: page(request, "live-calls.html", **_now(request)))


@allowed(Role.VIEWER)
async def stream_one(request: Request) -> Response:
    """One call in progress, alike; its last picture says that it has ended."""
    parts, wanted = parts_of(request), request.path_params["call"]
    return _streamed(
        request, lambda: page(request, "live-call.html", **unfolding(request, parts.live.call(wanted)))
    )


@allowed(Role.SUPERVISOR)
async def hand_off(request: Request) -> Response:
    """Give a call in progress to an agent."""
    parts, call = parts_of(request), request.path_params["call"]
    if not parts.desk.hand_off(call):
        return message(request, 409, "Appel terminé", "Cet appel n'est plus en cours.")
    await note(parts.database, who(request), Action.HAND_OFF, call)
    return RedirectResponse("/", 303)


@allowed(Role.VIEWER)
async def calls(request: Request) -> Response:
    """Past calls, newest first: those that the address asks for."""
    parts, number = parts_of(request), number_of(request)
    search, zone = read_search(request.query_params), parts.zone
    found, problem = FoundCalls((), 0), ""
    try:
        wanted = search.wanted(zone)
        found = await find_calls(parts.database, wanted, Page((number - 1) * SIZE, SIZE))
    except ConfigurationError as error:
        problem = str(error)
    return page(
        request,
        "calls.html",
        422 if problem else 200,
        found=found,
        said=await first_said(parts.database, [each.id for each in found.rows], search.texte),
        search=search,
        problem=problem,
        shortcuts=shortcuts(parts.now().astimezone(zone).date()),
        durations=DURATIONS,
        queues=sorted(parts.desk.queues()),
        number=number,
        pages=-(-found.total // SIZE),
        outcomes=OUTCOME_NAMES,
        outcomes_asked={**OUTCOME_NAMES, WITHOUT_AGENT: "Sans conseiller"},
        reasons=REASON_NAMES,
        labels=await _labels(request),
    )


@allowed(Role.VIEWER)
async def of_number(request: Request) -> Response:
    """Go to the calls of one number. It is in no address, and in no log."""
    digits = "".join(sign for sign in field(await submitted(request), "numero", 40) if sign not in " .-/()")
    number = from_abroad(digits.removeprefix("+").removeprefix("00")) or digits
    if not number.removeprefix("+").isdigit():
        raise Missing("Numéro illisible", "Donnez ses chiffres, par exemple 06 12 34 56 78.")
    search = CallSearch(appelant=parts_of(request).pseudonyms.of(number) or "")
    return RedirectResponse(f"/appels?{search.query}", 303)


@allowed(Role.VIEWER)
async def call(request: Request) -> Response:
    """One call, with everything that is kept of it, and the way to the next of those looked for."""
    parts = parts_of(request)
    found = await read_call(parts.database, request.path_params["call"])
    if found is None:
        raise Missing("Appel introuvable", "Il n'existe pas, ou il a été effacé.")
    search = read_search(request.query_params)
    try:
        wanted = search.wanted(parts.zone)
    except ConfigurationError:
        search, wanted = CallSearch(), CallFilter()
    newer, older = await beside(parts.database, wanted, found.call)
    rows = [{name: getattr(turn, name) for name in turn.__slots__} for turn in found.turns]
    return page(
        request,
        "call.html",
        call=found.call,
        said=list(conversation(rows)),
        stamps=found.stamps,
        search=search,
        newer=newer,
        older=older,
        outcomes=OUTCOME_NAMES,
        messages=MESSAGE_NAMES,
        reasons=REASON_NAMES,
        labels=await _labels(request),
    )


def _streamed(request: Request, picture: Callable[[], Rendered]) -> Response:
    return StreamingResponse(_pictures(parts_of(request), picture), media_type="text/event-stream")


async def _pictures(parts: Parts, picture: Callable[[], Rendered]) -> AsyncIterator[str]:
    with parts.live.watching() as news:
        while True:
            lines = (await picture().text()).splitlines()
            yield "".join(f"data: {line}\n" for line in lines) + "\n"
            try:
                async with asyncio.timeout(QUIET_SECONDS):
                    await news()
            except TimeoutError:
                continue
            await asyncio.sleep(TOGETHER_SECONDS)


def _now(request: Request) -> dict[str, Any]:
    parts = parts_of(request)
    return {
        "calls": [shown_call(each) for each in parts.live.calls()],
        "queues": parts.desk.queues(),
        "agents": [(each.name, *AGENT_STATES[each.state]) for each in parts.desk.agents()],
        "audible": parts.settings.console.overhear,
        "labels": published_labels(request),
    }


async def _labels(request: Request) -> dict[str, str]:
    published = await parts_of(request).draft.published()
    return {intent: answer.label for intent, answer in published.content.faq.answers.items()}


routes = [
    Route("/", live),
    Route("/direct", stream),
    Route("/direct/{call}", stream_one),
    Route("/appels", calls),
    Route("/appels/numero", of_number, methods=["POST"]),
    Route("/appels/{call}", call),
    Route("/appels/{call}/conseiller", hand_off, methods=["POST"]),
]
