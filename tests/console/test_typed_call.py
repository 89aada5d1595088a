"""A call typed in the browser."""

import re

import pytest

from ivr.console.accounts import Role
from ivr.console.test_call.typed import understood_as
from ivr.dialogue.understanding import Candidate, Command, Outcome, Reject, Understanding
from tests.console_site import Site

pytestmark = pytest.mark.console

ASKED = "Quel est le prix d'un appel vers l'étranger ?"


async def learned(console: Site) -> None:
    """Let what is published understand."""
    console.parts.publisher.adopt(await console.parts.workshop.matcher(console.prompts))


async def test_a_call_is_held_in_the_page(console: Site) -> None:
    """Greeting, question, answer, what was understood; silence and keys too."""
    await learned(console)
    browser = await console.signed_in(Role.VIEWER)
    assert "assistant vocal automatique" in (await browser.get("/essayer")).text
    text = (await browser.post("/essayer", data={"said": [ASKED, "…", "0"]})).text.replace("\u00a0", " ")
    assert "Les tarifs vers l&#39;étranger" in text
    assert re.search(r"Répond : les tarifs des appels[^<]* \d+\s%", text)
    assert "(se tait)" in text
    assert "passé à la file" in text
    assert "Rappeler" in text


async def test_the_draft_can_be_tried_before_it_is_published(console: Site) -> None:
    """The same call, with the draft's words."""
    await learned(console)
    browser = await console.signed_in(Role.SUPERVISOR)
    await console.parts.draft.save({"lines/accueil.yaml": "accueil.1: Bonsoir à vous.\n"})
    tried = await browser.post("/essayer", data={"source": "draft"})
    heard = await browser.post("/essayer", data={"source": "published"})
    assert "Bonsoir à vous." in tried.text
    assert "Bonsoir à vous." not in heard.text


async def test_a_conversation_is_bounded(console: Site) -> None:
    """A turn that is too long, or too many of them, are refused; a conversation within both is held."""
    await learned(console)
    browser = await console.signed_in(Role.VIEWER)
    assert (await browser.post("/essayer", data={"said": ["x" * 5000] * 200})).status_code == 422
    assert (await browser.post("/essayer", data={"said": ["x" * 50] * 200})).status_code == 422
    response = await browser.post("/essayer", data={"said": ["x" * 50] * 30})
    assert response.status_code == 200
    assert 0 < response.text.count('class="caller"') <= 40


def test_what_was_understood_is_told_with_its_scores() -> None:
    """What is done first, then what came near; a command has none."""
    labels = {"a": "les tarifs", "b": "le départ"}
    near = (Candidate("a", 0.92), Candidate("b", 0.31))
    answered = Understanding("?", Outcome.ANSWER, near[:1])
    rejected = Understanding("?", Outcome.REJECT, near, reject=Reject.NO_MATCH)
    plain = [understood_as(each, labels).replace("\u202f", " ") for each in (answered, rejected)]
    assert plain == [
        "Répond : les tarifs 92 %",
        "Ne sait pas : pas compris ; autres pistes : les tarifs 92 %, le départ 31 %",
    ]
    asked = Understanding("oui", Outcome.COMMAND, command=Command.YES)
    assert understood_as(asked, labels) == "Commande : oui"
