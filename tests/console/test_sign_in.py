"""Signing up, in and out; who is kept outside, and for how long."""

import asyncio
import re
from dataclasses import replace
from datetime import timedelta
from ipaddress import IPv4Network

import httpx
import pytest

from ivr.config import ConsoleSettings
from ivr.console.access import authentication
from ivr.console.access.attempts import PER_ADDRESS, PER_LOGIN, PER_LOGIN_AND_ADDRESS, WINDOW
from ivr.console.access.links import base_of
from ivr.console.access.passwords import MOST_WAITING
from ivr.console.accounts import Refused, Role, Throttled
from ivr.console.cookies import Cookies
from ivr.console.pages import calls
from ivr.console.pages.sign_in import first_link
from ivr.console.web import create_app
from ivr.content.draft import Draft
from ivr.store.journal import recent
from ivr.store.privacy import Pseudonyms
from tests.console_site import PASSWORD, Site
from tests.shipped import PROMPTS

pytestmark = pytest.mark.console

FORM = {"login": "alice", "name": "Alice Martin", "password": PASSWORD, "again": PASSWORD}


async def test_the_first_link_makes_an_administrator_once(console: Site) -> None:
    """The link printed at first start signs up one administrator, then never works again."""
    link = await first_link(console.parts.accounts, "http://127.0.0.1")
    assert link is not None
    browser = console.browser()
    assert "administrateur" in (await browser.get(link)).text
    assert (await browser.post(link, data=FORM)).status_code == 303
    assert [(user.login, user.role) for user in await console.parts.accounts.users()] == [
        ("alice", Role.ADMIN)
    ]
    assert (await console.browser().get(link)).status_code == 410
    assert await first_link(console.parts.accounts, "http://127.0.0.1") is None


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"again": "une autre phrase longue"}, "diffèrent"),
        ({"password": "court", "again": "court"}, "au moins 12"),
        ({"login": "Été !"}, "Identifiant"),
        ({"name": " "}, "votre nom"),
        ({"login": "phrase"}, "ne doit pas contenir"),
    ],
)
async def test_a_bad_sign_up_says_what_to_change(console: Site, changed: dict[str, str], told: str) -> None:
    """What is wrong is said on the form, the link stays good, and nobody is created."""
    token = await console.parts.accounts.invite(Role.VIEWER)
    response = await console.browser().post(f"/inscription/{token}", data=FORM | changed)
    assert response.status_code == 422
    assert told in response.text.replace("&#39;", "'")
    assert await console.parts.accounts.users() == ()
    assert await console.parts.accounts.invited_as(token) is Role.VIEWER


async def test_a_link_expires(console: Site) -> None:
    """A sign-up link older than two days is refused."""
    token = await console.parts.accounts.invite(Role.ADMIN)
    console.clock.now += timedelta(days=2, seconds=1)
    with pytest.raises(Refused, match="expiré"):
        await console.parts.accounts.sign_up(token, "bob", "Bob", PASSWORD)


async def test_a_wrong_password_and_an_unknown_login_look_the_same(console: Site) -> None:
    """Nobody learns from the answer which logins exist."""
    await console.signed_in(Role.VIEWER)
    browser = console.browser()
    known = await browser.post("/connexion", data={"login": "viewer", "password": "x" * 12})
    unknown = await browser.post("/connexion", data={"login": "nobody", "password": "x" * 12})
    assert known.status_code == unknown.status_code == 401
    assert known.text.replace("viewer", "nobody") == unknown.text


async def test_too_many_failures_are_throttled_for_a_while(console: Site) -> None:
    """After five failures even the right password must wait, and the page says how long."""
    await console.signed_in(Role.VIEWER)
    browser = console.browser()
    for _ in range(PER_LOGIN_AND_ADDRESS):
        await browser.post("/connexion", data={"login": "viewer", "password": "wrong password"})
    right = {"login": "viewer", "password": PASSWORD}
    refused = await browser.post("/connexion", data=right)
    assert refused.status_code == 429
    assert "Attendez 15 minutes" in refused.text
    console.clock.now += WINDOW
    assert (await browser.post("/connexion", data=right)).status_code == 303


async def test_signing_out_ends_the_session_on_the_server(console: Site) -> None:
    """A copied cookie is worth nothing after its owner has left."""
    browser = await console.signed_in(Role.VIEWER)
    copied = dict(browser.cookies)
    await browser.post("/deconnexion")
    thief = console.browser()
    thief.cookies.update(copied)
    await thief.post("/deconnexion")
    assert [entry.action for entry in await recent(console.parts.database)].count("sign-out") == 1


