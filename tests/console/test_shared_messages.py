"""Shared messages and pronunciation."""

import httpx
import pytest

from ivr.console.accounts import Role
from ivr.console.preview import RateLimit
from tests.console.sounds import a_wav
from tests.console_site import Site

pytestmark = pytest.mark.console


async def test_a_shared_message_changes_in_the_draft(console: Site) -> None:
    """The greeting, for one."""
    browser = await console.signed_in(Role.SUPERVISOR)
    response = await browser.post("/phrases/accueil.1", data={"text": "Bonjour à vous."})
    assert response.headers["location"] == "/phrases?ok=accueil.1#p-accueil.1"
    assert (await console.parts.draft.loaded()).content.lines["accueil.1"] == "Bonjour à vous."
    assert "Modifié" in (await browser.get("/phrases")).text


async def test_a_message_keeps_its_slots(console: Site) -> None:
    """What the line must fill in cannot be lost; the page says which."""
    browser = await console.signed_in(Role.SUPERVISOR)
    response = await browser.post("/phrases/conf.1", data={"text": "C'est bien cela ?"})
    assert response.status_code == 422
    assert "Gardez {label}" in response.text
    assert console.parts.draft.changes == ()
    assert (await browser.post("/phrases/no.such", data={"text": "Rien."})).status_code == 404


async def test_a_shared_message_is_spoken_by_a_person(console: Site) -> None:
    """Kept in the draft, played by « Écouter », taken away again; not where the line fills in a value."""
    browser = await console.signed_in(Role.SUPERVISOR)

    async def sent(prompt: str, content: bytes = a_wav()) -> httpx.Response:
        files = {"recording": ("voix.wav", content, "audio/wav")}
        return await browser.post(f"/phrases/{prompt}/enregistrement", files=files)

    assert (await sent("fin.1")).headers["location"] == "/phrases?ok=fin.1#p-fin.1"
    assert console.parts.draft.changes == ("recordings/fin.1.wav",)
    listed = (await browser.get("/phrases")).text
    assert "Voix enregistrée" in listed
    assert "Modifié" in listed
    heard = await browser.post("/ecouter", data={"text": "Peu importe.", "prompt": "fin.1"})
    assert heard.content[:4] == b"RIFF"
    assert "Fin d&#39;appel" in (await browser.get("/brouillon")).text
    fake = await sent("fin.1", b"RIFF but not a sound")
    assert fake.status_code == 422
    assert "n&#39;est pas un son" in fake.text
    assert "seule la synthèse le dit" in (await sent("conf.1")).text
    assert (await sent("no.such")).status_code == 404
    await browser.post("/phrases/fin.1/enregistrement", data={"remove": "1"})
    assert console.parts.draft.changes == ()


async def test_a_pronunciation_is_added_and_removed(console: Site) -> None:
    """In the draft, with the lexicon's comments."""
    browser = await console.signed_in(Role.SUPERVISOR)
    await browser.post("/lexique", data={"written": "SVI", "spoken": "S V I"})
    assert "SVI" in (await browser.get("/lexique")).text
    assert console.parts.draft.changes == ("lexicon.yaml",)
    await browser.post("/lexique", data={"written": "SVI", "remove": "1"})
    assert console.parts.draft.changes == ()
    assert (await browser.post("/lexique", data={"written": "SVI"})).status_code == 422


@pytest.mark.speech
async def test_a_line_is_heard_as_on_the_telephone(console: Site) -> None:
    """Eight thousand samples a second, in A-law's steps; another pronunciation sounds otherwise."""
    browser = await console.signed_in(Role.VIEWER)
    plain = await browser.post("/ecouter", data={"text": "Le SVI."})
    other = await browser.post("/ecouter", data={"text": "Le SVI.", "spoken": ""})
    tried = await browser.post("/ecouter", data={"text": "SVI", "spoken": "serveur vocal interactif"})
    alone = await browser.post("/ecouter", data={"text": "SVI"})
    assert plain.content == other.content
    assert plain.content[:4] == b"RIFF"
    assert len(tried.content) > 1.5 * len(alone.content)
    assert (await browser.post("/ecouter", data={"text": " … "})).status_code == 422


async def test_nobody_keeps_the_voice_busy(console: Site) -> None:
    """Each user hears so many texts a minute; then he is told to wait, in words."""
    browser = await console.signed_in(Role.VIEWER)
    console.parts.listening.rate_limit = RateLimit(1, 60)
    assert (await browser.post("/ecouter", data={"text": " … "})).status_code == 422
    refused = await browser.post("/ecouter", data={"text": "Bonjour."})
    assert (refused.status_code, "attendez" in refused.text) == (429, True)


def test_a_user_waits_no_longer_than_he_must() -> None:
    """One that waits opens the way again; others are not held up."""
    now = [0.0]
    rate_limit = RateLimit(2, 60, lambda: now[0])
    assert [rate_limit.allows("lea") for _ in range(3)] == [True, True, False]
    assert rate_limit.allows("marc")
    now[0] = 61
    assert rate_limit.allows("lea")
