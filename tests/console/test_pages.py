"""The pages that show calls, and what one does there."""

import csv
import io
from datetime import UTC, datetime

import httpx
import pytest

from ivr.console.accounts import Role
from ivr.console.conversation import conversation
from ivr.store.inbox import unmatched
from ivr.store.queries import CallFilter, Page, find_calls
from tests.console_site import Site
from tests.sample_calls import fill

pytestmark = pytest.mark.console

PAGES = (
    "/", "/essayer", "/appels", "/appels?page=150", "/appels?texte=adresse", "/apprendre",
    "/apprendre?jours=90&motif=no-match", "/questions", "/questions/adresse-mac", "/phrases", "/lexique",
    "/brouillon", "/editions", "/editions/1", "/statistiques", "/statistiques?jours=365",
    "/statistiques?jours=1", "/reglages", "/reglages/horaires", "/incident",
)  # fmt: skip


@pytest.fixture
async def viewer(console: Site) -> httpx.AsyncClient:
    """A viewer of a console with calls."""
    await fill(console.parts.database, 300, until=datetime.now(UTC))
    return await console.signed_in(Role.VIEWER)


async def test_every_page_opens_for_a_viewer(viewer: httpx.AsyncClient) -> None:
    """None fails, none asks for more rights."""
    assert {path: (await viewer.get(path)).status_code for path in PAGES} == dict.fromkeys(PAGES, 200)


async def test_every_page_opens_before_the_first_call(console: Site) -> None:
    """An empty record is no error."""
    browser = await console.signed_in(Role.ADMIN)
    assert {path: (await browser.get(path)).status_code for path in PAGES} == dict.fromkeys(PAGES, 200)


async def test_strangers_see_nothing(console: Site) -> None:
    """Without signing in every page leads to the door."""
    browser = console.browser()
    seen = {
        path: (await browser.get(path)).headers.get("location")
        for path in (*PAGES, "/direct", "/statistiques.csv")
    }
    assert {address.partition("?")[0] for address in seen.values()} == {"/connexion"}


async def test_a_call_is_told_as_a_conversation(viewer: httpx.AsyncClient, console: Site) -> None:
    """What the line said and what the caller said, in their order."""
    found = await find_calls(console.parts.database, CallFilter(text="adresse mac"), Page(size=1))
    text = (await viewer.get(f"/appels/{found.rows[0].id}")).text
    assert 'class="line"' in text
    assert 'class="caller"' in text
    assert (await viewer.get("/appels/no-such")).status_code == 404


def turn(**known: object) -> dict[str, object]:
    """A row of the record in which nothing happened but what is *known*."""
    nothing = dict.fromkeys(("text", "pressed", "reject", "confidence", "masked", "sound", "prompts"))
    return {**nothing, "barge_in": False, "silence": False, **known}


def test_a_key_is_told() -> None:
    """Who presses instead of speaking is seen to."""
    (said,) = conversation([turn(pressed="2")])
    assert (said.by, said.text) == ("caller", "touche 2")


def test_secrets_stay_secret() -> None:
    """A masked turn says why, and nothing of what was said."""
    told = list(conversation([turn(prompts=[{"prompt": "cb.verif"}], masked="number")]))
    assert [each.by for each in told] == ["event", "event"]
    assert "numéro" in told[1].text


async def test_the_csv_is_what_the_page_counts(viewer: httpx.AsyncClient) -> None:
    """Every call is in one line; a French spreadsheet opens it."""
    content = (await viewer.get("/statistiques.csv?jours=90")).content.decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(content), delimiter=";"))
    assert sum(int(row["calls"]) for row in rows) == 300