async def test_a_session_goes_on_at_another_server_of_the_same_key(console: Site) -> None:
    """Behind a balancer any node may serve the next page: same database, same key, no folder in common."""

    async def seen(key: bytes, browser: httpx.AsyncClient) -> int:
        cookies = Cookies(Pseudonyms(key))
        home = console.parts.settings.console.folder / "other"
        other = create_app(replace(console.parts, cookies=cookies, draft=Draft(home, PROMPTS, {})))
        transport = httpx.ASGITransport(other)
        async with httpx.AsyncClient(
            transport=transport, base_url=browser.base_url, cookies=browser.cookies
        ) as elsewhere:
            return (await elsewhere.get("/appels")).status_code

    browser = await console.signed_in(Role.SUPERVISOR)
    assert await seen(b"k" * 32, browser) == 200
    assert await seen(b"another key, as long as that one", browser) == 303
    await browser.post("/deconnexion")
    assert await seen(b"k" * 32, browser) == 303


async def test_a_session_expires(console: Site) -> None:
    """After its hours one has to sign in again, however busy one was."""
    browser = await console.signed_in(Role.VIEWER)
    console.clock.now += timedelta(hours=12, seconds=1)
    await browser.post("/deconnexion")
    assert [entry.action for entry in await recent(console.parts.database)] == ["sign-in"]


async def test_a_link_asked_for_outlives_the_greeting(console: Site) -> None:
    """The link that the demonstration prints stays good when the server prints its own a moment later."""
    accounts = console.parts.accounts
    token = await accounts.invite(Role.ADMIN)
    assert await first_link(accounts, "http://127.0.0.1") is not None
    assert await accounts.invited_as(token) is Role.ADMIN


async def test_an_earlier_first_link_is_dead(console: Site) -> None:
    """What an old log shows signs nobody up: neither before nor after the first administrator has."""
    accounts = console.parts.accounts
    links = [await first_link(accounts, "http://127.0.0.1") for _ in range(3)]
    browser = console.browser()
    assert [(await browser.get(str(link))).status_code for link in links] == [410, 410, 200]
    assert (await browser.post(str(links[-1]), data=FORM)).status_code == 303
    second = {**FORM, "login": "mallory"}
    assert [(await browser.post(str(link), data=second)).status_code for link in links] == [410] * 3


async def test_the_first_sign_up_ends_every_other_link(console: Site) -> None:
    """Two links for the first administrator (two servers, say) make one of them."""
    accounts = console.parts.accounts
    one, two = await accounts.invite(Role.ADMIN), await accounts.invite(Role.ADMIN)
    await accounts.sign_up(one, "alice", "Alice", PASSWORD)
    with pytest.raises(Refused, match="déjà servi"):
        await accounts.sign_up(two, "mallory", "Mallory", PASSWORD)


async def test_guesses_at_once_are_counted_before_they_are_looked_at(console: Site) -> None:
    """Of forty guesses at the same moment no more than the limit reach the hash."""
    await console.signed_in(Role.VIEWER)
    looked_at: list[str] = []
    passwords = console.parts.accounts._passwords
    right = passwords.right

    async def counted(hashed: str | None, password: str) -> str | None:
        looked_at.append(password)
        return await right(hashed, password)

    passwords.right = counted  # type: ignore[method-assign]
    browser = console.browser()
    guesses = [{"login": "viewer", "password": f"mot de passe numéro {n}"} for n in range(40)]
    answers = await asyncio.gather(*(browser.post("/connexion", data=guess) for guess in guesses))
    assert len(looked_at) <= PER_LOGIN_AND_ADDRESS
    assert {answer.status_code for answer in answers} == {401, 429}


async def test_nobody_locks_a_colleague_out(console: Site) -> None:
    """However many guesses from elsewhere, he signs in from where he did lately."""
    await console.signed_in(Role.VIEWER)
    accounts = console.parts.accounts
    for n in range(PER_LOGIN + 5):
        with pytest.raises(Refused):
            await accounts.sign_in("viewer", "deviné", f"192.0.2.{n}")
    with pytest.raises(Throttled):
        await accounts.sign_in("viewer", PASSWORD, "198.51.100.1")
    assert await accounts.sign_in("viewer", PASSWORD, "127.0.0.1")


