"""What a supervisor writes is taken whole or refused, and is never lost: not by a limit, not by a failure."""

import errno
import html
import re
from typing import Any

import httpx
import pytest
from sqlalchemy.exc import OperationalError

from ivr.console.accounts import Role
from ivr.console.forms.answer_form import MOST_STEPS
from ivr.content.draft import Draft
from tests.console.test_questions import INTENT, fields_of
from tests.console_site import PASSWORD, Site

pytestmark = pytest.mark.console

WRITTEN = "les adresses que je viens de taper"


def form_in(page: str) -> tuple[str, dict[str, Any]]:
    """Return where the page's own form leads, and what it would send."""
    form = re.search(r'<form method="post" action="([^"]*)" class="stack".*?</form>', page, re.S)
    assert form
    sent: dict[str, list[str]] = {}
    for name, value in re.findall(r'<input type="hidden" name="([^"]*)" value="([^"]*)">', form[0]):
        sent.setdefault(html.unescape(name), []).append(html.unescape(value))
    for name, value in re.findall(r'<textarea name="([^"]*)"[^>]*>\n(.*?)</textarea>', form[0], re.S):
        sent.setdefault(html.unescape(name), []).append(html.unescape(value))
    return html.unescape(form[1]), sent


async def edited(browser: httpx.AsyncClient, **changed: str) -> dict[str, Any]:
    """The form of a question with something typed into it."""
    fields = fields_of((await browser.get(f"/questions/{INTENT}")).text)
    return {**fields, **{name: [value] for name, value in changed.items()}}


async def test_three_hundred_phrasings_are_all_kept(console: Site) -> None:
    """There is no limit to the ways of asking, however a browser ends its lines."""
    browser = await console.signed_in(Role.SUPERVISOR)
    wanted = [f"comment connaître l'adresse MAC du poste numéro {n}" for n in range(300)]
    form = await edited(browser, phrasings="\r\n".join(wanted), label="l'adresse MAC du poste")
    assert len(form["phrasings"][0]) > 10_000
    assert (await browser.post(f"/questions/{INTENT}", data=form)).status_code == 303
    assert fields_of((await browser.get(f"/questions/{INTENT}")).text)["phrasings"][0].split("\n") == wanted


