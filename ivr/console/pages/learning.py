"""À apprendre: utterances that were not understood, and a form that adds one to a question's phrasings.

Changes the draft, never what callers hear: the effect is shown before it is published.
"""

from datetime import UTC, datetime, timedelta

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from ivr.console.accounts import Role
from ivr.console.services import Parts, parts_of
from ivr.console.submitted import field, submitted
from ivr.console.templating import allowed, message, number_of, page, who
from ivr.content.draft import Invalid
from ivr.content.text_changes import edit_phrasings
from ivr.content.texts import phrases_of
from ivr.content.tree import table_of
from ivr.knowledge.matching import Phrasings
from ivr.store.inbox import decide, reopen, unmatched
from ivr.store.journal import Action, note
from ivr.store.outcomes import Decision, Lesson
from ivr.store.queries import Page, Period

SIZE = 25
PERIODS = {"1": "24 heures", "7": "7 jours", "30": "30 jours", "90": "90 jours"}
LESSONS = {
    Lesson.NO_MATCH: "Pas compris",
    Lesson.OUT_OF_SCOPE: "Hors sujet",
    Lesson.NEAR_MISS: "Sujet voisin",
    Lesson.DENIED: "Confirmation refusée",
    Lesson.ABANDONED: "A raccroché",
    Lesson.TRANSFERRED: "Passé à un conseiller",
}
DECISIONS = {
    Decision.LEARNED: "Apprise",
    Decision.OUT_OF_SCOPE: "Hors sujet",
    Decision.DISMISSED: "Écartée",
}
OUT_OF_SCOPE = "phrasings/out-of-scope.yaml"
NEAREST = 3


@allowed(Role.VIEWER)
async def inbox(request: Request) -> Response:
    """What waits for a decision, most frequent first."""
    parts, asked = parts_of(request), request.query_params
    days = asked.get("jours", "30") if asked.get("jours", "30") in PERIODS else "30"
    lesson = asked.get("motif", "") if asked.get("motif", "") in set(Lesson) else ""
    number = number_of(request)
    now = datetime.now(UTC)
    found = await unmatched(
        parts.database,
        Period(now - timedelta(days=int(days)), now),
        lesson=lesson,
        decided="faites" in asked,
        page=Page((number - 1) * SIZE, SIZE),
    )
    loaded = await parts.draft.loaded()
    return page(
        request,
        "learning.html",
        found=found,
        number=number,
        pages=-(-found.total // SIZE),
        days=days,
        periods=PERIODS,
        lesson=lesson,
        lessons=LESSONS,
        decided="faites" in asked,
        decisions=DECISIONS,
        answers=loaded.content.faq.answers,
        nearest=NEAREST,
        done=asked.get("ok", ""),
        changes=len(await parts.draft.touched()),
    )


@allowed(Role.SUPERVISOR)
async def teach(request: Request) -> Response:
    """What was decided about one utterance."""
    parts = parts_of(request)
    form = await submitted(request)
    key, text, action = (field(form, name, 300).strip() for name in ("key", "text", "action"))
    intent = field(form, "intent", 100)
    try:
        match action:
            case "learn":
                await _add(parts, f"phrasings/{intent}.yaml", "phrasings", text, intent)
                await decide(parts.database, key, Decision.LEARNED, who(request), intent)
            case "out-of-scope":
                await _add(parts, OUT_OF_SCOPE, "out-of-scope", text)
                await decide(parts.database, key, Decision.OUT_OF_SCOPE, who(request))
            case "dismiss":
                await decide(parts.database, key, Decision.DISMISSED, who(request))
            case "reopen":
                await reopen(parts.database, key)
            case _:
                return message(request, 400, "Demande incomplète", "Choisissez ce qu'il faut faire.")
    except Invalid as error:
        return message(request, 422, "Impossible de l'apprendre", str(error))
    await note(parts.database, who(request), Action.LEARN, action, intent=intent)
    return RedirectResponse(f"/apprendre?ok={action}", 303)


async def _add(parts: Parts, path: str, key: str, text: str, intent: str = "") -> None:
    """One phrasing more in a file of the draft; what is there already is not written twice."""
    loaded = await parts.draft.loaded()
    present = _present(loaded.phrasings, key, intent)
    if present is None or not text:
        raise Invalid(())
    await parts.draft.change(lambda: {path: _with_phrase(parts.draft.text(path), key, text)})


def _with_phrase(file: str, key: str, text: str) -> str:
    present = table_of(file).get(key)
    lines = [str(each) for each in present] if isinstance(present, list) else []
    return edit_phrasings(file, phrases_of("\n".join((*lines, text))), key)


def _present(phrasings: Phrasings, key: str, intent: str) -> tuple[str, ...] | None:
    if intent:
        return phrasings.intents.get(intent)
    return next((lines for reject, lines in phrasings.rejects.items() if reject == key), None)


routes = [
    Route("/apprendre", inbox, methods=["GET"]),
    Route("/apprendre", teach, methods=["POST"]),
]
