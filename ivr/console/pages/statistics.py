"""Statistiques: how the line does, as figures, plots and a file for a spreadsheet.

Shows what ``ivr.store.statistics`` counts.
"""

import csv
import io
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from ivr.console.accounts import Role
from ivr.console.charts import Column, columns
from ivr.console.french_names import OUTCOME_NAMES, REASON_NAMES
from ivr.console.services import Parts, parts_of
from ivr.console.templating import allowed, page, who
from ivr.store.journal import Action, note
from ivr.store.queries import Period
from ivr.store.statistics import Statistics, Step, compute

PERIODS = {"1": "Aujourd'hui", "7": "7 jours", "30": "30 jours", "90": "90 jours", "365": "Un an"}
STEPS = {
    "1": (Step.HOUR,),
    "7": (Step.DAY, Step.HOUR),
    "30": (Step.DAY, Step.WEEK),
    "90": (Step.WEEK, Step.DAY),
    "365": (Step.WEEK, Step.DAY),
}
"""How fine each period can be shown; first what is shown unasked."""
STEP_NAMES = {Step.HOUR: "par heure", Step.DAY: "par jour", Step.WEEK: "par semaine"}
FIGURES = (
    "step", "calls", "ended", "contained", "resolved", "transferred", "messages", "callbacks", "abandoned",
    "turns", "no_matches", "silences", "barge_ins", "seconds",
)  # fmt: skip


@allowed(Role.VIEWER)
async def statistics(request: Request) -> Response:
    """One period."""
    parts, (days, step) = parts_of(request), _asked(request)
    found = await _computed(parts, days, step)
    steps = [Column(_short(each.step), each.contained, each.calls) for each in found.course]
    answers = (await parts.draft.published()).content.faq.answers
    return page(
        request,
        "statistics.html",
        found=found,
        days=days,
        periods=PERIODS,
        step=step,
        steps={each: STEP_NAMES[each] for each in STEPS[days]},
        chart=columns(steps, "Appels dans le temps", "sans conseiller", "appels"),
        outcomes=OUTCOME_NAMES,
        reasons=REASON_NAMES,
        labels={intent: answer.label for intent, answer in answers.items()},
    )


@allowed(Role.VIEWER)
async def export(request: Request) -> Response:
    """The course of a period as CSV, as a French spreadsheet reads it."""
    parts, (days, step) = parts_of(request), _asked(request)
    found = await _computed(parts, days, step)
    file = io.StringIO()
    writer = csv.writer(file, delimiter=";")
    writer.writerow(FIGURES)
    for each in found.course:
        writer.writerow(str(getattr(each, name)).replace(".", ",") for name in FIGURES)
    await note(parts.database, who(request), Action.EXPORT, f"{days} jours")
    headers = {"Content-Disposition": f'attachment; filename="statistiques-{days}-jours.csv"'}
    return Response("\ufeff" + file.getvalue(), media_type="text/csv; charset=utf-8", headers=headers)


def _asked(request: Request) -> tuple[str, Step]:
    asked = request.query_params
    days = asked.get("jours", "30") if asked.get("jours", "30") in PERIODS else "30"
    return days, next((step for step in STEPS[days] if step == asked.get("par")), STEPS[days][0])


async def _computed(parts: Parts, days: str, step: Step) -> Statistics:
    now = datetime.now(UTC)
    midnight = now.astimezone(ZoneInfo(parts.settings.desk.timezone)).replace(
        hour=0, minute=0, second=0, microsecond=0
    )
    since = midnight - timedelta(days=int(days) - 1)
    return await compute(parts.database, Period(since, now + timedelta(minutes=1)), step)


def _short(step: str) -> str:
    """« 17 h », « 22/11 » or « S 47 », from how the store names a step."""
    if "T" in step:
        return f"{int(step[-2:])} h"
    if "W" in step:
        return f"S {int(step[-2:])}"
    return f"{step[8:10]}/{step[5:7]}"


routes = [Route("/statistiques", statistics), Route("/statistiques.csv", export)]
