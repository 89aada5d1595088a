"""Réglages: opening hours, exceptional days, queues, retention."""

from datetime import UTC, date, datetime

import httpx
import pytest

from ivr.call.desk import DeskBook
from ivr.config import StoreSettings
from ivr.console.accounts import Role
from ivr.knowledge.desk_changes import Closure, DeskChanges, Opening
from ivr.knowledge.hours import DAYS
from ivr.store.journal import recent
from ivr.store.retention_days import BOUNDS, kept_for
from tests.console_site import Site

pytestmark = pytest.mark.console

DAYS_KEPT = {"transcript_days": "60", "audio_days": "10", "number_days": "20", "call_days": "400"}


@pytest.fixture
async def browser(console: Site) -> httpx.AsyncClient:
    """A supervisor's."""
    return await console.signed_in(Role.SUPERVISOR)


def week(**given: list[str]) -> dict[str, list[str]]:
    """The form of a week: nine to five on Mondays, unless *given* otherwise."""
    fields = {f"{day}-{end}": ["", ""] for day in DAYS for end in ("from", "until")}
    monday = {"lundi-from": ["09:00", "14:00"], "lundi-until": ["12:00", "00:00"]}
    return {**fields, **monday, "always": ["0"], "region": ["67"], "holidays": ["on"], **given}


async def in_draft(console: Site) -> DeskChanges:
    """What the draft says of the desk."""
    return (await console.parts.draft.loaded()).content.desk


async def test_opening_hours_are_published_like_any_text(console: Site, browser: httpx.AsyncClient) -> None:
    """Draft, what it changes, publication; the desk follows, and going back brings them back."""
    book = DeskBook(console.parts.settings.desk, lambda: console.parts.publisher.current.content.desk)
    tuesday = datetime(2026, 11, 24, 9, tzinfo=UTC)
    assert (await browser.post("/reglages/horaires", data=week())).status_code == 303
    assert book.hours().is_open(tuesday)
    review = (await browser.get("/brouillon")).text
    assert "<ins>09:00-12:00, 14:00-24:00</ins>" in review
    assert "Horaires et files" in review
    await browser.post("/brouillon/publier", data={"comment": "Hiver"})
    assert not book.hours().is_open(tuesday)
    assert book.settings().holidays_subdivision == "67"
    await browser.post("/editions/1/retour")
    assert book.hours().is_open(tuesday)


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ({"lundi-from": ["09:00", ""], "lundi-until": ["", ""]}, "pas une plage"),
        ({"lundi-from": ["09:00", "11:00"], "lundi-until": ["12:00", "13:00"]}, "se chevauchent"),
        ({"lundi-from": ["12:00", ""], "lundi-until": ["09:00", ""]}, "pas une plage"),
        ({"lundi-from": ["", ""], "lundi-until": ["", ""]}, "au moins une plage"),
        ({"region": ["XX"]}, "pas une région"),
    ],
)
async def test_hours_that_make_no_sense_are_refused(
    console: Site, browser: httpx.AsyncClient, fields: dict[str, list[str]], why: str
) -> None:
    """At the field, in French, and the draft stays as it was."""
    response = await browser.post("/reglages/horaires", data=week(**fields))
    assert (response.status_code, why in response.text) == (422, True)
    assert console.parts.draft.changes == ()


async def test_always_open_needs_no_hours(console: Site, browser: httpx.AsyncClient) -> None:
    """Whatever is in the fields that one no longer sees."""
    await browser.post("/reglages/horaires", data=week(always=["1"]))
    assert (await in_draft(console)).hours == {}


