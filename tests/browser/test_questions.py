"""A supervisor changes what the line says: writes, listens, sees the effect, publishes, takes it back."""

from pathlib import Path

import numpy as np
import pytest
from playwright.async_api import Locator, expect

from ivr.audio.frame import wav
from ivr.call.knowledge import LiveKnowledge
from ivr.console.accounts import Role
from ivr.dialogue.actions import Action, Say
from ivr.dialogue.behaviours.conversation import Conversation
from ivr.dialogue.behaviours.reception import reception
from ivr.dialogue.dialogue import Dialogue
from ivr.dialogue.ports import Availability, Caller, Offers
from ivr.dialogue.typed import TextCall
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
    async with page.expect_navigation():  # the page asks the server whether it is there before it sends
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


async def test_steps_come_move_and_go(visit: Visit, console: Site) -> None:
    """A step becomes a question with two ways on; another one is said earlier, then removed."""
    page = await visit.window(Role.SUPERVISOR)
    await page.goto("/questions/adresse-mac")
    await page.get_by_role("button", name="Ajouter une étape après « Étape 3 »").click()
    await page.locator("#line-e4").fill("L'avez-vous trouvée ?")
    last = page.locator("#etape-e4")
    await last.get_by_label("Ensuite").select_option("question")
    await last.get_by_text("Réponses de l'appelant").click()
    await last.get_by_role("button", name="Ajouter une réponse").click()
    await expect(last.locator(".reply")).to_have_count(3)  # yes, no, and one to fill in
    await last.get_by_label("où mène la réponse 1").select_option("menu")
    await last.get_by_label("où mène la réponse 2").select_option("offer-transfer")
    await page.get_by_role("button", name="Dire « Étape 2 » plus tôt").click()
    await expect(page.locator("#etapes li[id]").nth(2)).to_have_id("etape-e2")
    await page.get_by_role("button", name="Retirer « Étape 2 »").click()
    await expect(page.locator("#etape-e1")).to_have_count(0)
    await visit.picture(page, "question-steps", dark=True)
    assert console.parts.draft.changes == ()
    await page.locator(".bar").get_by_role("button", name="Enregistrer dans le brouillon").click()
    await expect(page.get_by_role("status")).to_contain_text("Enregistré dans le brouillon")
    lines = (await console.parts.draft.loaded()).content.faq["adresse-mac"].lines
    assert [lines[name].next for name in ("r", "e2", "e3")] == ["e2", "e3", "e4"]
    assert [(branch.on, branch.go) for branch in lines["e4"].branches] == [
        ("yes", "menu"),
        ("no", "offer-transfer"),
    ]
    assert visit.complaints == []


async def test_a_caller_who_said_more_is_answered_there(visit: Visit, console: Site) -> None:
    """Words lead to a step apart; the row is refused without its step, then kept."""
    page = await visit.window(Role.SUPERVISOR)
    await page.goto("/questions/appels-simultanes")
    await page.get_by_role("button", name="Ajouter une étape à part").click()
    await page.locator("#line-e2").fill("La facture change le mois suivant.")
    await page.get_by_role("button", name="Ajouter un début").click()
    words = page.get_by_label("Début 2 : ce que dit l'appelant")
    await expect(words).to_be_focused()
    await words.fill("facture, facturation")
    save = page.locator(".bar").get_by_role("button", name="Enregistrer dans le brouillon")
    await save.click()
    await expect(page.locator(".ways-in .error")).to_have_text("Choisissez l'étape à dire.")
    await page.get_by_label("Début 2 : première étape dite").select_option("e2")
    await page.get_by_role("button", name="Essayer le début 2 avant").click()
    await expect(page.get_by_label("Début 1 : ce que dit l'appelant")).to_have_value("facture, facturation")
    await save.click()
    await expect(page.get_by_role("status")).to_contain_text("Enregistré dans le brouillon")
    answer = (await console.parts.draft.loaded()).content.faq["appels-simultanes"]
    await visit.picture(page, "question-ways", dark=True)
    assert [each.start for each in answer.openings] == ["e2", "plus"]
    assert visit.complaints == []


