"""A supervisor changes what the line says: writes, listens, sees the effect, publishes, takes it back."""

from pathlib import Path

import numpy as np
import pytest
from playwright.async_api import expect

from ivr.console.accounts import Role
from ivr.dialogue.actions import Action, Say
from ivr.dialogue.behaviours.conversation import Conversation
from ivr.dialogue.behaviours.reception import reception
from ivr.dialogue.dialogue import Dialogue
from ivr.dialogue.ports import Availability, Caller, Offers
from ivr.dialogue.typed import TextCall
from ivr.live import LiveKnowledge
from ivr.speech.audio import wav
from tests.browser.visit import Visit
from tests.console_site import Site

pytestmark = pytest.mark.browser


async def test_an_answer_changes_is_heard_and_goes_back(visit: Visit, console: Site) -> None:
    """Change an answer, listen to it, see the effect, publish it, and go back."""
    page = await visit.window(Role.SUPERVISOR)
    await page.goto("/questions")
    await visit.picture(page, "questions", dark=True)
    await page.get_by_placeholder("Chercher une question").fill("adresse mac")
    await expect(page.locator("#questions li:visible")).to_have_count(1)
    await page.locator("#questions li:visible a").click()
    line = page.get_by_role("textbox", name="Première phrase")
    await line.fill("L'adresse MAC est sur une etiquette.")
    await expect(page.locator("#remarks-1")).to_contain_text("vouliez-vous écrire «\u00a0étiquette\u00a0»")
    await visit.picture(page, "question", dark=True)
    await line.fill("L'adresse MAC est écrite au dos du poste.")
    listen = page.locator("#etape-r .listen")
    await listen.click()
    await expect(listen).to_have_attribute("data-heard", "1", timeout=30_000)
    await page.get_by_role("button", name="Enregistrer dans le brouillon").click()
    await expect(page.get_by_role("status")).to_contain_text("Enregistré dans le brouillon")
    await page.goto("/brouillon")
    await expect(page.locator("#effect")).to_contain_text("Aucune", timeout=60_000)
    await visit.picture(page, "review")
    await page.get_by_label("Pourquoi ce changement ?").fill("L'étiquette suffit")
    await page.get_by_role("button", name="Publier maintenant").click()
    await expect(page.get_by_role("status")).to_contain_text("C'est en ligne", timeout=60_000)
    assert "écrite au dos" in console.parts.publisher.current.answer("adresse-mac").lines["r"].text
    await visit.picture(page, "edition")
    await page.goto("/editions")
    await visit.picture(page, "editions")
    await page.get_by_role("link", name="Première édition").click()
    page.on("dialog", lambda dialog: dialog.accept())
    await page.get_by_role("button", name="Revenir à cette édition").click()
    await expect(page.get_by_role("status")).to_contain_text("C'est en ligne", timeout=60_000)
    assert "se lit sur l'écran" in console.parts.publisher.current.answer("adresse-mac").lines["r"].text
    assert visit.complaints == []


async def test_a_call_in_progress_hears_the_new_answer(visit: Visit, console: Site) -> None:
    """The caller was there before the publication; his next question gets the new text."""
    parts = console.parts
    parts.publisher.adopt(await parts.workshop.matcher(console.prompts))
    knowledge = LiveKnowledge(lambda: parts.publisher.current)
    call = TextCall(Dialogue(reception(Conversation(knowledge, AlwaysOpen(), Caller(), Offers()))))
    call.answer()
    first = parts.publisher.current.answer("tarifs-etranger").lines["r"].text
    assert first in heard(call.say("Quels sont les tarifs des appels vers l'étranger ?"))
    page = await visit.window(Role.SUPERVISOR)
    await page.goto("/questions/adresse-mac")
    await page.get_by_role("textbox", name="Première phrase").fill(
        "L'adresse MAC est écrite au dos du poste."
    )
    await page.get_by_role("button", name="Enregistrer dans le brouillon").click()
    await page.goto("/brouillon")
    await page.get_by_label("Pourquoi ce changement ?").fill("L'étiquette suffit")
    await page.get_by_role("button", name="Publier maintenant").click()
    await expect(page.get_by_role("status")).to_contain_text("C'est en ligne", timeout=60_000)
    assert "est écrite au dos" in heard(call.say("Où trouver l'adresse MAC de mon téléphone ?"))


async def test_a_recording_is_uploaded_and_a_fake_one_refused(
    visit: Visit, console: Site, tmp_path: Path
) -> None:
    """A WAV replaces the voice of one line; a file that only claims to be one is refused, and says so."""
    page = await visit.window(Role.SUPERVISOR)
    (tmp_path / "voix.wav").write_bytes(wav(tone()))
    (tmp_path / "faux.wav").write_bytes(b"RIFF but not a sound")
    await page.goto("/questions/adresse-mac")
    line = page.locator("#etape-r")
    await line.get_by_text("Mettre une voix enregistrée").click()
    await line.get_by_label("Fichier WAV").set_input_files(tmp_path / "faux.wav")
    await line.get_by_role("button", name="Envoyer").click()
    await expect(page.locator("#etape-r .error")).to_contain_text("n'est pas un son")
    await line.get_by_text("Mettre une voix enregistrée").click()
    await line.get_by_label("Fichier WAV").set_input_files(tmp_path / "voix.wav")
    await line.get_by_role("button", name="Envoyer").click()
    await expect(line.get_by_text("Voix enregistrée", exact=True)).to_be_visible()
    listen = line.locator(".listen")
    await listen.click()
    await expect(listen).to_have_attribute("data-heard", "1", timeout=30_000)
    await line.get_by_text("Remplacer ou retirer la voix").click()
    await line.get_by_role("button", name="Revenir à la synthèse").click()
    await expect(line.get_by_text("Voix enregistrée", exact=True)).to_have_count(0)
    assert visit.complaints == []


class AlwaysOpen:
    """A desk with agents to spare."""

    def availability(self, queue: str) -> Availability:
        """Open, and somebody is free."""
        return Availability(open=True, agents_free=1)


def heard(actions: list[Action]) -> str:
    """What the line said, all together."""
    return " ".join(line.text for action in actions if isinstance(action, Say) for line in action.lines)


def tone() -> bytes:
    """Half a second of sound."""
    return bytes((8000 * np.sin(np.arange(4000) * 0.35)).astype("<i2").tobytes())
