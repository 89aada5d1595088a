"""A supervisor speaks: a real Chromium whose microphone is a file, on the real ear and the real voice."""

from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
import soundfile
from playwright.async_api import Browser, async_playwright, expect

from ivr.config import RecognitionSettings
from ivr.console.accounts import Role
from ivr.speech.recognition.vosk_recognizer import VoskRecognizer
from tests.browser.conftest import ARGUMENTS, CHROMIUM
from tests.browser.visit import Visit
from tests.console_site import Site, site

pytestmark = pytest.mark.browser

SPOKEN = Path(__file__).parents[1] / "speech" / "audio" / "02.wav"
"""« comment faire un test ping sur mon poste »."""
MICROPHONE = ("--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream")


@pytest.fixture(scope="module")
def recognizer() -> VoskRecognizer:
    """The shipped model."""
    return VoskRecognizer(RecognitionSettings().model)


@pytest.fixture
async def console(tmp_path: Path, recognizer: VoskRecognizer) -> AsyncIterator[Site]:
    """A console that hears."""
    async with site(tmp_path, ThreadPoolExecutor(1), recognizer) as opened:
        yield opened


@pytest.fixture
async def chromium(tmp_path: Path) -> AsyncIterator[Browser]:
    """A browser in whose microphone somebody asks a question again and again, twelve seconds apart."""
    speech, rate = soundfile.read(SPOKEN, dtype="int16")
    before, after = np.zeros(2 * rate, np.int16), np.zeros(9 * rate, np.int16)
    soundfile.write(tmp_path / "caller.wav", np.concatenate([before, speech, after]), rate)
    spoken = f"--use-file-for-fake-audio-capture={tmp_path / 'caller.wav'}"
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=CHROMIUM, args=[*ARGUMENTS, *MICROPHONE, spoken]
        )
        yield browser
        await browser.close()


async def test_a_spoken_question_gets_its_answer(visit: Visit, console: Site) -> None:
    """What was heard, understood and said is on the page; keys work; hanging up ends the call."""
    parts = console.parts
    parts.publisher.adopt(await parts.workshop.matcher(console.prompts))
    answer = parts.publisher.current.answer("test-ping").lines["r"].text
    page = await visit.window(Role.SUPERVISOR)
    await page.goto("/essayer/micro")
    await page.get_by_role("button", name="Appeler").click()
    talk = page.get_by_label("Conversation")
    await expect(talk.locator(".line").first).to_contain_text("assistant vocal", timeout=30_000)
    await expect(talk.locator(".partial")).to_contain_text("…", timeout=30_000)
    await expect(talk.locator(".caller").first).to_contain_text("ping", timeout=30_000)
    await expect(talk).to_contain_text("Répond : ")
    await expect(talk.get_by_text(answer)).to_be_visible()
    await visit.picture(page, "microphone", dark=True)
    await page.get_by_role("button", name="9", exact=True).click()
    await expect(talk).to_contain_text("touche 9")
    await page.get_by_role("button", name="Raccrocher").click()
    await expect(page.get_by_role("status")).to_contain_text("terminé")
    assert visit.complaints == []


@pytest.mark.parametrize(
    ("script", "told"),
    [
        ("getUserMedia = () => Promise.reject(new DOMException('', 'NotAllowedError'))", "n'a pas le droit"),
        ("getUserMedia = () => Promise.reject(new DOMException('', 'NotFoundError'))", "Aucun micro"),
        ("mediaDevices", "ne prête le micro qu'à une page sûre"),
    ],
    ids=["refused", "absent", "insecure"],
)
async def test_a_missing_microphone_is_explained(visit: Visit, script: str, told: str) -> None:
    """Refused, absent, or kept back because the page is not on https: what to do, in French."""
    page = await visit.window(Role.VIEWER)
    if script == "mediaDevices":
        await page.add_init_script("Object.defineProperty(navigator, 'mediaDevices', {value: undefined})")
    else:
        await page.add_init_script(f"navigator.mediaDevices.{script}")
    await page.goto("/essayer/micro")
    await page.get_by_role("button", name="Appeler").click()
    await expect(page.get_by_role("alert")).to_contain_text(told)
    await expect(page.get_by_role("button", name="Appeler")).to_be_visible()
    assert visit.complaints == []


async def test_a_prompt_is_recorded_and_heard_back(visit: Visit, console: Site) -> None:
    """A take is judged, made again, heard as callers will hear it, and kept in the draft."""
    page = await visit.window(Role.SUPERVISOR)
    await page.goto("/questions/adresse-mac")
    line = page.locator("#etape-r")
    await line.get_by_text("Mettre une voix enregistrée").click()
    await line.get_by_role("button", name="Enregistrer au micro").click()
    await line.get_by_role("button", name="Terminer").click()  # before anybody has spoken
    await expect(line.get_by_role("alert")).to_contain_text("On n'entend rien")
    await line.get_by_role("button", name="Recommencer").click()
    await expect(line.get_by_role("status")).to_have_text("6 s", timeout=20_000)
    await visit.picture(page, "recorder")
    await line.get_by_role("button", name="Terminer").click()
    await expect(line.get_by_role("button", name="Garder")).to_be_visible()
    await visit.picture(page, "recorded")
    await line.get_by_role("button", name="Garder").click()
    await expect(page.get_by_role("status").first).to_contain_text("Enregistré dans le brouillon")
    kept = console.parts.draft.folder / "recordings" / "adresse-mac.r.wav"
    assert 5 < soundfile.info(kept).duration < 12
    assert visit.complaints == []


async def test_a_shared_message_is_recorded_too(visit: Visit, console: Site) -> None:
    """The goodbye in a person's voice, heard back from the list of messages."""
    page = await visit.window(Role.SUPERVISOR)
    await page.goto("/phrases")
    message = page.locator("[id='p-fin.1']")
    await message.get_by_text("Mettre une voix enregistrée").click()
    await message.get_by_role("button", name="Enregistrer au micro").click()
    await expect(message.locator(".recorder [role=status]")).to_have_text("6 s", timeout=20_000)
    await message.get_by_role("button", name="Terminer").click()
    await message.get_by_role("button", name="Garder").click()
    await expect(message.get_by_text("Voix enregistrée", exact=True)).to_be_visible()
    await message.locator("form > .head .listen").click()
    await expect(message.locator("form > .head .listen")).to_have_attribute("data-heard", "1")
    assert console.parts.draft.changes == ("recordings/fin.1.wav",)
    assert visit.complaints == []
