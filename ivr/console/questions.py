"""Questions et réponses: the list, one question with everything that is said about it, a new one.

Edits the draft; what callers hear changes only when it is published.
"""

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from ivr.console import remedies
from ivr.console.accounts import Role
from ivr.console.differences import line_title
from ivr.console.draft import Invalid, Loaded
from ivr.console.editing import add_step, edit_answer, edit_phrasings, new_answer, new_phrasings
from ivr.console.journal import note
from ivr.console.linting import lint
from ivr.console.listening import recording_of, uploaded
from ivr.console.pages import allowed, field, message, page, who
from ivr.console.parts import Parts, parts_of
from ivr.console.remedies import Problem
from ivr.dialogue.answers import Answer, Tail
from ivr.errors import ConfigurationError
from ivr.french.phrases import fold
from ivr.knowledge.faq import QUEUES, TRANSFERS

TAILS = {
    Tail.NEXT: "puis l'étape suivante, quand l'appelant dit « suite »",
    Tail.HANDS: "l'appelant manipule son poste, puis l'étape suivante",
    Tail.END: "fin de la réponse",
    Tail.TRANSFER: "puis un conseiller est proposé",
    Tail.LINK: "puis l'envoi du document est proposé",
    Tail.QUESTION: "l'appelant répond à cette question",
    Tail.CHAIN: "puis, aussitôt, l'étape suivante",
}
TRANSFER_RULES = {
    "never": "Ne pas proposer de conseiller",
    "courtesy": "Le proposer par courtoisie",
    "end": "Le proposer à la fin",
    "branch": "Le proposer selon la réponse de l'appelant",
    "always": "Passer toujours à un conseiller",
}
QUEUE_NAMES = {"support": "Assistance", "technical": "Service technique"}
FIELDS = ("question", "label", "choice-word", "display", "transfer", "queue")


@dataclass(frozen=True, slots=True)
class SpokenLine:
    """One line as the form shows it."""

    name: str
    text: str
    tail: str
    title: str
    errors: tuple[str, ...]
    remarks: tuple[str, ...]
    recorded: bool
    seconds: float


@allowed(Role.VIEWER)
async def index(request: Request) -> Response:
    """Every question, by category."""
    parts = parts_of(request)
    loaded = await parts.draft.loaded()
    touched = touched_intents(parts.draft.changes)
    return page(
        request,
        "questions.html",
        categories=loaded.content.faq.categories,
        phrasings=loaded.phrasings.intents,
        touched=touched,
        changes=len(parts.draft.changes),
        transfers=TRANSFER_RULES,
    )


@allowed(Role.VIEWER)
async def edit(request: Request) -> Response:
    """One question."""
    loaded = await parts_of(request).draft.loaded()
    answer = loaded.content.faq.answers.get(request.path_params["intent"])
    if answer is None:
        return message(request, 404, "Question introuvable", "Elle n'existe pas, ou plus.")
    return _form(request, loaded, answer, _values(loaded, answer))


@allowed(Role.SUPERVISOR)
async def save(request: Request) -> Response:
    """Keep the form in the draft, or say at each field what is wrong."""
    parts = parts_of(request)
    loaded = await parts.draft.loaded()
    intent = request.path_params["intent"]
    answer = loaded.content.faq.answers.get(intent)
    if answer is None:
        return message(request, 404, "Question introuvable", "Elle n'existe pas, ou plus.")
    form = await request.form()
    values = _sent(form, answer)
    if field(form, "version") != version_of(parts, intent):
        text = "Quelqu'un a modifié cette question pendant que vous l'écriviez. Vos textes sont ci-dessous."
        return _form(request, loaded, answer, values, (Problem("", "", text),), 409)
    try:
        files = _edited(parts, intent, form, values)
        await parts.draft.save(files)
    except Invalid as error:
        return _form(request, loaded, answer, values, error.problems, 422)
    await note(parts.database, who(request), "draft", intent)
    return RedirectResponse(f"/questions/{intent}?ok=1", 303)