async def test_questions_are_arranged_with_the_keyboard(visit: Visit, console: Site) -> None:
    """The arrow that was pressed keeps the focus, so that it can be pressed again."""
    page = await visit.window(Role.SUPERVISOR)
    await page.goto("/questions")
    await page.get_by_role("link", name="Ranger", exact=True).click()
    await visit.picture(page, "questions-order")
    before = list((await console.parts.draft.loaded()).content.faq.intents)
    lower = page.locator(f"#fall-{before[0]}")
    await lower.focus()
    for place in (1, 2):
        await page.keyboard.press("Enter")
        await expect(page.locator("#questions li").nth(place).locator("a")).to_have_attribute(
            "href", f"/questions/{before[0]}", timeout=20_000
        )
        await expect(lower).to_be_focused()
        await expect(page.locator(".htmx-settling")).to_have_count(0)  # before, a key would reload the page
    await page.get_by_role("link", name="Terminer").click()
    assert list((await console.parts.draft.loaded()).content.faq.intents)[2] == before[0]
    assert visit.complaints == []


async def test_a_new_question_is_heard_and_added(visit: Visit, console: Site) -> None:
    """From the list to the draft, listened to on the way."""
    page = await visit.window(Role.SUPERVISOR)
    await page.goto("/questions")
    await page.get_by_role("link", name="Nouvelle question").click()
    await page.get_by_label("Question", exact=True).fill("Comment changer ma musique d'attente ?")
    await page.get_by_label("Ce que la ligne dit").fill(
        "La musique d'attente se change dans votre espace client."
    )
    await page.get_by_label("Ce que disent les appelants").fill("changer la musique\nla musique est affreuse")
    await page.get_by_label("Sujet").fill("la musique d'attente")
    await page.get_by_label("Mot du choix").fill("tarifs")
    await page.get_by_label("Réponse écrite").fill("Dans l'espace client.")
    await listened(page.locator(".listen").first)
    await visit.picture(page, "question-new")
    await page.get_by_role("button", name="Ajouter au brouillon").click()
    await expect(page.locator(".error")).to_contain_text("désigne déjà")
    await page.get_by_label("Mot du choix").fill("musique")
    await page.get_by_role("button", name="Ajouter au brouillon").click()
    await expect(page.get_by_role("heading", level=1)).to_contain_text("musique d'attente")
    assert len(console.parts.draft.changes) == 2
    assert visit.complaints == []


async def test_a_question_is_deleted_and_kept_after_all(visit: Visit, console: Site) -> None:
    """What depends on it is named; the draft gives it back."""
    page = await visit.window(Role.SUPERVISOR)
    await page.goto("/questions/test-ping")
    await page.get_by_role("link", name="Supprimer cette question").click()
    await expect(page.get_by_text("n'en sait pas plus")).to_be_visible()
    await visit.picture(page, "question-delete")
    await page.get_by_role("button", name="Supprimer dans le brouillon").click()
    await expect(page.get_by_text("Supprimée").first).to_be_visible()
    await visit.picture(page, "deleted")
    await page.get_by_role("button", name="Annuler ce changement : Question, Comment réaliser").click()
    await page.goto("/questions/test-ping")
    await expect(page.get_by_role("heading", level=1)).to_contain_text("Test Ping")


async def test_a_shared_message_and_a_pronunciation_are_heard_before_they_are_kept(
    visit: Visit, console: Site
) -> None:
    """Listening takes what is typed, not what is saved."""
    page = await visit.window(Role.SUPERVISOR)
    await page.goto("/phrases")
    message = page.locator("#p-accueil\\.1")
    await message.get_by_role("textbox").fill("Bonsoir, et bienvenue.")
    await listened(message.locator(".listen"))
    await message.get_by_role("button", name="Enregistrer").click()
    await expect(page.get_by_role("status")).to_contain_text("Enregistré")
    assert (await console.parts.draft.loaded()).content.lines["accueil.1"] == "Bonsoir, et bienvenue."
    await page.goto("/lexique")
    await page.get_by_label("On écrit").fill("SVI")
    await page.get_by_label("On prononce").fill("S V I")
    await listened(page.locator("main form .listen").first)
    await page.get_by_role("button", name="Enregistrer").click()
    await expect(page.get_by_role("cell", name="SVI", exact=True)).to_be_visible()
    assert visit.complaints == []


async def listened(button: Locator) -> None:
    """Press « Écouter » and wait until it was heard."""
    await button.click()
    await expect(button).to_have_attribute("data-heard", "1", timeout=60_000)


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
