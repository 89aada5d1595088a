"""« Horaires et files »: the week, public holidays, exceptional days with their calendar, the queues.

Changes the draft (``desk.yaml``); callers meet it once it is published, like any text.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from ivr.call.desk import DeskBook
from ivr.console.accounts import Refused, Role
from ivr.console.months import long_day, month_of, weekdays
from ivr.console.services import Parts, parts_of
from ivr.console.submitted import field, fields, submitted
from ivr.console.templating import allowed, page, who
from ivr.content.draft import Invalid
from ivr.content.problems import at
from ivr.knowledge.desk_changes import FILE, Closure, DeskChanges, Opening, written
from ivr.knowledge.hours import DAYS
from ivr.store.journal import Action, note

ROWS = 2
"""Spans of a day that the form offers; a day that has more shows them all."""
MOST_EXCEPTIONS = 200
REGIONS = {
    "": "France entière",
    "57": "Moselle",
    "67": "Alsace",
    "GP": "Guadeloupe",
    "MQ": "Martinique",
    "GF": "Guyane",
    "RE": "La Réunion",
    "YT": "Mayotte",
    "PM": "Saint-Pierre-et-Miquelon",
    "BL": "Saint-Barthélemy",
    "MF": "Saint-Martin",
    "NC": "Nouvelle-Calédonie",
    "PF": "Polynésie française",
    "WF": "Wallis-et-Futuna",
}


@allowed(Role.VIEWER)
async def hours(request: Request) -> Response:
    """The page."""
    return await _hours(request)


@allowed(Role.SUPERVISOR)
async def save_week(request: Request) -> Response:
    """Keep the week and the public holidays in the draft."""
    parts, form = parts_of(request), await submitted(request)
    always = form.get("always") == "1"
    week = {} if always else {day: _spans(form, day) for day in DAYS}
    if not always and not any(week.values()):
        problems = {"week": ["Donnez au moins une plage, ou choisissez « toujours ouvert »."]}
        return await _hours(request, problems, 422)
    region = field(form, "region", 8)
    changes = replace(await _current(parts), hours=week, holidays="holidays" in form, holidays_of=region)
    return await _save(request, changes, "horaires")


@allowed(Role.SUPERVISOR)
async def save_exception(request: Request) -> Response:
    """Close or open days in spite of the week, or take that back, in the draft."""
    parts, form = parts_of(request), await submitted(request)
    current = await _current(parts)
    try:
        changes = _with_exception(current, form)
    except Refused as error:
        return await _hours(request, {"exception": [str(error)]}, 422)
    return await _save(request, changes, "jours exceptionnels", "#calendrier")


@allowed(Role.SUPERVISOR)
async def save_queues(request: Request) -> Response:
    """Keep the names of the queues in the draft."""
    form = await submitted(request)
    queue, technical = (field(form, name, 80).strip() for name in ("queue", "technical-queue"))
    changes = replace(await _current(parts_of(request)), queue=queue, technical_queue=technical)
    return await _save(request, changes, "files", "#files")


async def _save(request: Request, changes: DeskChanges, subject: str, place: str = "") -> Response:
    parts = parts_of(request)
    try:
        await parts.draft.save({FILE: written(changes)})
    except Invalid as error:
        problems = {day: at(error.problems, FILE, f"hours.{day}") for day in DAYS}
        problems |= {
            name: at(error.problems, FILE, name) for name in ("queue", "technical-queue", "holidays-of")
        }
        problems["exception"] = at(error.problems, FILE, "closed", "open")
        if not any(problems.values()):
            problems["week"] = [problem.remedy for problem in error.problems]
        return await _hours(request, problems, 422, changes)
    await note(parts.database, who(request), Action.DRAFT, subject)
    month = request.query_params.get("mois", "")
    return RedirectResponse(f"/reglages/horaires?ok=1&mois={month}{place}", 303)


def _with_exception(current: DeskChanges, form: FormData) -> DeskChanges:
    day = _date(field(form, "day", 10))
    closed, opened = current.closed or (), current.open or ()
    reason = " ".join(field(form, "reason", 80).split())
    match field(form, "do", 10):
        case "close":
            last = _date(field(form, "last", 10) or day.isoformat())
            if last < day:
                raise Refused("Le dernier jour vient avant le premier.")
            others = tuple(each for each in opened if not day <= each.day <= last)
            wanted = replace(current, closed=(*closed, Closure(day, last, reason)), open=others)
        case "open":
            spans = _spans(form, "open")
            if not spans:
                raise Refused("Donnez les heures d'ouverture de ce jour.")
            others = tuple(each for each in opened if each.day != day)
            wanted = replace(current, open=(*others, Opening(day, spans, reason)))
        case _:
            first = lambda each: each.first != day  # noqa: E731
            kind = field(form, "kind", 10)
            wanted = replace(
                current,
                closed=tuple(filter(first, closed)) if kind == "closed" else closed,
                open=tuple(each for each in opened if each.day != day) if kind == "open" else opened,
            )
    if len(wanted.closed or ()) + len(wanted.open or ()) > MOST_EXCEPTIONS:
        raise Refused(f"{MOST_EXCEPTIONS} jours exceptionnels au plus : retirez les anciens.")
    return replace(
        wanted,
        closed=tuple(sorted(wanted.closed or (), key=lambda each: each.first)),
        open=tuple(sorted(wanted.open or (), key=lambda each: each.day)),
    )


def _date(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Refused("Donnez une date, par exemple le 24/12/2026.") from None


def _spans(form: FormData, day: str) -> tuple[str, ...]:
    """Return what the fields of a day say; half a span stays half, for the loader to complain about."""
    begins, ends = fields(form, f"{day}-from", 20), fields(form, f"{day}-until", 20)
    pairs = [(_minutes(a), _minutes(b)) for a, b in zip(begins, ends, strict=False)]
    return tuple(f"{a}-{'24:00' if b == '00:00' else b}" for a, b in pairs if a or b)


def _minutes(time: str) -> str:
    """Some browsers send the seconds of a time: « 09:00:00 »."""
    return time.removesuffix(":00") if time.count(":") == 2 else time


async def _current(parts: Parts) -> DeskChanges:
    """What the draft says of the desk, complete."""
    return (await parts.draft.loaded()).content.desk.completed(parts.settings.desk)


async def _hours(
    request: Request,
    problems: Mapping[str, Sequence[str]] | None = None,
    status: int = 200,
    given: DeskChanges | None = None,
) -> Response:
    parts, asked = parts_of(request), request.query_params
    current = await _current(parts)
    shown = given or current
    book = DeskBook(parts.settings.desk, lambda: current)
    today = parts.now().astimezone(parts.zone).date()
    chosen = asked.get("jour", "")
    month = month_of(book.hours(), asked.get("mois", "") or chosen[:7], today)
    week = [(day, _fields(shown.hours.get(day, ()) if shown.hours else ())) for day in DAYS]
    known = parts.desk.queues()
    return page(
        request,
        "opening-hours.html",
        status,
        week=week,
        always=not shown.hours,
        shown=shown,
        regions=REGIONS
        if shown.holidays_of in REGIONS
        else {**REGIONS, shown.holidays_of: shown.holidays_of},
        month=month,
        weekdays=list(weekdays()),
        chosen=chosen if any(str(cell.day) == chosen for row in month.weeks for cell in row) else "",
        month_asked=f"{month.weeks[1][0].day:%Y-%m}",
        long_day=long_day,
        coming=[each for each in current.closed or () if each.last >= today],
        opened=[each for each in current.open or () if each.day >= today],
        queues=known,
        problems=problems or {},
        saved="ok" in asked,
        changes=len(await parts.draft.touched()),
    )


def _fields(spans: Sequence[str]) -> list[tuple[str, str]]:
    pairs = [tuple(span.replace("24:00", "00:00").partition("-")[::2]) for span in spans]
    pairs += [("", "")] * (ROWS - len(pairs))
    return [
        (begin.strip().zfill(5) if begin.strip() else "", end.strip().zfill(5) if end.strip() else "")
        for begin, end in pairs
    ]


routes = [
    Route("/reglages/horaires", hours, methods=["GET"]),
    Route("/reglages/horaires", save_week, methods=["POST"]),
    Route("/reglages/horaires/jours", save_exception, methods=["POST"]),
    Route("/reglages/horaires/files", save_queues, methods=["POST"]),
]
