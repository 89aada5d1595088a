"""An edit that does harm, as a supervisor sees it refused."""

import re
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from playwright.async_api import expect

from ivr.config import FaqBars
from ivr.console.accounts import Role
from ivr.dialogue.understanding import Candidate, Outcome, Understanding
from ivr.knowledge import draft_evaluation
from ivr.knowledge.draft_evaluation import Material
from ivr.knowledge.matching.evaluation import Judged, Report
from tests.browser.visit import Visit
from tests.console_site import Site, site

pytestmark = pytest.mark.browser

HARMFUL = "combien coûte un appel"


def judged(material: Material, *_: object) -> Report:
    """Twenty callers ask for tariffs; what was taught amiss takes away three of them."""
    harmed = HARMFUL in material.phrasings.intents["adresse-mac"]
    got = ["adresse-mac" if harmed and place < 3 else "tarifs-etranger" for place in range(20)]
    return Report(
        questions=[
            Judged("x", ("tarifs-etranger",), Understanding("x", Outcome.ANSWER, (Candidate(each, 1.0),)))
            for each in got
        ]
    )


@pytest.fixture
async def console(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Site]:
    """A console that demands what is demanded by default; judging takes no time."""
    monkeypatch.setattr(draft_evaluation, "try_fold", judged)
    monkeypatch.setattr(draft_evaluation, "try_utterances", judged)
    async with site(tmp_path, ThreadPoolExecutor(1), bars=FaqBars()) as opened:
        yield opened


async def test_a_harmful_edit_is_shown_and_refused(visit: Visit, console: Site) -> None:
    """The confusions, the counts, the bar; publishing says why not; undoing the change makes way."""
    page = await visit.window(Role.SUPERVISOR)
    await page.goto("/questions/adresse-mac")
    phrasings = page.get_by_label("Une formulation par ligne")
    await phrasings.fill(f"{await phrasings.input_value()}\n{HARMFUL}")
    await page.locator(".bar").get_by_role("button", name="Enregistrer dans le brouillon").click()
    await expect(page).to_have_url(re.compile("ok=1"))
    await page.goto("/brouillon")
    await expect(page.locator("[data-trial]")).to_have_attribute("data-trial", "refused", timeout=60_000)
    await expect(page.locator("#trial tr.worse").first).to_be_visible()
    await expect(page.locator("#effect progress")).to_have_count(0, timeout=120_000)
    await visit.picture(page, "trial", dark=True)
    await page.get_by_label("Pourquoi ce changement ?").fill("Pour voir")
    await page.get_by_role("button", name="Publier maintenant").click()
    await expect(page.locator("main > .alert")).to_contain_text("moins bien qu'il n'est exigé")
    await page.get_by_role("button", name="Annuler ce changement : Formulations").click()
    await expect(page.get_by_text("Il n'y a pas de brouillon")).to_be_visible()
    assert visit.complaints == []
