"""Messages shared by all answers, and how the voice pronounces words.

Edits the draft; what callers hear changes only when it is published.
"""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePath

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from ivr.console.accounts import Role
from ivr.console.forms.prompt_recording import voice
from ivr.console.preview import recorded_in
from ivr.console.services import Parts, parts_of
from ivr.console.submitted import field, submitted
from ivr.console.templating import Missing, allowed, page, who
from ivr.content import problems as remedies
from ivr.content.draft import Invalid, Loaded
from ivr.content.text_changes import edit_lexicon, edit_line
from ivr.content.texts import remarks_on
from ivr.content.vocabulary import prompt_group, prompt_title
from ivr.errors import ConfigurationError
from ivr.french.slots import slots
from ivr.french.spoken import Entry, spoken
from ivr.store.journal import Action, note

LEXICON = "lexicon.yaml"


@dataclass(frozen=True, slots=True)
class Message:
    """One shared message as the page shows it."""

    prompt: str
    title: str
    text: str
    errors: Sequence[str]
    remarks: Sequence[str]
    touched: bool
    """Whether the draft says or voices it otherwise than what is published."""
    recorded: bool
    slots: Sequence[str]
    """What the line fills in: such a message has no one voice."""


@allowed(Role.VIEWER)
async def prompts(request: Request) -> Response:
    """Every shared message, by occasion."""
    return await _prompts(request)


@allowed(Role.SUPERVISOR)
async def save_prompt(request: Request) -> Response:
    """Keep one message in the draft."""
    parts = parts_of(request)
    prompt = request.path_params["prompt"]
    text = " ".join(field(await submitted(request), "text", 2000).split())
    name = await asyncio.to_thread(_file_of, parts, prompt)
    if not name:
        return await _prompts(request, {prompt: (text, ["Ce message n'existe pas."])}, 404)
    path = f"lines/{name}.yaml"
    try:
        await parts.draft.change(lambda: {path: edit_line(parts.draft.text(path), prompt, text)})
    except Invalid as error:
        found = remedies.at(error.problems, path, prompt) or [problem.remedy for problem in error.problems]
        return await _prompts(request, {prompt: (text, found)}, 422)
    await note(parts.database, who(request), Action.DRAFT, prompt)
    return RedirectResponse(f"/phrases?ok={prompt}#p-{prompt}", 303)


@allowed(Role.SUPERVISOR)
async def record_prompt(request: Request) -> Response:
    """Keep a person's recording of one message in the draft, or take it away again."""
    parts, prompt = parts_of(request), request.path_params["prompt"]
    text = (await parts.draft.loaded()).content.lines.get(prompt)
    if text is None:
        raise Missing("Message introuvable", "Il n'existe pas, ou plus.")
    try:
        if slots(text):
            raise ConfigurationError("Ce message contient une valeur qui change : seule la synthèse le dit.")
        await voice(request, parts, prompt)
    except ConfigurationError as error:
        return await _prompts(request, {prompt: (text, [str(error)])}, 422)
    return RedirectResponse(f"/phrases?ok={prompt}#p-{prompt}", 303)


@allowed(Role.VIEWER)
async def lexicon(request: Request) -> Response:
    """How words are pronounced."""
    return await _lexicon(request)


@allowed(Role.SUPERVISOR)
async def save_entry(request: Request) -> Response:
    """Add, change or remove one pronunciation in the draft."""
    parts = parts_of(request)
    form = await submitted(request)
    written, said = (" ".join(field(form, key, 80).split()) for key in ("written", "spoken"))
    if not written or not (said or "remove" in form):
        return await _lexicon(request, "Écrivez le mot et sa prononciation.", written, said, 422)
    wanted = "" if "remove" in form else said
    try:
        await parts.draft.change(
            lambda: {LEXICON: edit_lexicon(parts.draft.text(LEXICON), written, wanted)},
        )
    except Invalid as error:
        return await _lexicon(request, str(error), written, said, 422)
    await note(parts.database, who(request), Action.DRAFT, written)
    return RedirectResponse("/lexique?ok=1", 303)


async def _prompts(
    request: Request, wrong: dict[str, tuple[str, list[str]]] | None = None, status: int = 200
) -> Response:
    parts = parts_of(request)
    loaded, published = await parts.draft.loaded(), await parts.draft.published()
    changes = await parts.draft.touched()
    groups = await asyncio.to_thread(_groups, parts, loaded, published, changes, wrong or {})
    saved = request.query_params.get("ok", "")
    return page(request, "prompts.html", status, groups=groups, saved=saved, changes=len(changes))


def _groups(
    parts: Parts,
    loaded: Loaded,
    published: Loaded,
    changes: Sequence[str],
    wrong: Mapping[str, tuple[str, list[str]]],
) -> dict[str, list[Message]]:
    recorded = recorded_in(parts.draft.folder)
    voiced = {PurePath(path).stem for path in changes if path.startswith("recordings/")}
    groups: dict[str, list[Message]] = {}
    for prompt, text in loaded.content.lines.items():
        shown, errors = wrong.get(prompt, (text, []))
        message = Message(
            prompt,
            prompt_title(prompt),
            shown,
            errors,
            list(remarks_on(shown, loaded, parts.settings.speech.words_per_minute)),
            touched=published.content.lines.get(prompt) != text or prompt in voiced,
            recorded=prompt in recorded,
            slots=slots(text),
        )
        groups.setdefault(prompt_group(prompt), []).append(message)
    return groups


async def _lexicon(
    request: Request, error: str = "", written: str = "", said: str = "", status: int = 200
) -> Response:
    parts = parts_of(request)
    loaded = await parts.draft.loaded()
    entries = await asyncio.to_thread(_uses, loaded)
    changes = await parts.draft.touched()
    return page(
        request,
        "lexicon.html",
        status,
        entries=entries,
        error=error,
        written=written,
        said=said,
        saved="ok" in request.query_params,
        changes=len(changes),
        read=lambda text: spoken(text, loaded.lexicon),
    )


def _uses(loaded: Loaded) -> list[tuple[Entry, int]]:
    """How many texts each pronunciation is for."""
    texts = [text.casefold() for text in loaded.content.spoken().values()]
    return [
        (entry, sum(entry.written.casefold() in text for text in texts)) for entry in loaded.lexicon.entries
    ]


def _file_of(parts: Parts, prompt: str) -> str:
    folder = parts.draft.folder / "lines"
    for path in sorted(folder.glob("*.yaml")):
        if any(line.startswith(f"{prompt}:") for line in path.read_text(encoding="utf-8").splitlines()):
            return path.stem
    return ""


routes = [
    Route("/phrases", prompts),
    Route("/phrases/{prompt}", save_prompt, methods=["POST"]),
    Route("/phrases/{prompt}/enregistrement", record_prompt, methods=["POST"]),
    Route("/lexique", lexicon, methods=["GET"]),
    Route("/lexique", save_entry, methods=["POST"]),
]
