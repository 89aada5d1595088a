"""A question deleted, and taken back from the draft and from the history."""

import pytest

from ivr.console.accounts import Role
from tests.console_site import Site

pytestmark = pytest.mark.console

ADDRESS = "/questions/test-ping/supprimer"


async def test_a_question_goes_once_what_depends_on_it_was_named(console: Site) -> None:
    """The page names it; the draft does without; undoing brings the question back."""
    browser = await console.signed_in(Role.SUPERVISOR)
    asked = (await browser.get(ADDRESS)).text
    assert 'href="/questions/poste-ne-s-enregistre-pas"' in asked
    assert console.parts.draft.changes == ()
    assert (await browser.post(ADDRESS)).headers["location"] == "/brouillon"
    faq = (await console.parts.draft.loaded()).content.faq
    assert "test-ping" not in faq.answers
    targets = [branch.go for branch in faq["poste-ne-s-enregistre-pas"].lines["e6"].branches]
    assert "near-miss" in targets
    assert "Supprimée" in (await browser.get("/brouillon")).text
    assert (await browser.get("/questions/test-ping")).status_code == 404
    undone = await browser.post("/brouillon/annuler", data={"path": "phrasings/test-ping.yaml"})
    assert undone.status_code == 303
    assert "test-ping" in (await console.parts.draft.loaded()).content.faq.answers


async def test_a_published_deletion_is_taken_back_from_the_history(console: Site) -> None:
    """The edition that removed it offers it as it was; it goes into the draft."""
    browser = await console.signed_in(Role.SUPERVISOR)
    await browser.post(ADDRESS)
    override = {"comment": "Plus utile", "override": "1"}
    admin = await console.signed_in(Role.ADMIN)
    published = await admin.post("/brouillon/publier", data=override)
    assert published.headers["location"] == "/editions/2?ok=1"
    assert "test-ping" not in console.parts.publisher.current.intents()
    assert "Reprendre l\u0027ancienne" in (await browser.get("/editions/2")).text.replace("&#39;", "\u0027")
    back = await browser.post("/editions/2/reprendre", data={"intent": "test-ping"})
    assert back.headers["location"] == "/questions/test-ping?ok=1"
    loaded = await console.parts.draft.loaded()
    assert "test-ping" in loaded.content.faq.answers
    assert loaded.phrasings.intents["test-ping"]
    assert (await browser.post("/editions/1/reprendre", data={"intent": "test-ping"})).status_code == 404


async def test_only_supervisors_delete(console: Site) -> None:
    """A viewer is told who may."""
    viewer = await console.signed_in(Role.VIEWER)
    for address in (ADDRESS, "/brouillon/annuler", "/editions/1/reprendre"):
        assert (await viewer.post(address)).status_code == 403


async def test_one_change_of_the_draft_is_undone_alone(console: Site) -> None:
    """The others stay; what is not in the draft cannot be undone."""
    browser = await console.signed_in(Role.SUPERVISOR)
    text = console.parts.draft.text
    await console.parts.draft.save(
        {
            "lines/accueil.yaml": "accueil.1: Bonsoir.\n",
            "lexicon.yaml": text("lexicon.yaml") + "- {written: XYZ, spoken: X Y Z}\n",
        }
    )
    await browser.post("/brouillon/annuler", data={"path": "lines/accueil.yaml"})
    assert console.parts.draft.changes == ("lexicon.yaml",)
    assert (await browser.post("/brouillon/annuler", data={"path": "ivr.toml"})).status_code == 409
