"""Signing up and in, in a browser."""

import pytest
from playwright.async_api import expect

from ivr.console.access.attempts import PER_LOGIN_AND_ADDRESS
from ivr.console.accounts import Role
from ivr.console.pages.sign_in import first_link
from tests.browser.visit import Visit
from tests.console_site import PASSWORD, Site

pytestmark = pytest.mark.browser


async def test_the_first_administrator_signs_up_once(visit: Visit, console: Site) -> None:
    """The printed link leads to an account and into the console; then it has expired."""
    page = await visit.window()
    link = await first_link(console.parts.accounts, visit.address)
    assert link is not None
    await page.goto(link)
    await visit.picture(page, "sign-up")
    await page.get_by_label("Votre nom").fill("Camille Durand")
    await page.get_by_label("Identifiant").fill("camille")
    await page.get_by_label("Mot de passe").fill(PASSWORD)
    await page.get_by_label("Encore une fois").fill(PASSWORD)
    await page.get_by_role("button", name="Créer mon compte").click()
    await expect(page.get_by_text("Administrateur", exact=True)).to_be_visible()
    await page.goto(link)
    await expect(page.get_by_role("heading", name="Lien expiré")).to_be_visible()
    assert visit.complaints == []


async def test_guessing_passwords_is_slowed_down(visit: Visit) -> None:
    """After a few failures the page says how long to wait."""
    page = await visit.window(Role.VIEWER)
    await page.get_by_role("button", name="Se déconnecter").click()
    for _ in range(PER_LOGIN_AND_ADDRESS + 1):
        await page.get_by_label("Identifiant").fill("viewer1")
        await page.get_by_label("Mot de passe").fill("pas le bon")
        await page.get_by_role("button", name="Se connecter").click()
        await expect(page.get_by_role("alert")).to_be_visible()
    await expect(page.get_by_role("alert")).to_contain_text("Attendez 15 minutes")
    await visit.picture(page, "sign-in", dark=True)