@allowed(Role.SUPERVISOR)
async def create(request: Request) -> Response:
    """A new question, with one line to say."""
    parts = parts_of(request)
    loaded = await parts.draft.loaded()
    names = ("category", "question", "label", "choice-word", "display", "spoken", "phrasings")
    categories = list(loaded.content.faq.categories)
    if request.method == "GET":
        values = dict.fromkeys(names, "") | {"phrasings": request.query_params.get("phrase", "")[:300]}
        return page(request, "question-new.html", values=values, categories=categories, errors={})
    form = await request.form()
    values = {name: field(form, name).strip() for name in names}
    intent = intent_of(values["question"], loaded.content.faq.intents)
    fields = {name: values[name] for name in ("category", "question", "label", "choice-word", "display")}
    faq, said = f"faq/{intent}.yaml", f"phrasings/{intent}.yaml"
    try:
        _check_filled(faq, fields, {"r": values["spoken"]})
        await parts.draft.save(
            {
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
    await note(parts.database, who(request), "draft", intent, created=True)
    return RedirectResponse(f"/questions/{intent}?ok=1", 303)


@allowed(Role.VIEWER)
async def advise(request: Request) -> Response:
    """Remarks about one spoken text while it is written (htmx)."""
    parts = parts_of(request)
    loaded = await parts.draft.loaded()
    form = await request.form()
    text = next((value for key, value in form.items() if isinstance(value, str)), "")[:2000]
    remarks = tuple(remarks_on(text, loaded, parts.settings.speech.words_per_minute))
    return page(request, "remarks.html", errors=(), remarks=remarks)


@allowed(Role.SUPERVISOR)
async def record(request: Request) -> Response:
    """Keep a person's recording of one line in the draft, or take it away again."""
    parts = parts_of(request)
    intent, name = request.path_params["intent"], request.path_params["line"]
    loaded = await parts.draft.loaded()
    prompt = f"{intent}.{name}"
    if prompt not in loaded.content.spoken():
        return message(request, 404, "Étape introuvable", "Elle n'existe pas, ou plus.")
    old = recording_of(parts.draft.folder, prompt)
    files: dict[str, bytes | None] = {f"recordings/{old.name}": None} if old else {}
    try:
        files |= await _uploaded(request, prompt)
        await parts.draft.save(files)
    except ConfigurationError as error:
        answer = loaded.content.faq[intent]
        problem = Problem(f"faq/{intent}.yaml", f"lines.{name}", str(error))
        return _form(request, loaded, answer, _values(loaded, answer), (problem,), 422)
    await note(parts.database, who(request), "recording", prompt)
    return RedirectResponse(f"/questions/{intent}?ok=1#etape-{name}", 303)


def touched_intents(changes: Iterable[str]) -> frozenset[str]:
    """Return the questions that *changes* (paths in ``prompts/``) belong to."""
    found = (re.match(r"(?:faq|phrasings)/([\w-]+)\.yaml|recordings/([\w-]+)\.", path) for path in changes)
    return frozenset(match[1] or match[2] for match in found if match)


def intent_of(question: str, taken: Iterable[str]) -> str:
    """Return a free identifier for *question*: its first telling words."""
    words = [word for word in fold(question).replace("'", " ").split() if len(word) > 2][:4]
    name = "-".join(re.sub(r"[^a-z0-9]", "", word) for word in words) or "question"
    known = set(taken)
    return next(each for each in (name, *(f"{name}-{n}" for n in range(2, 1000))) if each not in known)


def phrases_of(text: str) -> list[str]:
    """Return the phrasings of a text field: one per line, each once."""
    return list(dict.fromkeys(line.strip() for line in text.splitlines() if line.strip()))


def version_of(parts: Parts, intent: str) -> str:
    """Return a digest of a question's files, so that two people do not undo each other's work."""
    texts = (parts.draft.text(f"{kind}/{intent}.yaml") for kind in ("faq", "phrasings"))
    return hashlib.sha256("\0".join(texts).encode()).hexdigest()[:16]


def remarks_on(text: str, loaded: Loaded, words_per_minute: int) -> Iterator[str]:
    """Yield what will sound wrong in *text*."""
    return lint(text, loaded.lexicon, loaded.accents, words_per_minute)


async def _uploaded(request: Request, prompt: str) -> dict[str, bytes]:
    """The recording that came with a form; nothing when the form takes one away."""
    if taken := await uploaded(request):
        content, suffix = taken
        return {f"recordings/{prompt}{suffix}": content}
    if "remove" in await request.form():
        return {}
    raise ConfigurationError("Choisissez d'abord un fichier.")


def _check_filled(path: str, fields: Mapping[str, object], lines: Mapping[str, str]) -> None:
    """The loaders take a quoted empty text for a text."""
    empty = [name for name in ("question", "label", "choice-word", "display") if not fields.get(name, " ")]
    empty += [f"lines.{name}.text" for name, text in lines.items() if not text.strip()]
    if empty:
        raise Invalid(tuple(Problem(path, key, "Écrivez un texte : ce champ est vide.") for key in empty))


def _values(loaded: Loaded, answer: Answer) -> dict[str, object]:
    values: dict[str, object] = {
        "question": answer.question,
        "label": answer.label,
        "choice-word": answer.choice_word,
        "display": answer.display,
        "transfer": answer.transfer,
        "queue": answer.queue,
        "links": answer.links,
        "phrasings": "\n".join(loaded.phrasings.intents.get(answer.intent, ())),
        "step": "",
    }
    return values | {f"line.{line.name}": line.text for line in answer.lines.values()}


def _sent(form: FormData, answer: Answer) -> dict[str, object]:
    names = (*FIELDS, "phrasings", "step", *(f"line.{name}" for name in answer.lines))
    values: dict[str, object] = {name: field(form, name).strip() for name in names}
    return values | {"links": tuple(str(each) for each in form.getlist("links"))}


def _edited(
    parts: Parts, intent: str, form: FormData, values: Mapping[str, object]
) -> dict[str, str | bytes | None]:
    path = f"faq/{intent}.yaml"
    fields: dict[str, object] = {name: values[name] for name in (*FIELDS, "links")}
    fields["transfer"] = values["transfer"] if values["transfer"] in TRANSFERS else "never"
    fields["queue"] = values["queue"] if values["queue"] in QUEUES else "support"
    lines = {
        key.removeprefix("line."): re.sub(r"\s+", " ", str(value))
        for key, value in values.items()
        if key.startswith("line.")
    }
    _check_filled(path, fields, lines)
    answer = edit_answer(parts.draft.text(path), fields, lines)  # type: ignore[arg-type]  # texts and one tuple
    if step := str(values["step"]):
        added = add_step(answer, re.sub(r"\s+", " ", step))
        if added is None:
            text = "Cette réponse se termine par une question ou une proposition : rien ne peut la suivre."
            raise Invalid((Problem(path, "step", text),))
        answer = added
    said = f"phrasings/{intent}.yaml"
    wanted = phrases_of(str(values["phrasings"]))
    if not wanted:
        raise Invalid((Problem(said, "phrasings", "Écrivez au moins une façon de poser la question."),))
    return {path: answer, said: edit_phrasings(parts.draft.text(said), wanted)}


def _form(
    request: Request,
    loaded: Loaded,
    answer: Answer,
    values: Mapping[str, object],
    problems: tuple[Problem, ...] = (),
    status: int = 200,
) -> Response:
    parts = parts_of(request)
    path = f"faq/{answer.intent}.yaml"
    errors = {key: remedies.at(problems, path, key) for key in (*FIELDS, "links", "step")}
    errors["phrasings"] = remedies.at(problems, f"phrasings/{answer.intent}.yaml", "phrasings")
    lines = [_spoken(parts, loaded, answer, name, values, problems) for name in answer.lines]
    shown = {text for texts in errors.values() for text in texts} | {e for line in lines for e in line.errors}
    return page(
        request,
        "question.html",
        status,
        answer=answer,
        values=values,
        lines=lines,
        errors=errors,
        general=[problem.remedy for problem in problems if problem.remedy not in shown],
        version=version_of(parts, answer.intent),
        links=loaded.content.links,
        transfers=TRANSFER_RULES,
        queues=QUEUE_NAMES,
        saved="ok" in request.query_params and not problems,
        touched=answer.intent in touched_intents(parts.draft.changes),
    )


def _spoken(
    parts: Parts,
    loaded: Loaded,
    answer: Answer,
    name: str,
    values: Mapping[str, object],
    problems: tuple[Problem, ...],
) -> SpokenLine:
    line, text = answer.lines[name], str(values[f"line.{name}"])
    pace = parts.settings.speech.words_per_minute
    return SpokenLine(
        name=name,
        text=text,
        tail=TAILS[line.tail],
        title=line_title(name, answer.start, answer.resume),
        errors=tuple(remedies.at(problems, f"faq/{answer.intent}.yaml", f"lines.{name}")),
        remarks=tuple(remarks_on(text, loaded, pace)),
        recorded=recording_of(parts.draft.folder, f"{answer.intent}.{name}") is not None,
        seconds=len(text.split()) * 60 / pace,
    )


routes = [
    Route("/questions", index),
    Route("/questions/nouvelle", create, methods=["GET", "POST"]),
    Route("/questions/conseils", advise, methods=["POST"]),
    Route("/questions/{intent}", edit, methods=["GET"]),
    Route("/questions/{intent}", save, methods=["POST"]),
    Route("/questions/{intent}/enregistrement/{line}", record, methods=["POST"]),
]