async def test_one_address_tries_few_logins(console: Site) -> None:
    """Many logins from one place are as suspicious as one; an IPv6 place is its whole network."""
    accounts = console.parts.accounts
    for n in range(PER_ADDRESS):
        with pytest.raises(Refused, match="incorrect"):
            await accounts.sign_in(f"nobody{n}", "deviné", f"2001:db8::{n:x}")
    with pytest.raises(Throttled):
        await accounts.sign_in("another", "deviné", "2001:db8::ffff")


async def test_few_wait_for_the_hash(console: Site) -> None:
    """Sign-ins beyond those that may wait are told so at once, whoever they are."""
    passwords = console.parts.accounts._passwords
    passwords._waiting = MOST_WAITING
    answer = await console.browser().post("/connexion", data={"login": "viewer", "password": PASSWORD})
    assert answer.status_code == 429
    assert "Trop de connexions" in answer.text


async def test_failures_are_in_the_journal(console: Site) -> None:
    """Under the login, if there is such a user: what was typed instead may be a password."""
    await console.signed_in(Role.VIEWER)
    browser = console.browser()
    for login in ("viewer", "mon mot de passe secret"):
        await browser.post("/connexion", data={"login": login, "password": "x" * 12})
    found = await recent(console.parts.database)
    assert [(entry.by, entry.action) for entry in found if entry.action == "sign-in-failed"] == [
        ("identifiant inconnu", "sign-in-failed"),
        ("viewer", "sign-in-failed"),
    ]


async def test_a_password_is_changed_and_other_sessions_end(console: Site) -> None:
    """With the current one; the browser that changed it stays signed in."""
    browser, elsewhere = await console.signed_in(Role.VIEWER), console.browser()
    await elsewhere.post("/connexion", data={"login": "viewer", "password": PASSWORD})
    new = {"password": "une autre phrase assez longue", "again": "une autre phrase assez longue"}
    wrong = await browser.post("/compte/mot-de-passe", data={**new, "current": "pas celui-là"})
    assert wrong.status_code == 422
    done = await browser.post("/compte/mot-de-passe", data={**new, "current": PASSWORD})
    assert done.headers["location"] == "/compte?ok=1"
    assert (await browser.get("/compte")).status_code == 200
    assert (await elsewhere.get("/compte")).status_code == 303
    signed = await elsewhere.post("/connexion", data={"login": "viewer", "password": new["password"]})
    assert signed.status_code == 303


async def test_signing_out_everywhere(console: Site) -> None:
    """A lost telephone is signed out from another one."""
    browser, lost = await console.signed_in(Role.VIEWER), console.browser()
    await lost.post("/connexion", data={"login": "viewer", "password": PASSWORD})
    await browser.post("/compte/sessions")
    assert [(await each.get("/compte")).status_code for each in (browser, lost)] == [303, 303]


async def test_a_forgotten_password_is_chosen_anew_through_a_link(console: Site) -> None:
    """Good once, for that user alone, and the throttle begins anew."""
    admin, viewer = await console.signed_in(Role.ADMIN), await console.signed_in(Role.VIEWER)
    user = await console.parts.accounts.find("viewer")
    assert user is not None
    for _ in range(PER_LOGIN_AND_ADDRESS):
        await console.browser().post("/connexion", data={"login": "viewer", "password": "oublié"})
    shown = await admin.post(f"/reglages/utilisateurs/{user.id}/mot-de-passe")
    link = re.search(r"http://127\.0\.0\.1/mot-de-passe/[\w-]+", shown.text)
    assert link
    browser, new = console.browser(), "une phrase toute neuve et longue"
    assert "viewer" in (await browser.get(link[0])).text
    assert (await browser.post(link[0], data={"password": new, "again": "autre"})).status_code == 422
    assert (await browser.post(link[0], data={"password": new, "again": new})).status_code == 303
    assert (await browser.post(link[0], data={"password": new, "again": new})).status_code == 410
    assert (await viewer.get("/compte")).status_code == 303
    assert (await browser.post("/connexion", data={"login": "viewer", "password": new})).status_code == 303
    assert (await admin.post("/reglages/utilisateurs/999/mot-de-passe")).status_code == 404


async def test_changing_a_user_who_is_not_there_says_so(console: Site) -> None:
    """404 and a sentence, no « C'est enregistré. »."""
    admin = await console.signed_in(Role.ADMIN)
    response = await admin.post("/reglages/utilisateurs/999", data={"role": "viewer"})
    assert response.status_code == 404
    assert "n'existe pas" in response.text.replace("&#39;", "'")


