"""A supervisor changes what the line says: writes, listens, sees the effect, publishes, takes it back."""

import pytest
from playwright.async_api import expect

from ivr.console.accounts import Role
from tests.browser.visit import Visit
from tests.console_site import Site

pytestmark = pytest.mark.browser


async def test_an_answer_changes_is_heard_and_goes_back(visit: Visit, console: Site) -> None:
    """Change an answer, listen to it, see the effect, publish it, and go back."""
    page = await visit.window(Role.SUPERVISOR)
    await page.goto("/questions")
    await visit.picture(page, "questions", dark=True)
    await page.get_by_placeholder("Chercher une question").fill("adresse mac")
    await expect(page.locator("#questions li:visible")).to_have_count(1)
    await page.locator("#questions li:visible a").click()
    line = page.get_by_role("textbox", name="Première phrase")
    await line.fill("L'adresse MAC est sur une etiquette.")
    await expect(page.locator("#remarks-1")).to_contain_text("vouliez-vous écrire «\u00a0étiquette\u00a0»")
    await visit.picture(page, "question", dark=True)
    await line.fill("L'adresse MAC est écrite au dos du poste.")
    listen = page.locator("#etape-r .listen")
    await listen.click()
    await expect(listen).to_have_attribute("data-heard", "1", timeout=30_000)
    await page.get_by_role("button", name="Enregistrer dans le brouillon").click()
    await expect(page.get_by_role("status")).to_contain_text("Enregistré dans le brouillon")
    await page.goto("/brouillon")
    await expect(page.locator("#effect")).to_contain_text("Aucune", timeout=60_000)
    await visit.picture(page, "review")
    await page.get_by_label("Pourquoi ce changement ?").fill("L'étiquette suffit")
    await page.get_by_role("button", name="Publier maintenant").click()
    await expect(page.get_by_role("status")).to_contain_text("C'est en ligne", timeout=60_000)
    assert "écrite au dos" in console.parts.publisher.current.answer("adresse-mac").lines["r"].text
    await visit.picture(page, "edition")
    await page.goto("/editions")
    await visit.picture(page, "editions")
    await page.get_by_role("link", name="Première édition").click()
    page.on("dialog", lambda dialog: dialog.accept())
    await page.get_by_role("button", name="Revenir à cette édition").click()
    await expect(page.get_by_role("status")).to_contain_text("C'est en ligne", timeout=60_000)
    assert "se lit sur l'écran" in console.parts.publisher.current.answer("adresse-mac").lines["r"].text
    assert visit.complaints == []