async def test_exceptional_days_are_added_seen_and_taken_back(
    console: Site, browser: httpx.AsyncClient
) -> None:
    """Closed for a while, open on one day of it; the calendar says why; a click removes them."""
    close = {"do": "close", "day": "2026-12-24", "last": "2026-12-31", "reason": "Congés d'hiver"}
    await browser.post("/reglages/horaires/jours", data=close)
    opening = {
        "do": "open",
        "day": "2026-12-28",
        "open-from": ["09:00", ""],
        "open-until": ["12:00", ""],
        "reason": "",
    }
    await browser.post("/reglages/horaires/jours", data=opening)
    draft = await in_draft(console)
    assert draft.closed == (Closure(date(2026, 12, 24), date(2026, 12, 31), "Congés d'hiver"),)
    assert draft.open == (Opening(date(2026, 12, 28), ("09:00-12:00",)),)
    console.clock.now = datetime(2026, 11, 23, 12, tzinfo=UTC)
    signed = await console.signed_in(Role.VIEWER)
    page = (await signed.get("/reglages/horaires?mois=2026-12")).text
    assert "jeudi 24 décembre 2026 : Fermé, Congés d&#39;hiver" in page
    assert "lundi 28 décembre 2026 : 9\u00a0h – 12\u00a0h, Ouverture exceptionnelle" in page
    assert "Retirer" not in page
    await browser.post(
        "/reglages/horaires/jours", data={"do": "remove", "kind": "closed", "day": "2026-12-24"}
    )
    assert (await in_draft(console)).closed == ()


@pytest.mark.parametrize(
    ("form", "why"),
    [
        ({"do": "close", "day": ""}, "Donnez une date"),
        ({"do": "close", "day": "2026-12-24", "last": "2026-12-20"}, "avant le premier"),
        ({"do": "open", "day": "2026-12-24"}, "heures d&#39;ouverture"),
        ({"do": "close", "day": "2026-12-24", "last": "2029-12-24"}, "un an plus tard"),
    ],
)
async def test_exceptional_days_that_make_no_sense_are_refused(
    browser: httpx.AsyncClient, form: dict[str, str], why: str
) -> None:
    """With the remedy."""
    response = await browser.post("/reglages/horaires/jours", data=form)
    assert (response.status_code, why in response.text) == (422, True)


async def test_queues_are_named(console: Site, browser: httpx.AsyncClient) -> None:
    """By names that Asterisk may have; a viewer names nothing."""
    await browser.post("/reglages/horaires/files", data={"queue": "accueil", "technical-queue": ""})
    assert (await in_draft(console)).queue == "accueil"
    refused = await browser.post("/reglages/horaires/files", data={"queue": "la file", "technical-queue": ""})
    assert (refused.status_code, "nom de file" in refused.text) == (422, True)
    viewer = await console.signed_in(Role.VIEWER)
    assert (await viewer.post("/reglages/horaires/files", data={"queue": "x"})).status_code == 403


async def test_an_administrator_sets_the_retention(console: Site) -> None:
    """Within bounds, noted in the audit log, obeyed by the purge; and back to the settings."""
    admin = await console.signed_in(Role.ADMIN)
    database, store = console.parts.database, console.parts.settings.store
    assert (await admin.post("/reglages/conservation", data=DAYS_KEPT)).status_code == 303
    assert (await kept_for(database, store)).transcript_days == 60
    newest = (await recent(database))[0]
    assert (newest.action, (newest.detail or {})["number_days"]) == ("retention", 20)
    refused = await admin.post("/reglages/conservation", data=DAYS_KEPT | {"transcript_days": "366"})
    assert (refused.status_code, "Entre 1 et 365 jours" in refused.text) == (422, True)
    await admin.post("/reglages/conservation", data={"do": "reset"})
    assert await kept_for(database, store) == store
    supervisor = await console.signed_in(Role.SUPERVISOR)
    assert (await supervisor.post("/reglages/conservation", data=DAYS_KEPT)).status_code == 403


def test_the_bounds_are_those_of_the_settings() -> None:
    """What the console accepts, ``ivr.toml`` accepts."""
    StoreSettings.model_validate(BOUNDS)
    for name, most in BOUNDS.items():
        limits = [getattr(each, "le", None) for each in StoreSettings.model_fields[name].metadata]
        assert [each for each in limits if each is not None] in ([most], [])
