"""One question: everything that is said about it, in steps that can be added, moved and removed.

Edits the draft; a button that only rearranges the form keeps nothing.
"""

import asyncio
import hashlib
from typing import Any

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from ivr.console.accounts import Role
from ivr.console.draft_view import loaded_with
from ivr.console.entered_text import LONGEST
from ivr.console.forms.answer_form import AnswerForm, read_form, sent_form
from ivr.console.forms.answer_structure import restructured
from ivr.console.forms.answer_tree import edit_answer
from ivr.console.forms.answer_view import view
from ivr.console.forms.prompt_recording import voice
from ivr.console.preview import recording_of
from ivr.console.services import Parts, parts_of
from ivr.console.submitted import LONGEST_FIELD, field, fields, submitted
from ivr.console.templating import Missing, allowed, page, who, who_may
from ivr.content.draft import Files, Invalid, Loaded
from ivr.content.problems import Problem
from ivr.content.text_changes import edit_phrasings
from ivr.content.texts import check_texts, phrases_of, touched_intents
from ivr.errors import ConfigurationError
from ivr.store.journal import Action, note


class _Meanwhile(Exception):
    """Somebody else has changed the question since the form was sent out."""


@allowed(Role.VIEWER)
async def edit(request: Request) -> Response:
    """The question as the draft has it."""
    parts, intent = parts_of(request), request.path_params["intent"]
    loaded = await loaded_with(parts, intent)
    return await _show(request, loaded, intent, await asyncio.to_thread(form_of, parts, loaded, intent))


@allowed(Role.SUPERVISOR)
async def restructure(request: Request) -> Response:
    """The form as it was sent, with a step or a reply more, less or elsewhere; nothing is kept."""
    parts, intent = parts_of(request), request.path_params["intent"]
    loaded = await loaded_with(parts, intent)
    sent = await submitted(request)
    done = await asyncio.to_thread(lambda: restructured(_sent(sent), field(sent, "do", 200)))
    return await _show(request, loaded, intent, done.form, focus=done.focus, version=field(sent, "version"))


@allowed(Role.SUPERVISOR)
async def save(request: Request) -> Response:
    """Keep the form in the draft, or say at each field what is wrong."""
    parts, intent = parts_of(request), request.path_params["intent"]
    loaded = await loaded_with(parts, intent)
    sent = await submitted(request)
    form = await asyncio.to_thread(_sent, sent)

    def edited() -> Files:
        if field(sent, "version") != version_of(parts, intent):
            raise _Meanwhile
        return _edited(parts, intent, form)

    try:
        await parts.draft.change(edited)
    except _Meanwhile:
        text = "Quelqu'un a modifié cette question pendant que vous l'écriviez. Vos textes sont ci-dessous."
        return await _show(request, loaded, intent, form, (Problem("", "", text),), 409)
    except Invalid as error:
        return await _show(request, loaded, intent, form, error.problems, 422)
    await note(parts.database, who(request), Action.DRAFT, intent)
    return RedirectResponse(f"/questions/{intent}?ok=1", 303)


@allowed(Role.SUPERVISOR)
async def record(request: Request) -> Response:
    """Keep a person's recording of one line in the draft, or take it away again."""
    parts = parts_of(request)
    intent, name = request.path_params["intent"], request.path_params["line"]
    loaded = await parts.draft.loaded()
    prompt = f"{intent}.{name}"
    if prompt not in loaded.content.spoken():
        raise Missing("Étape introuvable", "Elle n'existe pas, ou plus.")
    try:
        await voice(request, parts, prompt)
    except ConfigurationError as error:
        problem = Problem(f"faq/{intent}.yaml", f"lines.{name}", str(error))
        form = await asyncio.to_thread(form_of, parts, loaded, intent)
        return await _show(request, loaded, intent, form, (problem,), 422)
    return RedirectResponse(f"/questions/{intent}?ok=1#etape-{name}", 303)


def form_of(parts: Parts, loaded: Loaded, intent: str) -> AnswerForm:
    """Return the form of a question as the draft has it."""
    return read_form(parts.draft.text(f"faq/{intent}.yaml"), loaded.phrasings.intents.get(intent, ()))


def version_of(parts: Parts, intent: str) -> str:
    """Return a digest of a question's files, so that two people do not undo each other's work."""
    texts = (parts.draft.text(f"{kind}/{intent}.yaml") for kind in ("faq", "phrasings"))
    return hashlib.sha256("\0".join(texts).encode()).hexdigest()[:16]


def _sent(form: FormData) -> AnswerForm:
    return sent_form(lambda name: fields(form, name, LONGEST_FIELD if name == "phrasings" else LONGEST))


def _edited(parts: Parts, intent: str, form: AnswerForm) -> Files:
    path, said = f"faq/{intent}.yaml", f"phrasings/{intent}.yaml"
    before = {step.name: step.text for step in read_form(parts.draft.text(path), ()).steps}
    lines = {step.name: step.text for step in form.steps}
    new = {name: text for name, text in lines.items() if text != before.get(name)}
    check_texts(path, form.texts, new, parts.settings.speech.words_per_minute)
    if not (wanted := phrases_of(form.phrasings)):
        raise Invalid((Problem(said, "phrasings", "Écrivez au moins une façon de poser la question."),))
    silent = (recording_of(parts.draft.folder, f"{intent}.{name}") for name in before.keys() - lines.keys())
    return {
        path: edit_answer(parts.draft.text(path), form),
        said: edit_phrasings(parts.draft.text(said), wanted),
        **{f"recordings/{old.name}": None for old in silent if old},
    }


async def _show(
    request: Request,
    loaded: Loaded,
    intent: str,
    form: AnswerForm,
    problems: tuple[Problem, ...] = (),
    status: int = 200,
    focus: str = "",
    version: str = "",
) -> Response:
    parts = parts_of(request)

    def shown() -> dict[str, Any]:
        return {
            "version": version or version_of(parts, intent),
            "touched": intent in touched_intents(parts.draft.changes),
            **view(parts, loaded, intent, form, problems),
        }

    return page(
        request,
        "question.html",
        status,
        intent=intent,
        saved="ok" in request.query_params and not problems,
        focus=focus,
        may=who_may(request, Role.SUPERVISOR),
        **await asyncio.to_thread(shown),
    )


routes = [
    Route("/questions/{intent}", edit, methods=["GET"]),
    Route("/questions/{intent}", save, methods=["POST"]),
    Route("/questions/{intent}/etapes", restructure, methods=["POST"]),
    Route("/questions/{intent}/enregistrement/{line}", record, methods=["POST"]),
]
