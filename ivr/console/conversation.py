"""A call as a conversation: what the line and the caller said, in the order in which they said it.

Shows what is recorded, masked as it is recorded.
"""

import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from starlette.requests import Request

from ivr.console.services import parts_of
from ivr.store.live import LiveCall

MASKED = {
    "private": "peuvent contenir un mot de passe",
    "number": "numéro de téléphone",
    "refused": "l'appelant a refusé",
    "purged": "effacé après délai",
    "erased": "effacé à la demande",
}


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


def unfolding(request: Request, call: LiveCall | None) -> dict[str, Any]:
    """Return what a template needs to show one call in progress; None has ended."""
    return {"call": shown_call(call) if call else None, "labels": published_labels(request)}


def published_labels(request: Request) -> dict[str, str]:
    answers = parts_of(request).publisher.current.content.faq.answers
    return {intent: answer.label for intent, answer in answers.items()}


def shown_call(live_call: LiveCall) -> dict[str, Any]:
    return {
        "id": live_call.id,
        "seconds": max(0.0, time.time() - live_call.started_at),
        "intent": live_call.intent,
        "refused": live_call.refused,
        "said": list(conversation(live_call.turns)),
    }


def _sure(confidence: float | None) -> str:
    return "" if confidence is None else f"sûr à {confidence:.0%}".replace("%", "\u202f%")
