"""The pages that publish: now, later, and until a moment."""

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from ivr.console.accounts import Role
from ivr.console.moments import day_field, hour_field
from ivr.content.schedules import State
from ivr.dialogue.events import Hypothesis
from ivr.dialogue.ports import Context
from ivr.store.journal import recent
from tests.console_site import Site

pytestmark = pytest.mark.console

GREETING = "lines/accueil.yaml"
PARIS = ZoneInfo("Europe/Paris")
SOON = timedelta(hours=3)


def moments(console: Site, begins: timedelta | None, ends: timedelta | None) -> dict[str, str]:
    """The fields of the form, as many hours from now."""
    found = {"comment": "Le soir", "when": "now" if begins is None else "later"}
    if begins is not None:
        found |= {
            "from-day": day_field(at := console.clock.now + begins, PARIS),
            "from-hour": hour_field(at, PARIS),
        }
    if ends is not None:
        at = console.clock.now + ends
        found |= {"until": "1", "until-day": day_field(at, PARIS), "until-hour": hour_field(at, PARIS)}
    return found


async def greet(console: Site, text: str = "Bonsoir.") -> None:
    """Change the greeting in the draft."""
    await console.parts.draft.save({GREETING: f"accueil.1: {text}\n"})


def says(console: Site) -> str:
    """What the next caller is greeted with."""
    return console.parts.publisher.current.line("accueil.1").text


async def test_a_publication_is_planned_seen_and_heard(console: Site) -> None:
    """From the draft's page to the history, and to calls at its moment."""
    browser = await console.signed_in(Role.SUPERVISOR)
    await greet(console)
    response = await browser.post("/brouillon/publier", data=moments(console, SOON, 2 * SOON))
    assert response.headers["location"] == "/editions/prevues/1?ok=1"
    shown = (await browser.get("/editions/prevues/1?ok=1")).text
    assert "<ins>Bonsoir.</ins>" in shown
    assert "C&#39;est prévu" in shown or "C'est prévu" in shown
    assert "À venir" in (await browser.get("/editions")).text
    assert says(console) != "Bonsoir."
    console.clock.now += SOON
    assert await console.parts.schedules.carry_out()
    await console.published()
    assert says(console) == "Bonsoir."
    assert "Y mettre fin" in (await browser.get("/editions/prevues/1")).text
    await browser.post("/editions/prevues/1", data={"do": "end"})
    assert says(console) != "Bonsoir."
    assert [each.action for each in (await recent(console.parts.database))[:4]] == [
        "schedule-over", "schedule-ended", "schedule-heard", "schedule",
    ]  # fmt: skip


async def test_now_until_a_moment_is_heard_at_once(console: Site) -> None:
    """No need to wait for the clock."""
    browser = await console.signed_in(Role.SUPERVISOR)
    await greet(console)
    await browser.post("/brouillon/publier", data=moments(console, None, SOON))
    assert says(console) == "Bonsoir."
    (planned,) = await console.parts.schedules.open()
    assert planned.state is State.HEARD


@pytest.mark.parametrize(
    ("begins", "ends", "why"),
    [(-SOON, None, "déjà passé"), (SOON, SOON, "La fin doit venir"), (None, -SOON, "La fin doit venir")],
)
async def test_moments_that_make_no_sense_are_refused(
    console: Site, begins: timedelta | None, ends: timedelta | None, why: str
) -> None:
    """At the form, which keeps what was written."""
    browser = await console.signed_in(Role.SUPERVISOR)
    await greet(console)
    response = await browser.post("/brouillon/publier", data=moments(console, begins, ends))
    assert response.status_code == 422
    assert why in response.text
    assert "Le soir</textarea>" in response.text
    assert console.parts.draft.exists


async def test_a_planned_publication_is_cancelled_and_taken_up_again(console: Site) -> None:
    """Its texts are in the draft again; a viewer may look and not touch."""
    browser, viewer = await console.signed_in(Role.SUPERVISOR), await console.signed_in(Role.VIEWER)
    await greet(console)
    await browser.post("/brouillon/publier", data=moments(console, SOON, None))
    assert (await viewer.post("/editions/prevues/1", data={"do": "cancel"})).status_code == 403
    assert (await viewer.get("/editions/prevues/1")).status_code == 200
    await browser.post("/editions/prevues/1", data={"do": "cancel"})
    assert "Annulée" in (await viewer.get("/editions")).text
    await browser.post("/editions/prevues/1", data={"do": "draft"})
    assert "Bonsoir." in console.parts.draft.text(GREETING)
    assert (await browser.post("/editions/prevues/1", data={"do": "draft"})).status_code == 409


async def test_a_hand_edit_is_learned_with_the_next_publication(console: Site) -> None:
    """Nobody sent SIGHUP, and the publication itself changes no phrasing: it is understood all the same."""
    browser = await console.signed_in(Role.SUPERVISOR)
    await console.published()
    said = (Hypothesis("le petit code collé sous le bidule"),)
    taught = console.prompts / "phrasings" / "adresse-mac.yaml"
    taught.write_text(taught.read_text(encoding="utf-8") + f"  - {said[0].text}\n", encoding="utf-8")
    await greet(console)
    await browser.post("/brouillon/publier", data=moments(console, None, None))
    understood = console.parts.publisher.current.matcher.understand(said, None, Context())
    assert [each.intent for each in understood.intents][:1] == ["adresse-mac"]
