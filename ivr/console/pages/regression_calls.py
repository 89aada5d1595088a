"""Essayer, appels de contrôle: which regression calls there are, how they went, and a button to play them.

Shows and starts; `regression.py` plays them.
"""

import asyncio
from collections.abc import AsyncIterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response, StreamingResponse
from starlette.routing import Route

from ivr.console.accounts import Role
from ivr.console.failures import worded
from ivr.console.french_names import COMMANDS, OUTCOMES
from ivr.console.services import Parts, parts_of
from ivr.console.submitted import field, submitted
from ivr.console.templating import Missing, allowed, message, page, who
from ivr.console.test_call.regression import SOURCES, ControlCall, Result, digest_of
from ivr.dialogue.understanding import Command, Outcome
from ivr.store.journal import Action, note

QUIET_SECONDS = 15.0
"""Without news, the picture is sent again: a dead browser is noticed."""
NOTHING = ("none", "nothing", "")
EXPECTATIONS = {
    "text": "Paroles reconnues",
    "intent": "Question comprise",
    "outcome": "Décision",
    "command": "Commande",
    "prompt": "Phrase de la ligne",
    "latency": "Délai de réponse",
    "end": "Fin de l'appel",
    "queue": "File",
    "reason": "Motif du transfert",
}
EVENTS = {
    "interruption": "La ligne ne s'est pas laissé couper la parole.",
    "agent": "Aucun conseiller n'a été entendu.",
}
BROKEN_OFF = "L'appel n'a pas pu se tenir comme prévu."
ENDS = {
    "transfer": "un conseiller",
    "message": "la messagerie",
    "hang-up": "la ligne raccroche",
    "caller": "l'appelant raccroche",
}


@allowed(Role.VIEWER)
async def controls(request: Request) -> Response:
    """The calls and their last results."""
    shown = await _now(request)
    return page(request, "controls.html", has_draft=parts_of(request).draft.exists, **shown)


@allowed(Role.VIEWER)
async def stream(request: Request) -> Response:
    """The same, again and again while calls are played (server-sent events)."""
    return StreamingResponse(_pictures(request), media_type="text/event-stream")


@allowed(Role.SUPERVISOR)
async def play(request: Request) -> Response:
    """Play one call, or all."""
    parts, form = parts_of(request), await submitted(request)
    source, wanted = _source(parts, field(form, "source", 20)), field(form, "call", 400)
    calls = [call for call in await asyncio.to_thread(parts.regression.calls) if wanted in ("", call.key)]
    if not calls:
        raise Missing("Appel de contrôle introuvable", "Il n'existe pas, ou plus.")
    if not parts.regression.start(source, _folder(parts, source), calls):
        text = "D'autres appels de contrôle sont en cours. Attendez leur fin, ou arrêtez-les."
        return message(request, 409, "Déjà en cours", text)
    await note(parts.database, who(request), Action.REGRESSION, source)
    return RedirectResponse(f"/essayer/controles?source={source}", 303)


@allowed(Role.SUPERVISOR)
async def stop(request: Request) -> Response:
    """Give up what is being played."""
    parts = parts_of(request)
    source = parts.regression.run.source if parts.regression.run else "published"
    await parts.regression.stop()
    return RedirectResponse(f"/essayer/controles?source={source}", 303)


def told_mismatch(mismatch: Mapping[str, str], labels: Mapping[str, str]) -> str:
    """Return in French what an expectation was and what came instead."""
    what = mismatch.get("what", "")
    if what not in EXPECTATIONS:
        return EVENTS.get(what) or f"{BROKEN_OFF} {worded(mismatch.get('found', ''))}"
    expected, found = (_named(what, mismatch.get(key, ""), labels) for key in ("expected", "found"))
    return f"{EXPECTATIONS[what]} : attendu {expected}, obtenu {found}."


def _named(what: str, value: str, labels: Mapping[str, str]) -> str:
    if value in NOTHING:
        return "rien"
    match what:
        case "intent":
            return ", ".join(f"« {labels.get(each, each)} »" for each in value.split(", "))
        case "outcome":
            return f"« {OUTCOMES[Outcome(value)]} »" if value in set(Outcome) else f"« {value} »"
        case "command":
            return f"« {COMMANDS[Command(value)]} »" if value in set(Command) else f"« {value} »"
        case "end":
            return ENDS.get(value, value)
        case "latency":
            return value.replace(".", ",")
    return f"« {value} »"


async def _pictures(request: Request) -> AsyncIterator[str]:
    parts = parts_of(request)
    while True:
        lines = (await page(request, "control-calls.html", **await _now(request)).text()).splitlines()
        yield "".join(f"data: {line}\n" for line in lines) + "\n"
        await parts.regression.news(QUIET_SECONDS)


async def _now(request: Request) -> dict[str, Any]:
    parts = parts_of(request)
    regression, source = parts.regression, _source(parts, request.query_params.get("source", ""))
    folder = _folder(parts, source)
    calls, results, edition = await asyncio.to_thread(
        lambda: (regression.calls(), regression.results(source), digest_of(folder))
    )
    run = regression.run if regression.running else None
    here = run is not None and run.source == source
    loaded = await (parts.draft.loaded() if source == "draft" else parts.draft.published())
    labels = {intent: answer.label for intent, answer in loaded.content.faq.answers.items()}
    waiting = set(run.calls) - run.done if run and here else set()
    shown = [_shown(call, results.get(call.key), edition, labels, call in waiting) for call in calls]
    last = regression.run
    return {
        "source": source,
        "calls": shown,
        "run": run,
        "here": here,
        "problem": last.problem if last and not run and last.source == source else "",
        "passed": sum(each["state"] == "passed" for each in shown),
        "failed": sum(each["state"] == "failed" for each in shown),
    }


def _shown(
    call: ControlCall, result: Result | None, edition: str, labels: Mapping[str, str], waiting: bool
) -> dict[str, Any]:
    state = "waiting" if waiting else "never" if result is None else "passed" if result.passed else "failed"
    return {
        "key": call.key,
        "name": call.name,
        "script": call.script,
        "state": state,
        "stale": result is not None and result.edition != edition,
        "at": datetime.fromisoformat(result.at) if result else None,
        "seconds": result.seconds if result else None,
        "why": [told_mismatch(each, labels) for each in result.mismatches] if result else [],
        "heard": result.heard if result else (),
    }


def _source(parts: Parts, asked: str) -> str:
    return asked if asked in SOURCES and (asked == "published" or parts.draft.exists) else "published"


def _folder(parts: Parts, source: str) -> Path:
    return parts.draft.folder if source == "draft" else parts.settings.prompts


routes = [
    Route("/essayer/controles", controls, methods=["GET"]),
    Route("/essayer/controles", play, methods=["POST"]),
    Route("/essayer/controles/direct", stream),
    Route("/essayer/controles/arret", stop, methods=["POST"]),
]
