"""Every page, in light and dark: names, contrast, headings, and no mouse needed."""

from datetime import UTC, datetime

import pytest
from playwright.async_api import Locator, Page, expect

from ivr.console.accounts import Role
from tests.browser.accessibility import complaints
from tests.browser.visit import Visit
from tests.console_site import Site
from tests.sample_calls import fill

pytestmark = pytest.mark.browser

PAGES = (
    "/", "/appels", "/questions", "/questions?ranger=1", "/questions/fonctionnalites-incluses",
    "/questions/mot-de-passe-collaborateur", "/questions/adresse-mac/supprimer", "/questions/nouvelle",
    "/phrases", "/lexique", "/brouillon", "/editions", "/editions/1", "/apprendre", "/essayer",
    "/essayer/micro", "/essayer/controles", "/statistiques", "/reglages", "/reglages/horaires", "/incident",
)  # fmt: skip
FAR = 250
"""Tabs after which a control counts as out of reach."""


async def test_every_page_meets_what_can_be_measured(visit: Visit, console: Site) -> None:
    """With content in them: a draft, calls, things to learn."""
    await fill(console.parts.database, 200, until=datetime.now(UTC))
    await console.parts.draft.save({"lines/accueil.yaml": "accueil.1: Bonsoir.\n"})
    page = await visit.window(Role.ADMIN)
    found: list[str] = []
    for address in PAGES:
        answer = await page.goto(address)
        assert answer is not None
        assert answer.ok, address
        for scheme in ("light", "dark"):
            await page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]  # one of its literals
            found += [f"{address} ({scheme}): {each}" for each in await complaints(page)]
    assert "\n".join(found) == ""


async def test_an_answer_is_changed_and_published_without_a_mouse(visit: Visit, console: Site) -> None:
    """Tab, Enter and letters, from the list to the history; what has the focus shows it."""
    page = await visit.window(Role.SUPERVISOR)
    await page.goto("/questions")
    await tab_to(page, page.get_by_placeholder("Chercher une question"))
    await page.keyboard.type("adresse mac")
    await tab_to(page, page.locator("#questions li:visible a"))
    await press(page, "Enter", "/questions/adresse-mac")
    await tab_to(page, page.get_by_role("button", name="Ajouter une étape après « Première phrase »"))
    await page.keyboard.press("Enter")
    added = page.locator("#line-e4")
    await expect(added).to_be_focused()
    await page.keyboard.type("Elle a douze caractères.")
    await page.keyboard.press("Shift+Tab")
    await tab_to(page, page.locator(".bar").get_by_role("button", name="Enregistrer dans le brouillon"))
    await press(page, "Enter", "ok=1")
    await tab_to(page, page.get_by_role("link", name="Voir ce que cela change"))
    await press(page, "Enter", "/brouillon")
    await tab_to(page, page.get_by_label("Pourquoi ce changement ?"))
    await page.keyboard.type("La longueur aide")
    await tab_to(page, page.get_by_role("button", name="Publier maintenant"))
    await press(page, "Enter", "/editions/2")
    lines = console.parts.publisher.current.answer("adresse-mac").lines
    assert (lines["r"].next, lines["e4"].next) == ("e4", "e1")
    assert visit.complaints == []


async def tab_to(page: Page, wanted: Locator) -> None:
    """Press Tab until *wanted* has the focus, and can be seen to have it."""
    for _ in range(FAR):
        await page.keyboard.press("Tab")
        if await wanted.evaluate("(e) => e === document.activeElement"):
            style = await wanted.evaluate("(e) => getComputedStyle(e).outlineStyle")
            assert style != "none", f"{wanted} does not show the focus"
            return
    raise AssertionError(f"{wanted} cannot be reached with Tab")


async def press(page: Page, key: str, address: str) -> None:
    """Press *key* and wait for *address*."""
    await page.keyboard.press(key)
    await page.wait_for_url(lambda url: address in url, timeout=60_000)