async def test_a_long_response_ends_with_the_rights_of_who_asked(
    console: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A disabled supervisor gets no more of any stream than what was under way."""
    monkeypatch.setattr(authentication, "ASKED_AGAIN_SECONDS", 0.0)
    monkeypatch.setattr(calls, "QUIET_SECONDS", 0.05)
    browser = await console.signed_in(Role.SUPERVISOR)
    await console.signed_in(Role.ADMIN)
    user = await console.parts.accounts.find("supervisor")
    assert user is not None
    streaming = asyncio.create_task(browser.get("/direct"))
    await asyncio.sleep(0.3)
    assert not streaming.done()
    await console.parts.accounts.change(user.id, Role.SUPERVISOR, disabled=True)
    response = await asyncio.wait_for(streaming, 10)  # it ends
    assert response.text.startswith("data:")


async def test_a_forwarded_address_is_believed_of_named_proxies_only(console: Site) -> None:
    """Nobody gets fresh tries, or uses up another's, by writing an address into a header."""
    await console.signed_in(Role.VIEWER)
    guess = {"login": "viewer", "password": "pas le bon mot"}

    async def guesses(browser: httpx.AsyncClient) -> list[int]:
        tries = range(PER_LOGIN_AND_ADDRESS + 1)
        sent = [{"X-Forwarded-For": f"192.0.2.{n}, 198.51.100.{n}"} for n in tries]
        return [(await browser.post("/connexion", data=guess, headers=each)).status_code for each in sent]

    assert (await guesses(console.browser()))[-1] == 429
    named = ConsoleSettings(proxies=[IPv4Network("127.0.0.0/8")])
    parts = replace(console.parts, settings=console.parts.settings.model_copy(update={"console": named}))
    assert set(await guesses(replace(console, app=create_app(parts)).browser())) == {401}


@pytest.mark.parametrize(
    ("address", "hosts", "base"),
    [
        ("https://ivr.example.org/", ["other.example"], "https://ivr.example.org"),
        ("", ["ivr.example.org"], "https://ivr.example.org"),
        ("", [], "http://127.0.0.1:8080"),
    ],
)
def test_links_begin_as_the_settings_say(address: str, hosts: list[str], base: str) -> None:
    """Never as a browser's ``Host`` says."""
    assert base_of(ConsoleSettings(address=address, hosts=hosts), "127.0.0.1:8080") == base


async def test_a_disabled_user_is_out_at_once(console: Site) -> None:
    """His session ends and his password works no more."""
    await console.signed_in(Role.ADMIN)
    browser = await console.signed_in(Role.VIEWER)
    viewer = (await console.parts.accounts.users())[1]
    await console.parts.accounts.change(viewer.id, Role.VIEWER, disabled=True)
    await browser.post("/deconnexion")
    assert "sign-out" not in [entry.action for entry in await recent(console.parts.database)]
    again = await browser.post("/connexion", data={"login": "viewer", "password": PASSWORD})
    assert again.status_code == 401


async def test_a_forged_cookie_is_nobody(console: Site) -> None:
    """A cookie that we did not sign is ignored."""
    browser = console.browser()
    browser.cookies.set("ivr-session", "made-up.c2lnbmF0dXJl")
    response = await browser.post("/deconnexion")
    assert (response.status_code, response.headers["location"]) == (303, "/connexion")
    assert await recent(console.parts.database) == ()


async def test_the_last_administrator_stays(console: Site) -> None:
    """Nobody can lock everybody out."""
    await console.signed_in(Role.ADMIN)
    (only,) = await console.parts.accounts.users()
    with pytest.raises(Refused, match="dernier administrateur"):
        await console.parts.accounts.change(only.id, Role.VIEWER, disabled=False)


async def test_the_theme_is_remembered(console: Site) -> None:
    """Light or dark is chosen once, without a script; an unknown choice is the automatic one."""
    browser = console.browser()
    await browser.post("/theme", data={"theme": "dark"}, headers={"Referer": "http://127.0.0.1/connexion"})
    assert 'data-theme="dark"' in (await browser.get("/connexion")).text
    await browser.post("/theme", data={"theme": "<script>"})
    assert 'data-theme="auto"' in (await browser.get("/connexion")).text
