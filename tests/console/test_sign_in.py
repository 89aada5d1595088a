"""Signing up, in and out; who is kept outside, and for how long."""

from datetime import timedelta

import pytest

from ivr.console.accounts import FAILURES_PER_LOGIN, WINDOW, Refused, Role
from ivr.console.pages.sign_in import first_link
from ivr.store.journal import recent
from tests.console_site import PASSWORD, Site

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
    for _ in range(FAILURES_PER_LOGIN):
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


async def test_a_session_expires(console: Site) -> None:
    """After its hours one has to sign in again, however busy one was."""
    browser = await console.signed_in(Role.VIEWER)
    console.clock.now += timedelta(hours=12, seconds=1)
    await browser.post("/deconnexion")
    assert [entry.action for entry in await recent(console.parts.database)] == ["sign-in"]


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
