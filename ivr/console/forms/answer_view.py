"""What the page of one question shows beside its form: titles, choices, remarks, and errors at their fields.

Prepares; the template lays out.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ivr.console.forms.answer_form import ANYWHERE, LAID_OUT, TEXTS, AnswerForm, Step
from ivr.console.forms.answer_structure import after, before
from ivr.console.forms.entry_points_form import NO_WAYS_IN, WaysIn
from ivr.console.preview import recording_of
from ivr.console.services import Parts
from ivr.content import problems as remedies
from ivr.content.draft import Loaded
from ivr.content.problems import Problem
from ivr.content.texts import remarks_on, seconds_of
from ivr.content.vocabulary import (
    ELSEWHERE,
    FIELDS,
    QUEUE_NAMES,
    REPLIES,
    STEP_FIELDS,
    TAILS,
    TRANSFER_RULES,
    line_titles,
)
from ivr.dialogue.answers import Tail
from ivr.knowledge.published import Content

_STEP_FIELDS = ("text", "tail", "next", "link", "with-link", "without-link", "if-closed", "skip-when-pushed")

Choices = Mapping[str, Sequence[tuple[str, str]]]
"""Groups of (value, name)."""


@dataclass(frozen=True, slots=True)
class StepView:
    """One step as the form shows it."""

    step: Step
    title: str
    seconds: float
    recorded: bool
    remarks: tuple[str, ...]
    errors: Mapping[str, Sequence[str]]
    """By key in the file; under an empty key those of the step as a whole."""
    rises: bool
    falls: bool
    targets: Choices
    """Where it can lead."""
    lines: Sequence[tuple[str, str]]
    """The other steps."""


def view(
    parts: Parts, loaded: Loaded, intent: str, form: AnswerForm, problems: Sequence[Problem]
) -> dict[str, Any]:
    """Return what the template needs."""
    content = loaded.content
    path = f"faq/{intent}.yaml"
    titles = line_titles([step.name for step in form.steps], form.start, form.resume)
    steps = [_step(parts, loaded, intent, form, step, titles, problems) for step in form.steps]
    errors = {key: remedies.at(problems, path, key) for key in (*TEXTS, "links", "follow-ups")}
    errors["phrasings"] = remedies.at(problems, f"phrasings/{intent}.yaml", "phrasings")
    anywhere = _errors(problems, path, "anywhere[", form.anywhere)
    ways, listed = _ways_errors(problems, path, form.ways_in)
    found = (errors, anywhere, listed, *ways.values(), *(each.errors for each in steps))
    shown = {text for each in found for texts in each.values() for text in texts}
    return {
        "form": form,
        "steps": steps,
        "anywhere": ANYWHERE,
        "anywhere_errors": anywhere,
        "ways_errors": ways,
        "listed_errors": listed,
        "no_ways_in": NO_WAYS_IN,
        "step_names": list(titles.items()),
        "asking": [(step.name, titles[step.name]) for step in form.steps if step.tail == Tail.QUESTION],
        "errors": errors,
        "general": [problem.remedy for problem in problems if problem.remedy not in shown],
        "targets": targets(content, intent, titles),
        "known": lambda groups: {value for choices in groups.values() for value, _ in choices},
        "links": content.links,
        "documents": [(key, link.title) for key, link in content.links.items()],
        "others": [answer for answer in content.faq.answers.values() if answer.intent != intent],
        "category_names": [(each, each.capitalize()) for each in content.faq.categories],
        "more_texts": [key for key in TEXTS if key not in LAID_OUT],
        "field_names": FIELDS,
        "step_field_names": STEP_FIELDS,
        "tails": TAILS,
        "reply_names": REPLIES,
        "transfers": TRANSFER_RULES,
        "queues": QUEUE_NAMES,
    }


def targets(content: Content, intent: str, titles: Mapping[str, str]) -> Choices:
    """Return where a reply may lead, by kind."""
    others = [(each.intent, each.label) for each in content.faq.answers.values() if each.intent != intent]
    return {
        "Une étape": list(titles.items()),
        "La suite de l'appel": list(ELSEWHERE.items()),
        "Envoyer un document": [(f"link:{key}", link.title) for key, link in content.links.items()],
        "Une autre question": [(f"intent:{name}", label) for name, label in others],
        "Une autre question, puis revenir ici": [(f"push:{name}", label) for name, label in others],
    }


def _step(
    parts: Parts,
    loaded: Loaded,
    intent: str,
    form: AnswerForm,
    step: Step,
    titles: Mapping[str, str],
    problems: Sequence[Problem],
) -> StepView:
    pace = parts.settings.speech.words_per_minute
    return StepView(
        step=step,
        title=titles[step.name],
        seconds=seconds_of(step.text, pace),
        recorded=recording_of(parts.draft.folder, f"{intent}.{step.name}") is not None,
        remarks=tuple(remarks_on(step.text, loaded, pace)),
        errors=_step_errors(problems, f"faq/{intent}.yaml", step),
        rises=before(form, step.name) is not None,
        falls=after(form, step.name) is not None,
        targets=targets(loaded.content, intent, {k: v for k, v in titles.items() if k != step.name}),
        lines=[(name, title) for name, title in titles.items() if name != step.name],
    )


def _step_errors(problems: Sequence[Problem], path: str, step: Step) -> dict[str, list[str]]:
    """By exact key: « lines.r.resultat.text » is not about « r »."""
    key = f"lines.{step.name}"
    found = {
        name: [each.remedy for each in problems if each.path == path and each.key == f"{key}.{name}"]
        for name in (*_STEP_FIELDS, "branches")
    }
    found[""] = [each.remedy for each in problems if each.path == path and each.key == key]
    return found | _errors(problems, path, f"{key}.branches[", step.replies)


def _ways_errors(
    problems: Sequence[Problem], path: str, ways: WaysIn
) -> tuple[Mapping[str, Mapping[str, list[str]]], Mapping[str, list[str]]]:
    """By kind of row and its number; and those of a list as a whole, by key."""
    things = ways.listed.things if ways.listed else ()
    rows = {
        "opening": _errors(problems, path, "openings[", ways.openings),
        "known": _errors(problems, path, "known[", ways.known),
        "thing": _errors(problems, path, "catalogue.items[", things),
    }
    return rows, {key: remedies.at(problems, path, f"catalogue.{key}") for key in ("asks", "unknown")}


def _errors(
    problems: Sequence[Problem], path: str, key: str, replies: Iterable[object]
) -> dict[str, list[str]]:
    """Those of replies, by their number from 1."""
    return {
        str(number): [
            each.remedy for each in problems if each.path == path and each.key.startswith(f"{key}{number}]")
        ]
        for number, _ in enumerate(replies, 1)
    }
