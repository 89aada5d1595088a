"""The voice in « Réglages » and behind « Écouter », and what a supervisor learns when it is not there."""

from pathlib import Path
from urllib.parse import unquote

import httpx
import pytest

from ivr.config import SpeechSettings
from ivr.console.accounts import Role
from ivr.speech.synthesis import kokoro_synthesizer
from tests.console_site import Site

pytestmark = pytest.mark.console


@pytest.fixture
async def browser(console: Site) -> httpx.AsyncClient:
    """A supervisor's."""
    return await console.signed_in(Role.SUPERVISOR)


@pytest.fixture
def without_kokoro(console: Site, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The shipped voice is chosen, and its extra not installed."""
    monkeypatch.setattr(kokoro_synthesizer, "NEEDED", ("no_such_package",))
    settings = SpeechSettings(engine="kokoro", cache=tmp_path / "cache")
    monkeypatch.setattr(console.parts.listening, "_settings", settings)


async def test_the_voice_is_named_and_can_be_heard(browser: httpx.AsyncClient) -> None:
    """Where everything is there, nothing is complained of."""
    page = (await browser.get("/reglages")).text
    assert "espeak-ng, par pyttsx3" in page
    assert "voix de secours, car" not in page
    heard = await browser.post("/ecouter", data={"text": "Bonjour."})
    assert (heard.status_code, heard.headers.get("X-Notice")) == (200, None)


@pytest.mark.usefixtures("without_kokoro")
async def test_a_line_said_by_the_spare_voice_is_told_with_the_remedy(
    console: Site, browser: httpx.AsyncClient
) -> None:
    """An edited line is never silent: the spare voice says it, and both pages tell why."""
    (path,) = console.parts.settings.prompts.glob("lines/menu.yaml")
    edited = path.read_text(encoding="utf-8").replace("Je vous écoute.", "Je suis tout ouïe.")
    await console.parts.draft.save({"lines/menu.yaml": edited.encode()})

    heard = await browser.post("/ecouter", data={"text": "Je suis tout ouïe.", "prompt": "menu.court"})
    assert heard.status_code == 200
    assert len(heard.content) > 5000
    assert "voix de secours" in unquote(heard.headers["X-Notice"])

    page = (await browser.get("/reglages")).text
    assert "par la voix de secours, car la voix choisie n&#39;est pas installée ici" in page or (
        "par la voix de secours, car la voix choisie n'est pas installée ici" in page
    )
    assert "pip install" in page
