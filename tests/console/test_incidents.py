"""A message that every new caller hears first: one form, one click to end it."""

from datetime import timedelta
from zoneinfo import ZoneInfo

import httpx
import pytest

from ivr.console.accounts import Role
from ivr.console.moments import day_field, hour_field
from ivr.store.journal import recent
from tests.console_site import Site

pytestmark = pytest.mark.console

PARIS = ZoneInfo("Europe/Paris")
TEXT = "Les appels vers les mobiles sont perturbés. Nos équipes y travaillent."
HOUR = timedelta(hours=1)


def form(
    console: Site, text: str = TEXT, begins: timedelta | None = None, ends: timedelta = 2 * HOUR
) -> dict[str, str]:
    """What the form sends."""
    end = console.clock.now + ends
    found = {
        "text": text,
        "when": "now",
        "until-day": day_field(end, PARIS),
        "until-hour": hour_field(end, PARIS),
    }
    if begins is not None:
        at = console.clock.now + begins
        found |= {"when": "later", "from-day": day_field(at, PARIS), "from-hour": hour_field(at, PARIS)}
    return found


def announced(console: Site) -> list[str]:
    """What a new caller hears first."""
    return [line.text for line in console.parts.publisher.current.incidents()]


@pytest.fixture
async def browser(console: Site) -> httpx.AsyncClient:
    """A supervisor's."""
    return await console.signed_in(Role.SUPERVISOR)


async def test_a_message_is_heard_at_once_and_ended_with_one_click(
    console: Site, browser: httpx.AsyncClient
) -> None:
    """Published without the draft, which stays as it is; in the history and in the audit log."""
    await console.parts.draft.save({"lines/accueil.yaml": "accueil.1: Bonsoir.\n"})
    sent = await browser.post("/incident", data=form(console))
    assert "C&#39;est en ligne" in (await browser.get(sent.headers["location"])).text
    assert announced(console) == [TEXT]
    assert TEXT in (await browser.get("/")).text
    call = (await browser.post("/essayer", data={"source": "published"})).text
    assert call.index(TEXT) < call.index("Quelle est votre question")
    page = (await browser.get("/incident")).text
    assert "Entendu maintenant" in page
    key = page.partition('name="key" value="')[2].partition('"')[0]
    ended = await browser.post("/incident/fin", data={"key": key})
    assert "C&#39;est terminé" in (await browser.get(ended.headers["location"])).text
    assert announced(console) == []
    assert console.parts.draft.exists
    assert [each.action for each in (await recent(console.parts.database))[:2]] == [
        "incident-ended",
        "incident",
    ]


async def test_a_message_to_come_is_rendered_before_and_heard_at_its_moment(
    console: Site, browser: httpx.AsyncClient
) -> None:
    """It is among the spoken lines from the publication on."""
    sent = await browser.post("/incident", data=form(console, begins=HOUR))
    shown = (await browser.get(sent.headers["location"])).text
    assert ("C&#39;est prévu" in shown, "C&#39;est en ligne" in shown) == (True, False)
    content = console.parts.publisher.current.content
    assert (announced(console), content.spoken()["incident.1"]) == ([], TEXT)
    assert "À venir" in (await browser.get("/incident")).text


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ({"text": " "}, "Écrivez le message"),
        ({"text": "Il y a 3 pannes."}, "en toutes lettres"),
        ({"text": "Voulez-vous attendre ?"}, "ne pose pas de question"),
        ({"until-day": ""}, "Donnez une date"),
        ({"until-day": "2020-01-01"}, "après le début"),
        ({"until-day": "2099-01-01"}, "Un mois au plus"),
    ],
)
async def test_what_cannot_be_said_or_never_ends_is_refused(
    console: Site, browser: httpx.AsyncClient, fields: dict[str, str], why: str
) -> None:
    """At the field, with the remedy; nothing is published."""
    response = await browser.post("/incident", data=form(console) | fields)
    assert (response.status_code, why in response.text) == (422, True)
    assert announced(console) == []


async def test_a_viewer_sees_and_cannot_speak(console: Site) -> None:
    """Looking is free."""
    viewer = await console.signed_in(Role.VIEWER)
    assert (await viewer.get("/incident")).status_code == 200
    assert (await viewer.post("/incident", data=form(console))).status_code == 403


async def test_going_back_in_the_history_ends_no_incident(console: Site, browser: httpx.AsyncClient) -> None:
    """What is wrong today is none of an older edition's business."""
    await browser.post("/incident", data=form(console))
    await browser.post("/editions/1/retour")
    assert announced(console) == [TEXT]


async def test_three_messages_are_enough(console: Site, browser: httpx.AsyncClient) -> None:
    """Each delays every caller."""
    for _ in range(3):
        assert (await browser.post("/incident", data=form(console))).status_code == 303
    assert (await browser.post("/incident", data=form(console))).status_code == 409