@pytest.mark.parametrize(
    ("address", "name", "limit"),
    [
        ("/phrases/accueil.1", "text", 2000),
        ("/incident", "text", 1000),
        ("/brouillon/publier", "comment", 500),
        ("/lexique", "written", 80),
        ("/reglages/horaires/files", "queue", 80),
        (f"/questions/{INTENT}", "display", 10_000),
        ("/questions/nouvelle", "display", 10_000),
        ("/essayer", "said", 300),
    ],
)
async def test_a_text_over_its_limit_is_refused_and_comes_back_whole(
    console: Site, address: str, name: str, limit: int
) -> None:
    """Status 422, the limit in words, and every letter in a form that leads to the same place."""
    browser = await console.signed_in(Role.SUPERVISOR)
    long = "mot " * (limit // 4) + "fin."
    response = await browser.post(address, data={name: long})
    assert response.status_code == 422
    assert f"{limit} caractères au plus" in response.text.replace("\u00a0", " ")
    assert form_in(response.text) == (address, {name: [long]})


async def test_steps_beyond_their_number_are_refused(console: Site) -> None:
    """A 61st step is not left out in silence."""
    browser = await console.signed_in(Role.SUPERVISOR)
    form = await edited(browser)
    form["steps"] = [*form["steps"], *(f"n{n}" for n in range(MOST_STEPS))]
    response = await browser.post(f"/questions/{INTENT}", data=form)
    assert response.status_code == 422
    assert f"{MOST_STEPS} étapes au plus" in response.text


async def test_a_decomposed_accent_and_an_invisible_character_are_taken(console: Site) -> None:
    """What was pasted from a PDF is what it looks like; the lexicon has no two entries that look alike."""
    browser = await console.signed_in(Role.SUPERVISOR)
    pasted = "Re\u0301initialisez le poste\u200b, puis atten\u00addez."
    response = await browser.post("/phrases/fin.1", data={"text": pasted})
    assert response.status_code == 303
    assert console.parts.draft.text("lines/fin.yaml").count("Réinitialisez le poste, puis attendez.") == 1
    for written in ("Re\u0301gate", "Régate"):
        assert (await browser.post("/lexique", data={"written": written, "spoken": "régatte"})).is_redirect
    assert console.parts.draft.text("lexicon.yaml").count("spoken: régatte") == 1


async def test_a_session_that_ended_meanwhile_loses_no_text(console: Site) -> None:
    """Signing in again brings the text back to the page it was sent from, and saves it there."""
    browser = await console.signed_in(Role.SUPERVISOR)
    form = await edited(browser, label=WRITTEN)
    browser.cookies.delete("ivr-session")
    asked = await browser.post(f"/questions/{INTENT}", data=form)
    assert asked.status_code == 401
    address, kept = form_in(asked.text)
    assert address == "/connexion"
    wrong = await browser.post(address, data={**kept, "login": "supervisor", "password": "pas le bon mot"})
    address, kept = form_in(wrong.text)
    back = await browser.post(address, data={**kept, "login": "supervisor", "password": PASSWORD})
    assert back.status_code == 200
    address, sent = form_in(back.text)
    assert (address, sent["label"]) == (f"/questions/{INTENT}", [WRITTEN])
    assert (await browser.post(address, data=sent)).status_code == 303
    assert WRITTEN in console.parts.draft.text(f"faq/{INTENT}.yaml")


async def test_a_part_of_a_page_that_needs_a_new_session_leaves_the_page_as_it_is(console: Site) -> None:
    """A button that htmx sends must not lead away from what is being typed."""
    browser = console.browser()
    sent = await browser.post(f"/questions/{INTENT}/etapes", headers={"HX-Request": "true"})
    assert (sent.status_code, sent.headers.get("HX-Redirect")) == (401, None)


async def test_an_address_is_come_back_to_after_signing_in(console: Site) -> None:
    """A link from a colleague leads where it says, and never away from the console."""
    await console.signed_in(Role.VIEWER)
    browser = console.browser()
    asked = await browser.get("/appels?issue=abandoned")
    assert asked.headers["location"] == "/connexion?retour=%2Fappels%3Fissue%3Dabandoned"
    _, hidden = form_in((await browser.get(asked.headers["location"])).text)
    signed = await browser.post("/connexion", data={**hidden, "login": "viewer", "password": PASSWORD})
    assert signed.headers["location"] == "/appels?issue=abandoned"
    for elsewhere in ("//evil.example", "https://evil.example", "/\\evil.example"):
        again = await browser.get("/connexion", params={"retour": elsewhere})
        assert again.headers["location"] == "/"


@pytest.mark.parametrize(
    ("failure", "status", "told"),
    [
        (OSError(errno.ENOSPC, "No space left on device"), 507, "disque du serveur est plein"),
        (OperationalError("", {}, Exception("database or disk is full")), 507, "disque du serveur est plein"),
        (OperationalError("", {}, Exception("database is locked")), 503, "Réessayez dans un instant"),
        (ConnectionRefusedError(errno.ECONNREFUSED, "refused"), 503, "Réessayez dans un instant"),
        (PermissionError(errno.EACCES, "denied"), 500, "journal du serveur"),
    ],
)
async def test_what_cannot_be_saved_stays_on_the_screen(
    console: Site, monkeypatch: pytest.MonkeyPatch, failure: Exception, status: int, told: str
) -> None:
    """A full disk and a locked database are told in words, with the text in a form that saves it later."""
    browser = await console.signed_in(Role.SUPERVISOR)
    text = "Bonjour, nous revenons vers vous dans un instant."

    async def fails(self: Draft, make: object) -> None:
        raise failure

    with monkeypatch.context() as broken:
        broken.setattr(Draft, "change", fails)
        response = await browser.post("/phrases/fin.1", data={"text": text})
    assert response.status_code == status
    assert told in html.unescape(response.text)
    address, sent = form_in(response.text)
    assert sent == {"text": [text]}
    assert (await browser.post(address, data=sent)).status_code == 303


async def test_a_database_that_is_away_is_told_even_before_anybody_is_known(
    console: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who asks cannot be found out: 503 in words, and the text kept."""
    browser = await console.signed_in(Role.SUPERVISOR)

    async def locked(token: str) -> None:
        raise OperationalError("", {}, Exception("database is locked"))

    monkeypatch.setattr(console.parts.accounts, "user", locked)
    response = await browser.post("/phrases/fin.1", data={"text": WRITTEN})
    assert response.status_code == 503
    assert form_in(response.text)[1] == {"text": [WRITTEN]}


@pytest.mark.parametrize("address", ["/appels?page=", "/apprendre?page=", "/editions/", "/editions/prevues/"])
async def test_a_number_that_nothing_has_is_an_address_that_is_not_there(console: Site, address: str) -> None:
    """However many digits, and whatever digits: 404."""
    browser = await console.signed_in(Role.VIEWER)
    for number in ("9" * 12, "9" * 5000, "٣" * 20):
        assert (await browser.get(f"{address}{number}")).status_code == 404
