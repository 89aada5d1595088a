"""Questions et réponses: the list, and a new one; the page of one question is ``question``.

Edits the draft; what callers hear changes only when it is published.
"""

import asyncio
import re
from collections.abc import Iterable

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from ivr.console.accounts import Role
from ivr.console.entered_text import LONGEST, normalised
from ivr.console.services import parts_of
from ivr.console.submitted import LONGEST_FIELD, field, submitted
from ivr.console.templating import allowed, page, who, who_may
from ivr.content import problems as remedies
from ivr.content.draft import Files, Invalid
from ivr.content.ordering import moved, positions
from ivr.content.text_changes import edit_position, new_answer, new_phrasings
from ivr.content.texts import check_texts, phrases_of, remarks_on, touched_intents
from ivr.french.phrases import fold
from ivr.knowledge.answer_schema import LAST
from ivr.knowledge.document import Problems, parse_table
from ivr.store.journal import Action, note

LIMITS = {"phrasings": LONGEST_FIELD}
"""Of fields that take more than others: there are never too many ways to ask."""


@allowed(Role.VIEWER)
async def index(request: Request) -> Response:
    """Every question, by category."""
    parts = parts_of(request)
    loaded = await parts.draft.loaded()
    changes = await parts.draft.touched()
    return page(
        request,
        "questions.html",
        categories=loaded.content.faq.categories,
        phrasings=loaded.phrasings.intents,
        touched=touched_intents(changes),
        changes=len(changes),
        arranging="ranger" in request.query_params and who_may(request, Role.SUPERVISOR),
    )


@allowed(Role.SUPERVISOR)
async def arrange(request: Request) -> Response:
    """A question among its neighbours, or a category among the others, one place earlier or later."""
    parts = parts_of(request)
    faq = (await parts.draft.loaded()).content.faq
    verb, _, name = field(await submitted(request), "do", 300).partition(" ")
    categories = {category: [each.intent for each in answers] for category, answers in faq.categories.items()}
    done: dict[str, str] = {}

    def arranged() -> Files:
        texts = {intent: parts.draft.text(f"faq/{intent}.yaml") for intent in faq.intents}
        places = positions(moved(categories, verb, name), {i: position_of(t) for i, t in texts.items()})
        done.update({f"faq/{each}.yaml": edit_position(texts[each], at) for each, at in places.items()})
        return done

    await parts.draft.change(arranged)
    if done:
        await note(parts.database, who(request), Action.DRAFT, name, moved=verb)
    return RedirectResponse("/questions?ranger=1", 303)


@allowed(Role.SUPERVISOR)
async def create(request: Request) -> Response:
    """A new question, with one line to say."""
    parts = parts_of(request)
    loaded = await parts.draft.loaded()
    names = ("category", "question", "label", "choice-word", "display", "spoken", "phrasings")
    categories = list(loaded.content.faq.categories)
    if request.method == "GET":
        values = dict.fromkeys(names, "") | {"phrasings": normalised(request.query_params.get("phrase", ""))}
        return page(request, "question-new.html", values=values, categories=categories, errors={})
    form = await submitted(request)
    values = {name: field(form, name, LIMITS.get(name, LONGEST)).strip() for name in names}
    intent = intent_of(values["question"], loaded.content.faq.intents)
    fields = {name: values[name] for name in ("category", "question", "label", "choice-word", "display")}
    faq, said = f"faq/{intent}.yaml", f"phrasings/{intent}.yaml"
    try:
        check_texts(faq, fields, {"r": values["spoken"]}, parts.settings.speech.words_per_minute)
        await parts.draft.change(
            lambda: {
                faq: new_answer(fields, values["spoken"]),
                said: new_phrasings(intent, phrases_of(values["phrasings"])),
            }
        )
    except Invalid as error:
        errors = {key: remedies.at(error.problems, faq, key) for key in fields}
        errors["spoken"] = remedies.at(error.problems, faq, "lines")
        errors["phrasings"] = remedies.at(error.problems, said, "phrasings")
        if not any(errors.values()):
            errors["question"] = [problem.remedy for problem in error.problems]
        return page(request, "question-new.html", 422, values=values, categories=categories, errors=errors)
    await note(parts.database, who(request), Action.DRAFT, intent, created=True)
    return RedirectResponse(f"/questions/{intent}?ok=1", 303)


@allowed(Role.VIEWER)
async def advise(request: Request) -> Response:
    """Remarks about one spoken text while it is written (htmx)."""
    parts = parts_of(request)
    loaded = await parts.draft.loaded()
    form = await submitted(request)
    text = field(form, next(iter(form), ""))
    pace = parts.settings.speech.words_per_minute
    remarks = await asyncio.to_thread(lambda: tuple(remarks_on(text, loaded, pace)))
    return page(request, "remarks.html", errors=(), remarks=remarks)


def intent_of(question: str, taken: Iterable[str]) -> str:
    """Return a free identifier for *question*: its first telling words."""
    words = [word for word in fold(question).replace("'", " ").split() if len(word) > 2][:4]
    name = "-".join(re.sub(r"[^a-z0-9]", "", word) for word in words) or "question"
    known = set(taken)
    return next(each for each in (name, *(f"{name}-{n}" for n in range(2, 1000))) if each not in known)


def position_of(text: str) -> int:
    """Return the place that an answer's file gives it among the others."""
    return parse_table(text, "", Problems()).whole("position", LAST)


routes = [
    Route("/questions", index),
    Route("/questions/nouvelle", create, methods=["GET", "POST"]),
    Route("/questions/ordre", arrange, methods=["POST"]),
    Route("/questions/conseils", advise, methods=["POST"]),
]
