"""What a draft must reach before it may be published: the bars of its phrasings, and the regression calls.

Asks for evaluations and never waits for one. An administrator may publish all the same.
"""

import asyncio
from dataclasses import dataclass

from ivr.config import FaqBars
from ivr.console.services import Parts
from ivr.console.test_call.regression import digest_of
from ivr.content.background_jobs import EvaluationJob
from ivr.knowledge.draft_evaluation import FOLDS, blocking
from ivr.knowledge.matching.evaluation import AT_MOST

MEASURES = {
    "first": "Bonne question reconnue en premier",
    "helped": "Bonne réponse, ou question qui y mène",
    "answered": "Bonne réponse aussitôt",
    "misled": "Autre réponse donnée aussitôt",
    "outside_answered": "Hors sujet à qui l'on répond",
    "commands": "Commandes comprises",
    "several": "Deux questions à la fois",
}


@dataclass(frozen=True, slots=True)
class Trials:
    """The edition in use and the draft."""

    before: EvaluationJob
    after: EvaluationJob

    @property
    def done(self) -> int:
        """Folds finished, of twice ``FOLDS``."""
        return self.before.done + self.after.done


async def trials_of(parts: Parts) -> Trials | None:
    """Return the trials of what is published and of the draft; None when both teach the same."""
    published, draft = parts.settings.prompts, parts.draft.folder
    before, after = await parts.draft.fingerprints()
    if before == after:
        return None
    # What is in use first: it is the same for every draft, and kept.
    return Trials(
        parts.workshop.trying(before, published, published), parts.workshop.trying(after, draft, published)
    )


async def refusal(parts: Parts) -> str:
    """Return why the draft may not be published, in French; empty when it may."""
    bars = parts.settings.faq.bars
    if not demanding(bars) or (found := await trials_of(parts)) is None:
        return ""
    before, after = found.before.result, found.after.result
    if found.before.failed or found.after.failed:
        return "Le contrôle des formulations n'a pas abouti. Rechargez la page pour le recommencer."
    if before is None or after is None:
        return (
            f"Le contrôle des formulations n'est pas fini ({found.done} sur {2 * FOLDS}). "
            "Attendez son résultat, puis publiez."
        )
    if failed := blocking(before, after, bars.model_dump()):
        names = ", ".join(f"« {MEASURES.get(name, name)} »" for name in failed)
        return f"La ligne comprendrait moins bien qu'il n'est exigé : {names}. Revoyez les formulations."
    return ""


def demanding(bars: FaqBars) -> bool:
    """Whether any bar can be missed at all."""
    return any(bar < 1 if name in AT_MOST else bar > 0 for name, bar in bars.model_dump().items())


async def bar_to_publication(parts: Parts) -> str:
    """Return why the draft may not be published yet; empty when it may."""
    if not parts.settings.console.regression_required or not parts.draft.exists:
        return ""
    missing = await asyncio.to_thread(lambda: parts.regression.bar(digest_of(parts.draft.folder)))
    if not missing:
        return ""
    names = ", ".join(f"« {call.name} »" for call in missing[:3]) + (", …" if len(missing) > 3 else "")
    return (
        f"Les appels de contrôle doivent d'abord réussir avec ce brouillon (Essayer, Appels de contrôle). "
        f"Il manque : {names}."
    )
