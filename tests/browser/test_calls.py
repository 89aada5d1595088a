"""Calls in a browser: as they go on, as they were, and what they teach."""

from datetime import UTC, datetime

import pytest
from playwright.async_api import expect

from ivr.console.accounts import Role
from tests.browser.visit import Visit
from tests.console_site import Site
from tests.live_example import LiveExample
from tests.sample_calls import fill

pytestmark = pytest.mark.browser


async def test_an_utterance_is_learned(visit: Visit, console: Site) -> None:
    """From the inbox to the draft, with its effect on what callers said."""
    await fill(console.parts.database, 300, until=datetime.now(UTC))
    page = await visit.window(Role.SUPERVISOR)
    await page.goto("/apprendre")
    await visit.picture(page, "learning", dark=True)
    row = page.locator("li.lesson").first
    said = (await row.locator("strong").inner_text()).strip("« »\u00a0")
    await row.get_by_role("combobox").select_option("tarifs-etranger")
    await row.get_by_role("button", name="Apprendre").click()
    await expect(page.get_by_role("status")).to_contain_text("C'est noté dans le brouillon")
    await page.goto("/brouillon")
    await expect(page.locator("[data-effect]")).to_contain_text("autrement", timeout=90_000)
    await expect(page.locator("#effect")).to_contain_text(said)
    await visit.picture(page, "effect")
    assert visit.complaints == []


async def test_a_viewer_looks_and_cannot_publish(visit: Visit, console: Site) -> None:
    """Everything can be read; no button changes anything."""
    await console.parts.draft.save({"lines/accueil.yaml": "accueil.1: Bonsoir.\n"})
    page = await visit.window(Role.VIEWER)
    await page.goto("/brouillon")
    await expect(page.get_by_text("Seul un superviseur peut publier")).to_be_visible()
    await expect(page.get_by_role("button", name="Publier maintenant")).to_have_count(0)
    await page.goto("/questions/adresse-mac")
    await expect(page.get_by_role("button", name="Enregistrer dans le brouillon")).to_have_count(0)
    await expect(page.get_by_role("textbox", name="Première phrase")).not_to_be_editable()
    assert visit.complaints == []


async def test_a_call_unfolds_and_leaves(visit: Visit, console: Site) -> None:
    """A call appears without reloading, and goes when it ends."""
    await fill(console.parts.database, 300, until=datetime.now(UTC))
    page = await visit.window(Role.SUPERVISOR)
    await page.goto("/")
    await expect(page.locator("[data-live]")).to_have_text("0")
    call = LiveExample(console)
    call.says("accueil.1", "Bonjour. Que voulez-vous savoir ?")
    await expect(page.locator("[data-live]")).to_have_text("1")
    await expect(page.locator(".talk .line")).to_contain_text("Que voulez-vous savoir")
    call.hears("où est l'adresse mac de mon poste")
    await expect(page.locator(".talk .caller")).to_contain_text("adresse mac")
    await visit.picture(page, "live", dark=True)
    call.ends()
    await expect(page.locator("[data-live]")).to_have_text("0")
    await page.goto("/appels")
    await visit.picture(page, "calls")
    await page.locator(".rows a").first.click()
    await visit.picture(page, "call")
    await page.goto("/statistiques")
    await visit.picture(page, "statistics", dark=True)
    await page.goto("/reglages")
    await visit.picture(page, "settings")
    await page.goto("/lexique")
    await visit.picture(page, "lexicon")
    await page.goto("/phrases")
    await visit.picture(page, "prompts")
    assert visit.complaints == []


async def test_a_call_is_typed(visit: Visit, console: Site) -> None:
    """Ask, see what was understood, hear the answer."""
    parts = console.parts
    parts.publisher.adopt(await parts.workshop.matcher(console.prompts))
    page = await visit.window(Role.VIEWER)
    await page.goto("/essayer")
    await page.get_by_label("L'appelant dit").fill("Quel est le prix d'un appel vers l'étranger ?")
    await page.get_by_role("button", name="Dire").click()
    await expect(page.locator(".talk .caller")).to_contain_text("les tarifs des appels")
    listen = page.locator(".talk .line .listen").last
    await listen.click()
    await expect(listen).to_have_attribute("data-heard", "1", timeout=30_000)
    await page.get_by_label("L'appelant dit").fill("suite")
    await page.get_by_label("L'appelant dit").press("Enter")
    await expect(page.locator(".talk .caller")).to_have_count(2)
    await visit.picture(page, "try")
    assert visit.complaints == []
