"""A supervisor changes when the desk is open, what callers hear in an incident, and when a text is heard."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from playwright.async_api import Page, expect

from ivr.call.desk import DeskBook
from ivr.console.accounts import Role
from ivr.console.moments import day_field, hour_field
from tests.browser.visit import Visit
from tests.console_site import Site

pytestmark = pytest.mark.browser

PARIS = ZoneInfo("Europe/Paris")
INCIDENT = "Les appels vers les mobiles sont perturbés. Nos équipes y travaillent."


async def publish(page: Page, why: str) -> None:
    """Publish the draft, now."""
    await page.goto("/brouillon")
    await page.get_by_label("Pourquoi ce changement ?").fill(why)
    await page.get_by_role("button", name="Publier maintenant").click()
    await expect(page.get_by_role("status")).to_contain_text("C'est en ligne", timeout=60_000)


async def test_opening_hours_are_changed_with_a_calendar(visit: Visit, console: Site) -> None:
    """The week, a closure chosen in the calendar by keyboard, and the desk that follows the publication."""
    page = await visit.window(Role.SUPERVISOR)
    await page.goto("/reglages/horaires")
    await page.get_by_label("Selon ces horaires").check()
    for day in ("Lundi", "Mardi", "Mercredi", "Jeudi", "Vendredi"):
        for span, (begin, end) in (("1e", ("09:00", "12:00")), ("2e", ("14:00", "18:00"))):
            await page.get_by_label(f"{day}, {span} plage, début").fill(begin)
            await page.get_by_label(f"{day}, {span} plage, fin").fill(end)
    await page.locator("form.card", has_text="La semaine").get_by_role("button").click()
    await expect(page.get_by_role("status")).to_contain_text("Enregistré dans le brouillon")
    await page.get_by_label("Mois suivant").click()
    chosen = page.locator(".month td:not(.outside).open a").first
    await chosen.focus()
    await page.keyboard.press("ArrowRight")
    await page.keyboard.press("ArrowLeft")
    await page.keyboard.press("Enter")
    await page.get_by_label("Pourquoi").fill("Inventaire")
    await page.locator(".exception").get_by_role("button").click()
    await expect(page.locator(".month .exception")).to_contain_text("Inventaire")
    await page.goto(page.url.partition("#")[0].replace("ok=1", ""))
    await visit.picture(page, "hours", dark=True)
    await page.get_by_label("Lundi, 1e plage, fin").fill("08:00")
    await page.locator("form.card", has_text="La semaine").get_by_role("button").click()
    await expect(page.locator(".week .error")).to_contain_text("n'est pas une plage")
    await publish(page, "Nouveaux horaires")
    book = DeskBook(console.parts.settings.desk, lambda: console.parts.publisher.current.content.desk)
    sunday = datetime(2026, 11, 22, 10, tzinfo=UTC)
    assert not book.hours().is_open(sunday)
    assert len(book.settings().extra_closed) == 1
    assert visit.complaints == []


async def test_an_incident_is_heard_first_and_ended(visit: Visit, console: Site) -> None:
    """Written, listened to, heard in a typed call right after the greeting, ended with one click."""
    page = await visit.window(Role.SUPERVISOR)
    await page.goto("/incident")
    await page.get_by_label("Ce que les appelants entendent").fill("Il y a 3 pannes.")
    await page.get_by_role("button", name="Faire entendre maintenant").click()
    await expect(page.locator("#text-found")).to_contain_text("en toutes lettres")
    await page.get_by_label("Ce que les appelants entendent").fill(INCIDENT)
    listen = page.locator(".announce .listen")
    await listen.click()
    await expect(listen).to_have_attribute("data-heard", "1", timeout=60_000)
    await page.get_by_role("button", name="Faire entendre maintenant").click()
    await expect(page.get_by_text("Entendu maintenant")).to_be_visible(timeout=60_000)
    await visit.picture(page, "incident", dark=True)
    await page.goto("/essayer")
    await expect(page.locator(".trial .talk")).to_contain_text(INCIDENT)
    await page.goto("/")
    await page.get_by_role("link", name="Y mettre fin").click()
    await page.get_by_role("button", name="Y mettre fin maintenant").click()
    await expect(page.get_by_text("Entendu maintenant")).to_have_count(0)
    await page.goto("/essayer")
    await expect(page.locator(".trial .talk")).not_to_contain_text(INCIDENT)
    assert visit.complaints == []


async def test_a_publication_waits_for_its_moment(visit: Visit, console: Site) -> None:
    """Planned until a moment, seen in the history, heard when its time comes, ended before its end."""
    page = await visit.window(Role.SUPERVISOR)
    await console.parts.draft.save(
        {"lines/accueil.yaml": "accueil.1: Bonjour, nous sommes fermés pour inventaire.\n"}
    )
    await page.goto("/brouillon")
    await page.get_by_label("Pourquoi ce changement ?").fill("Inventaire annuel")
    await expect(page.locator(".if-later").first).to_be_hidden()
    await page.get_by_label("Plus tard").check()
    await page.get_by_label("Revenir ensuite").check()
    begin, end = (console.clock.now + timedelta(hours=hours) for hours in (2, 6))
    for name, at in (("from", begin), ("until", end)):
        await page.locator(f"[name={name}-day]").fill(day_field(at, PARIS))
        await page.locator(f"[name={name}-hour]").fill(hour_field(at, PARIS))
    await visit.picture(page, "schedule-form")
    await page.get_by_role("button", name="Prévoir la publication").click()
    await expect(page.get_by_role("status")).to_contain_text("C'est prévu")
    await visit.picture(page, "scheduled", dark=True)
    await page.goto("/editions")
    await expect(page.get_by_role("heading", name="À venir")).to_be_visible()
    await visit.picture(page, "history")
    console.clock.now += timedelta(hours=3)
    assert await console.parts.schedules.carry_out()
    await console.published()
    assert "inventaire" in console.parts.publisher.current.line("accueil.1").text
    await page.get_by_role("link", name="Inventaire annuel").first.click()
    await page.get_by_role("button", name="Y mettre fin maintenant").click()
    await expect(page.get_by_role("heading", name="Publications prévues, terminées")).to_be_visible()
    assert "inventaire" not in console.parts.publisher.current.line("accueil.1").text
    assert visit.complaints == []
