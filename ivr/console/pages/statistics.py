"""Statistiques: how the line does, as figures, plots and a file for a spreadsheet.

Shows what ``ivr.store.statistics`` counts.
"""

import csv
import io
from datetime import UTC, date, datetime

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from ivr.console.accounts import Role
from ivr.console.charts import Column, columns
from ivr.console.forms.call_search import WITHOUT_AGENT, CallSearch
from ivr.console.forms.days import DAY_NAMES
from ivr.console.forms.statistics_period import read_days
from ivr.console.french_names import OUTCOME_NAMES, REASON_NAMES
from ivr.console.services import parts_of
from ivr.console.templating import allowed, message, page, who
from ivr.console.typography import DAYS
from ivr.errors import ConfigurationError
from ivr.store.journal import Action, note
from ivr.store.statistics import Step, busy_hours, compute, funnel, total

STEP_NAMES = {Step.HOUR: "par heure", Step.DAY: "par jour", Step.WEEK: "par semaine"}
FIGURES = (
    "step", "calls", "ended", "contained", "resolved", "transferred", "messages", "callbacks", "abandoned",
    "turns", "no_matches", "silences", "barge_ins", "seconds",
)  # fmt: skip


@allowed(Role.VIEWER)
async def statistics(request: Request) -> Response:
    """Some days, beside as many before them."""
    parts = parts_of(request)
    zone = parts.zone
    try:
        days, problem = read_days(request.query_params, _today(request)), ""
    except ConfigurationError as error:
        days, problem = read_days({}, _today(request)), str(error)
    period = days.period(zone)
    found = await compute(parts.database, period, days.step)
    steps = [Column(_short(each.step), each.contained, each.calls) for each in found.course]
    answers = (await parts.draft.published()).content.faq.answers
    return page(
        request,
        "statistics.html",
        422 if problem else 200,
        problem=problem,
        found=found,
        before=await total(parts.database, days.before.period(zone)),
        funnel=await funnel(parts.database, period),
        busy=await busy_hours(parts.database, period),
        days=days,
        periods=DAY_NAMES,
        steps={each: STEP_NAMES[each] for each in days.steps},
        calls_of=lambda **asked: (
            f"/appels?{CallSearch(du=f'{days.first}', au=f'{days.last}', **asked).query}"
        ),
        chart=columns(steps, "Appels dans le temps", "sans conseiller", "appels"),
        outcomes=OUTCOME_NAMES,
        reasons=REASON_NAMES,
        weekdays=DAYS,
        without_agent=WITHOUT_AGENT,
        labels={intent: answer.label for intent, answer in answers.items()},
    )


@allowed(Role.VIEWER)
async def export(request: Request) -> Response:
    """The course of a period as CSV, as a French spreadsheet reads it."""
    try:
        days = read_days(request.query_params, _today(request))
    except ConfigurationError as error:
        return message(request, 422, "Période illisible", str(error))
    found = await compute(parts_of(request).database, days.period(parts_of(request).zone), days.step)
    file = io.StringIO()
    writer = csv.writer(file, delimiter=";")
    writer.writerow(FIGURES)
    for each in found.course:
        writer.writerow(str(getattr(each, name)).replace(".", ",") for name in FIGURES)
    named = f"du {days.first} au {days.last}"
    await note(parts_of(request).database, who(request), Action.EXPORT, named)
    headers = {"Content-Disposition": f'attachment; filename="statistiques-{days.first}-{days.last}.csv"'}
    return Response("\ufeff" + file.getvalue(), media_type="text/csv; charset=utf-8", headers=headers)


def _today(request: Request) -> date:
    return datetime.now(UTC).astimezone(parts_of(request).zone).date()


def _short(step: str) -> str:
    """« 17 h », « 22/11 » or « S 47 », from how the store names a step."""
    if "T" in step:
        return f"{int(step[-2:])} h"
    if "W" in step:
        return f"S {int(step[-2:])}"
    return f"{step[8:10]}/{step[5:7]}"


routes = [Route("/statistiques", statistics), Route("/statistiques.csv", export)]
