"""What is wrong with the server is told in French above every page, to whoever can do something about it."""

import dataclasses
import re
from pathlib import Path

import httpx
import pytest

import ivr
from ivr.console.accounts import Role
from ivr.console.troubles import OTHERWISE, SENTENCES, troubles
from ivr.console.web import create_app
from tests.console_site import Site

pytestmark = pytest.mark.console


def test_every_part_that_can_be_wrong_has_its_french() -> None:
    """The names are those that the server and its back office give."""
    package = Path(ivr.__file__).parent
    sources = [(package / name).read_text(encoding="utf-8") for name in ("app.py", "call/observing.py")]
    body = re.compile(r"def problems\(self\).*?(?=\n    (?:async )?def )", re.DOTALL)
    (of_server,), (of_office,) = [body.findall(text) for text in sources]
    names = set(re.findall(r'found\["(\w+)"\]|^ {16}"(\w+)":', of_server + of_office, re.MULTILINE))
    assert {first or second for first, second in names} | {"background"} == SENTENCES.keys()


def test_a_part_that_is_new_is_told_too() -> None:
    """In general words, with the server's own."""
    (told,) = troubles({"moon": "too near"})
    assert (told.sentence, told.detail) == (OTHERWISE, "moon: too near")


async def test_the_pages_say_it_until_it_is_over(console: Site) -> None:
    """A supervisor reads what it means, an administrator also what the server says; a stranger nothing."""
    wrong = {"ami": "10.0.0.1:5038: no answer", "background: spool": "OSError"}
    app = create_app(dataclasses.replace(console.parts, problems=lambda: wrong))

    async def seen(role: Role) -> str:
        signed_in = await console.signed_in(role)
        browser = httpx.AsyncClient(
            transport=httpx.ASGITransport(app), base_url=signed_in.base_url, cookies=signed_in.cookies
        )
        async with browser:
            return (await browser.get("/questions")).text

    supervisor, administrator = await seen(Role.SUPERVISOR), await seen(Role.ADMIN)
    for text in (supervisor, administrator):
        assert "La liaison avec Asterisk est coupée" in text
        assert "Un travail du serveur" in text
    assert "10.0.0.1" not in supervisor
    assert "10.0.0.1:5038: no answer" in administrator
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://127.0.0.1") as stranger:
        assert "Asterisk est coup" not in (await stranger.get("/connexion")).text
    wrong.clear()
    assert "coupée" not in await seen(Role.VIEWER)
