"""From what the line did not know to a caller who is answered."""

import asyncio
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from playwright.async_api import expect

from ivr.call.knowledge import LiveKnowledge
from ivr.console.accounts import Role
from ivr.dialogue.actions import HangUp, Line, Say
from ivr.dialogue.behaviours.conversation import Conversation
from ivr.dialogue.behaviours.reception import reception
from ivr.dialogue.dialogue import Dialogue
from ivr.dialogue.events import Hypothesis, PromptFinished, Utterance
from ivr.dialogue.ports import Caller, Offers
from ivr.dialogue.typed import TextCall
from ivr.dialogue.understanding import Candidate, Outcome, Reject, Understanding
from ivr.store.assembly import CallFacts
from ivr.store.audio import AudioArchive
from ivr.store.journal import recent
from ivr.store.writing import write
from tests.browser.test_questions import AlwaysOpen, heard, tone
from tests.browser.visit import Visit
from tests.console_site import Site
from tests.sample_calls import records_of

pytestmark = pytest.mark.browser

SAID = "le machin blanc du bureau fait la tête"


async def test_what_was_not_known_is_heard_learned_and_answered(visit: Visit, console: Site) -> None:
    """Listen to the caller, teach his words, see the effect, publish: whoever says them next is answered."""
    parts = console.parts
    await not_understood(console)
    parts.publisher.adopt(await parts.workshop.matcher(console.prompts))
    answer = parts.publisher.current.answer("poste-ne-s-allume-pas").lines["r"].text
    assert answer not in answered(console)
    page = await visit.window(Role.SUPERVISOR)
    await page.goto("/apprendre")
    row = page.locator("li.lesson")
    await expect(row).to_contain_text(SAID)
    await expect(row).to_contain_text("aussi entendu")
    await expect(row).to_contain_text("proche de")
    listen = row.get_by_role("button", name="Écouter l'appelant")
    await listen.click()
    await expect(listen).to_have_attribute("data-heard", "1")
    await visit.picture(page, "learning-voice", dark=True)
    await row.get_by_role("combobox").select_option("poste-ne-s-allume-pas")
    await row.get_by_role("button", name="Apprendre").click()
    await page.get_by_role("link", name="Voir ce que cela change").click()
    await expect(page.locator("#effect")).to_contain_text(SAID, timeout=120_000)
    await page.get_by_label("Pourquoi ce changement ?").fill("Dit par un appelant")
    await page.get_by_role("button", name="Publier maintenant").click()
    await expect(page.get_by_role("status")).to_contain_text("C'est en ligne", timeout=120_000)
    assert answer in answered(console)
    actions = [entry.action for entry in await recent(parts.database)]
    assert {"voice", "learn", "publish"} <= set(actions)
    assert visit.complaints == []


def answered(console: Site) -> str:
    """What a caller hears who says these words now."""
    knowledge = LiveKnowledge(lambda: console.parts.publisher.current)
    call = TextCall(Dialogue(reception(Conversation(knowledge, AlwaysOpen(), Caller(), Offers()))))
    call.answer()
    return heard(call.say(SAID))


async def not_understood(console: Site) -> None:
    """Record a call of which one utterance was not understood, and its sound."""
    near = (Candidate("poste-ne-s-allume-pas", 0.21), Candidate("adresse-mac", 0.12))
    readings = (Hypothesis(SAID, 0.81), Hypothesis("le machin blanc du bureau fait tête", 0.52))
    told = Say(1, (Line("enreg.avis", "Cet appel peut être enregistré."),))
    observed = (
        (0.0, told),
        (3.0, PromptFinished(1)),
        (5.0, Utterance(1, readings, seconds=0.5, sound=tone())),
        (5.1, Understanding(SAID, Outcome.REJECT, near, reject=Reject.NO_MATCH)),
        (5.2, Say(2, (Line("nm.1", "Je n'ai pas compris."),))),
        (9.0, HangUp()),
    )
    facts = CallFacts("0123456789ab", "test", "pseudonym", recorded=True, sound=True)
    began = datetime.now(UTC) - timedelta(hours=1)
    records = records_of(facts, observed, began, ZoneInfo("Europe/Paris"))
    await write(console.parts.database, records)
    archive = AudioArchive(console.parts.settings.store.audio_folder)
    for record in records:
        if record.sound:
            archive.put(record.row["sound"], record.sound)
    await asyncio.to_thread(archive.stop)
