"""En direct, and the calls of the past: what is said, by whom, as it unfolds.

Shows what is recorded, masked as it is recorded; the one thing it does to a call is to give it to an agent.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response, StreamingResponse
from starlette.routing import Route

from ivr.console.accounts import Role
from ivr.console.pages.incidents import open_incidents
from ivr.console.pages.statistics import OUTCOME_NAMES, REASON_NAMES
from ivr.console.services import Parts, parts_of
from ivr.console.templating import Missing, allowed, message, page, who
from ivr.store.journal import note
from ivr.store.live import LiveCall
from ivr.store.queries import CallFilter, Page, find_calls, read_call

SIZE = 50
QUIET_SECONDS = 15.0
"""Without news, the picture is sent again: durations move, and a dead browser is noticed."""
TOGETHER_SECONDS = 0.3
"""News of so long make one picture."""
MASKED = {
    "private": "peuvent contenir un mot de passe",
    "number": "numéro de téléphone",
    "refused": "l'appelant a refusé",
    "purged": "effacé après délai",
    "erased": "effacé à la demande",
}


AGENT_STATES = {
    "free": ("libre", "good"),
    "ringing": ("sonne", "tint"),
    "busy": ("en ligne", "tint"),
    "paused": ("en pause", "warn"),
    "away": ("absent", ""),
}
"""What the page says of each, and its colour."""


@dataclass(frozen=True, slots=True)
class Said:
    """One thing said on a call."""

    by: str
    """``line``, ``caller`` or ``event``."""
    text: str
    meta: str = ""
    sound: str = ""
    """Where the caller's voice is, if it was kept."""


def conversation(turns: Sequence[Mapping[str, Any]]) -> Iterator[Said]:
    """Tell recorded *turns* (rows of the store) as a conversation."""
    for turn in turns:
        if text := " ".join(each["text"] for each in turn["prompts"] or () if each.get("text")):
            yield Said("line", text, "interrompue par l'appelant" if turn["barge_in"] else "")
        elif turn["prompts"]:
            yield Said("event", "La ligne dit des données personnelles : non gardées.")
        if turn["masked"]:
            yield Said("event", f"Paroles non gardées : {MASKED.get(turn['masked'], '')}")
        elif turn["text"]:
            sound = turn.get("sound")  # not known while the turn goes on
            kept = f"/appels/{turn['call']}/{turn['number']}/voix" if sound else ""
            yield Said("caller", turn["text"], _sure(turn["confidence"]), kept)
        elif turn["pressed"]:
            yield Said("caller", f"touche {turn['pressed']}")
        elif turn["silence"]:
            yield Said("event", "L'appelant ne dit rien.")
        if turn["reject"]:
            yield Said("event", "Pas compris")


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
        incidents=[each for each in open_incidents(parts) if each.is_heard(parts.now())],
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
    await note(parts.database, who(request), "hand-off", call)
    return RedirectResponse("/", 303)


@allowed(Role.VIEWER)
async def calls(request: Request) -> Response:
    """Past calls, newest first."""
    parts, asked = parts_of(request), request.query_params
    number = int(asked["page"]) if asked.get("page", "").isdecimal() else 1
    wanted = CallFilter(
        outcome=asked.get("issue", ""),
        intent=asked.get("question", ""),
        text=asked.get("texte", "")[:80].strip(),
    )
    found = await find_calls(parts.database, wanted, Page((max(number, 1) - 1) * SIZE, SIZE))
    return page(
        request,
        "calls.html",
        found=found,
        wanted=wanted,
        number=number,
        pages=-(-found.total // SIZE),
        outcomes=OUTCOME_NAMES,
        reasons=REASON_NAMES,
        labels=await _labels(request),
    )


@allowed(Role.VIEWER)
async def call(request: Request) -> Response:
    """One call, with everything that is kept of it."""
    parts = parts_of(request)
    found = await read_call(parts.database, request.path_params["call"])
    if found is None:
        raise Missing("Appel introuvable", "Il n'existe pas, ou il a été effacé.")
    rows = [{name: getattr(turn, name) for name in turn.__slots__} for turn in found.turns]
    return page(
        request,
        "call.html",
        call=found.call,
        said=list(conversation(rows)),
        stamps=found.stamps,
        outcomes=OUTCOME_NAMES,
        reasons=REASON_NAMES,
        labels=await _labels(request),
    )


def unfolding(request: Request, call: LiveCall | None) -> dict[str, Any]:
    """Return what a template needs to show one call in progress; None has ended."""
    return {"call": _shown(call) if call else None, "labels": _published_labels(request)}


def _streamed(request: Request, picture: Callable[[], Response]) -> Response:
    return StreamingResponse(_pictures(parts_of(request), picture), media_type="text/event-stream")


async def _pictures(parts: Parts, picture: Callable[[], Response]) -> AsyncIterator[str]:
    with parts.live.watching() as news:
        while True:
            lines = bytes(picture().body).decode().splitlines()
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
        "calls": [_shown(each) for each in parts.live.calls()],
        "queues": parts.desk.queues(),
        "agents": [(each.name, *AGENT_STATES[each.state]) for each in parts.desk.agents()],
        "audible": parts.settings.console.overhear,
        "labels": _published_labels(request),
    }


def _published_labels(request: Request) -> dict[str, str]:
    answers = parts_of(request).publisher.current.content.faq.answers
    return {intent: answer.label for intent, answer in answers.items()}


def _shown(live_call: LiveCall) -> dict[str, Any]:
    return {
        "id": live_call.id,
        "seconds": max(0.0, time.time() - live_call.started_at),
        "intent": live_call.intent,
        "refused": live_call.refused,
        "said": list(conversation(live_call.turns)),
    }


async def _labels(request: Request) -> dict[str, str]:
    published = await parts_of(request).draft.published()
    return {intent: answer.label for intent, answer in published.content.faq.answers.items()}


def _sure(confidence: float | None) -> str:
    return "" if confidence is None else f"sûr à {confidence:.0%}".replace("%", "\u202f%")


routes = [
    Route("/", live),
    Route("/direct", stream),
    Route("/direct/{call}", stream_one),
    Route("/appels", calls),
    Route("/appels/{call}", call),
    Route("/appels/{call}/conseiller", hand_off, methods=["POST"]),
]
