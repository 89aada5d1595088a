"""Whether the draft may be published: its phrasings tried against those in use, and the bars they must reach.

Asks the background jobs and never waits for one. An administrator may publish all the same.
"""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from ivr.config import FaqBars
from ivr.console.accounts import Role
from ivr.console.publication_bars import MEASURES, trials_of
from ivr.console.services import parts_of
from ivr.console.templating import allowed, page
from ivr.knowledge.draft_evaluation import FOLDS, Tally, Trial, blocking, changed_cells
from ivr.knowledge.matching.evaluation import AT_MOST, OUTSIDE, missed

SHOWN = 40


@allowed(Role.VIEWER)
async def trial(request: Request) -> Response:
    """How well the draft's phrasings teach, beside those in use (htmx)."""
    parts = parts_of(request)
    found = await trials_of(parts)
    if found is None:
        return page(request, "trial.html", state="same")
    before, after = found.before.result, found.after.result
    if found.before.failed or found.after.failed:
        return page(request, "trial.html", state="failed")
    if before is None or after is None:
        return page(request, "trial.html", state="working", done=found.done, steps=2 * FOLDS)
    cells = changed_cells(before, after)
    labels = {intent: a.label for intent, a in (await parts.draft.loaded()).content.faq.answers.items()}
    return page(
        request,
        "trial.html",
        state="done",
        rows=rows(before, after),
        cells=cells[:SHOWN],
        hidden=len(cells[SHOWN:]),
        named=lambda intent: "hors sujet" if intent == OUTSIDE else labels.get(intent, intent),
        measures=measures(before, after, parts.settings.faq.bars),
        refused=bool(blocking(before, after, parts.settings.faq.bars.model_dump())),
    )


def rows(before: Trial, after: Trial) -> list[tuple[str, list[tuple[int, int, int, int]]]]:
    """Return, by what is counted, (before, of, after, of) for phrasings and for test utterances."""

    def row(count: str, total: str) -> list[tuple[int, int, int, int]]:
        pairs: list[tuple[Tally, Tally]] = [
            (before.phrasings, after.phrasings),
            (before.utterances, after.utterances),
        ]
        return [
            (getattr(old, count), getattr(old, total), getattr(new, count), getattr(new, total))
            for old, new in pairs
        ]

    return [
        ("Bonne réponse aussitôt", row("answered", "questions")),
        ("Bonne réponse, ou question qui y mène", row("helped", "questions")),
        ("Autre réponse donnée aussitôt", row("misled", "questions")),
        ("Hors sujet à qui l'on répond", row("outside_answered", "outside")),
    ]


def measures(before: Trial, after: Trial, bars: FaqBars) -> list[tuple[str, float, float, str, bool]]:
    """Return the bars that the draft misses: name, before, after, what is demanded, whether it blocks."""
    demanded = bars.model_dump()
    blocked = blocking(before, after, demanded)
    return [
        (
            MEASURES.get(name, name),
            before.figures.get(name, 0.0),
            after.figures[name],
            f"{'au plus' if name in AT_MOST else 'au moins'} {100 * demanded[name]:g} %".replace(".", ","),
            name in blocked,
        )
        for name in missed(after.figures, demanded)
    ]


routes = [Route("/brouillon/controle", trial)]
