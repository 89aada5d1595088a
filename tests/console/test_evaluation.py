"""An edit that would make the line understand less is refused before it is published."""

import shutil
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from ivr.config import FaqBars
from ivr.console.accounts import Role
from ivr.content import draft
from ivr.dialogue.understanding import Candidate, Outcome, Understanding
from ivr.knowledge import draft_evaluation
from ivr.knowledge.comparison import fingerprint
from ivr.knowledge.draft_evaluation import Material
from ivr.knowledge.matcher_factory import MatcherFactory
from ivr.knowledge.matching.evaluation import Judged, Report
from ivr.store.journal import recent
from tests.console_site import Site, site

pytestmark = pytest.mark.console

PATH = "phrasings/adresse-mac.yaml"
HARMFUL = "quels sont les tarifs"
HARMLESS = "le petit code sous le poste"


def judged(material: Material, *_: object) -> Report:
    """A line that understands everything, unless it was taught the harmful phrase."""
    got = "adresse-mac" if HARMFUL in material.phrasings.intents["adresse-mac"] else "tarifs-etranger"
    understood = Understanding("x", Outcome.ANSWER, (Candidate(got, 1.0),))
    return Report(questions=[Judged("x", ("tarifs-etranger",), understood)])


@pytest.fixture
async def console(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Site]:
    """A console that demands something of its phrasings; judging them takes no time."""
    monkeypatch.setattr(draft_evaluation, "try_fold", judged)
    monkeypatch.setattr(draft_evaluation, "try_utterances", judged)
    async with site(tmp_path, ThreadPoolExecutor(1), bars=FaqBars()) as opened:
        yield opened


async def teach(console: Site, phrase: str) -> None:
    """Add *phrase* to a question of the draft."""
    await console.parts.draft.save({PATH: console.parts.draft.text(PATH) + f"  - {phrase}\n"})


async def tried(console: Site) -> None:
    """Wait for both trials."""
    for each in list(console.parts.workshop._trials.values()):
        await each.task


async def test_an_untried_edit_is_not_published_yet(console: Site) -> None:
    """The page says so; once it is tried, it goes out."""
    browser = await console.signed_in(Role.SUPERVISOR)
    await teach(console, HARMLESS)
    early = await browser.post("/brouillon/publier", data={"comment": "Appris"})
    assert early.status_code == 422
    assert "pas fini" in early.text
    await tried(console)
    assert 'data-trial="passed"' in (await browser.get("/brouillon/controle")).text
    assert (await browser.post("/brouillon/publier", data={"comment": "Appris"})).status_code == 303


async def test_a_harmful_edit_is_refused_and_an_administrator_may_insist(console: Site) -> None:
    """The bar is named, with the cells that change; the audit log says in spite of what it was published."""
    browser = await console.signed_in(Role.SUPERVISOR)
    await teach(console, HARMFUL)
    await browser.get("/brouillon/controle")
    await tried(console)
    shown = (await browser.get("/brouillon/controle")).text
    assert 'data-trial="refused"' in shown
    assert "moins bien" in shown
    insisting = {"comment": "Je sais", "override": "1"}
    refused = await browser.post("/brouillon/publier", data=insisting)
    assert refused.status_code == 422
    assert "qu&#39;il n&#39;est exigé" in refused.text
    admin = await console.signed_in(Role.ADMIN)
    assert (await admin.post("/brouillon/publier", data={"comment": "Sans"})).status_code == 422
    assert (await admin.post("/brouillon/publier", data=insisting)).status_code == 303
    entry = (await recent(console.parts.database))[0]
    assert (entry.by, "exigé" in str(entry.detail)) == ("admin", True)


async def test_texts_alone_are_published_at_once(console: Site) -> None:
    """Nothing is tried when no phrasing changed: an incident message does not wait."""
    browser = await console.signed_in(Role.SUPERVISOR)
    await console.parts.draft.save({"lines/accueil.yaml": "accueil.1: Bonsoir.\n"})
    assert "exactement comme avant" in (await browser.get("/brouillon/controle")).text
    assert (await browser.post("/brouillon/publier", data={"comment": "Soir"})).status_code == 303


@pytest.mark.parametrize("path", ["/brouillon/controle", "/brouillon/effet"])
async def test_a_draft_that_is_published_while_a_page_asks_is_none(
    console: Site, monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    """Browsers ask again and again; what one of them reads may be gone from one file to the next."""
    await teach(console, HARMLESS)
    folder = console.parts.draft.folder

    def meanwhile(asked: Path) -> str:
        if asked == folder:
            shutil.rmtree(folder)
        return fingerprint(asked)

    monkeypatch.setattr(draft, "fingerprint", meanwhile)
    browser = await console.signed_in()
    assert (await browser.get(path)).status_code == 200
    assert not console.parts.draft.exists


async def test_a_trial_that_failed_is_begun_again(console: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """The page says that it failed; the next look tries again."""

    def fails(material: Material, fold: int, matchers: MatcherFactory) -> Report:
        raise RuntimeError("no memory")

    browser = await console.signed_in(Role.SUPERVISOR)
    await teach(console, HARMLESS)
    monkeypatch.setattr(draft_evaluation, "try_fold", fails)
    await browser.get("/brouillon/controle")
    for each in console.parts.workshop._trials.values():
        with pytest.raises(RuntimeError):
            await each.task
    monkeypatch.setattr(draft_evaluation, "try_fold", judged)
    await browser.get("/brouillon/controle")
    await tried(console)
    assert 'data-trial="passed"' in (await browser.get("/brouillon/controle")).text


async def test_the_draft_is_judged_by_the_utterances_that_judge_what_is_published(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A draft has no labelled utterances of its own; both trials count the same ones."""
    monkeypatch.setattr(draft_evaluation, "try_fold", judged)
    async with site(tmp_path, ThreadPoolExecutor(1), bars=FaqBars()) as console:
        browser = await console.signed_in(Role.SUPERVISOR)
        await teach(console, HARMLESS)
        await browser.get("/brouillon/controle")
        await tried(console)
        results = [each.result for each in console.parts.workshop._trials.values()]
        before, after = (each.utterances for each in results if each is not None)
        assert before.questions + before.outside == after.questions + after.outside > 200