async def test_the_course_is_by_hour_by_day_or_by_week(viewer: httpx.AsyncClient) -> None:
    """As the supervisor asks, in the page and in the file; what makes no sense is as usual."""
    names = []
    for par in ("day", "week", "hour"):
        content = (await viewer.get(f"/statistiques.csv?jours=30&par={par}")).content.decode("utf-8-sig")
        names.append(next(csv.DictReader(io.StringIO(content), delimiter=";"))["step"])
    assert [len(name) for name in names] == [len("2026-11-22"), len("2026-W47"), len("2026-11-22")]
    text = (await viewer.get("/statistiques?jours=90&par=day")).text
    assert '<a href="/statistiques?jours=90&amp;par=day" aria-current="page">par jour</a>' in text
    assert "99 sur 100 en" in text


async def test_learning_teaches_the_draft(console: Site) -> None:
    """The phrase goes to the question chosen, and out of the inbox; taking it back puts it there again."""
    await fill(console.parts.database, 200, until=datetime.now(UTC))
    browser = await console.signed_in(Role.SUPERVISOR)
    first = (await unmatched(console.parts.database)).rows[0]
    sent = {"key": first.text_key, "text": first.text, "intent": "tarifs-etranger", "action": "learn"}
    assert (await browser.post("/apprendre", data=sent)).status_code == 303
    assert first.text in (await console.parts.draft.loaded()).phrasings.intents["tarifs-etranger"]
    assert first.text_key not in {row.text_key for row in (await unmatched(console.parts.database)).rows}
    assert first.text in (await browser.get("/apprendre?faites=1")).text.replace("&#39;", "'")
    await browser.post("/apprendre", data={"key": first.text_key, "action": "reopen"})
    assert first.text_key in {row.text_key for row in (await unmatched(console.parts.database)).rows}


async def test_an_utterance_can_be_out_of_scope(console: Site) -> None:
    """The draft learns to decline it."""
    await fill(console.parts.database, 50, until=datetime.now(UTC))
    browser = await console.signed_in(Role.SUPERVISOR)
    first = (await unmatched(console.parts.database)).rows[0]
    await browser.post(
        "/apprendre", data={"key": first.text_key, "text": first.text, "action": "out-of-scope"}
    )
    rejects = (await console.parts.draft.loaded()).phrasings.rejects
    assert any(first.text in lines for lines in rejects.values())


async def test_nothing_is_learned_for_a_question_that_is_not_there(console: Site) -> None:
    """A forged form changes neither draft nor inbox; a viewer's neither."""
    browser, viewer = await console.signed_in(Role.SUPERVISOR), await console.signed_in(Role.VIEWER)
    forged = {"key": "x", "text": "x", "intent": "../../lexicon", "action": "learn"}
    assert (await browser.post("/apprendre", data=forged)).status_code == 422
    assert (await browser.post("/apprendre", data={"action": "else"})).status_code == 400
    assert (await viewer.post("/apprendre", data=forged)).status_code == 403
    assert console.parts.draft.changes == ()


async def test_administrators_invite_and_exclude(console: Site) -> None:
    """A link for a new user, another role, no access; supervisors may not."""
    admin, supervisor = await console.signed_in(Role.ADMIN), await console.signed_in(Role.SUPERVISOR)
    invited = await admin.post("/reglages/inviter", data={"role": "viewer"})
    assert "http://127.0.0.1/inscription/" in invited.text
    assert (await supervisor.post("/reglages/inviter", data={"role": "admin"})).status_code == 403
    ids = {user.login: user.id for user in await console.parts.accounts.users()}
    await admin.post(f"/reglages/utilisateurs/{ids['supervisor']}", data={"role": "viewer", "disabled": "on"})
    assert (await supervisor.get("/questions")).headers["location"] == "/connexion?retour=%2Fquestions"
    last = await admin.post(f"/reglages/utilisateurs/{ids['admin']}", data={"role": "viewer"})
    assert last.status_code == 409


async def test_a_live_call_that_has_ended_cannot_be_handed_off(console: Site) -> None:
    """The page says so."""
    browser = await console.signed_in(Role.SUPERVISOR)
    assert (await browser.post("/appels/abc/conseiller")).status_code == 409
