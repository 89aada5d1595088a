"""Questions et réponses: what a supervisor edits, and what he is told."""

import asyncio
import io
import wave
from typing import Any

import httpx
import pytest

from ivr.console.accounts import Role
from ivr.dialogue.answers import Item, Opening
from ivr.store.journal import recent
from tests.console.sounds import TONE_CUT_OFF, TONE_FROM_FAR, a_wav
from tests.console_forms import fields_of
from tests.console_site import Site

pytestmark = pytest.mark.console

INTENT = "adresse-mac"


def plain(page: str) -> str:
    """A page's text without its typographic spaces."""
    return page.replace("&#39;", "'").replace("\u00a0", " ")


async def form_of(browser: httpx.AsyncClient, intent: str = INTENT) -> dict[str, Any]:
    """What the form of a question would send unchanged."""
    return fields_of((await browser.get(f"/questions/{intent}")).text)


async def test_every_question_is_listed_and_opens(console: Site) -> None:
    """A viewer reads everything."""
    browser = await console.signed_in(Role.VIEWER)
    listed = (await browser.get("/questions")).text
    for intent in (await console.parts.draft.published()).content.faq.intents:
        assert f'href="/questions/{intent}"' in listed
        assert (await browser.get(f"/questions/{intent}")).status_code == 200
    assert (await browser.get("/questions/no-such")).status_code == 404


async def test_of_two_who_save_at_once_one_is_told(console: Site) -> None:
    """Both read the same version; the second to write does not undo the first."""
    browser = await console.signed_in(Role.SUPERVISOR)
    sent = await form_of(browser)
    both = [browser.post(f"/questions/{INTENT}", data=sent | {"label": label}) for label in ("a b", "c d")]
    assert sorted([each.status_code for each in await asyncio.gather(*both)]) == [303, 409]


async def test_saving_without_a_change_makes_no_draft(console: Site) -> None:
    """Looking is not editing: for every question, the untouched form leaves no trace."""
    browser = await console.signed_in(Role.SUPERVISOR)
    for intent in (await console.parts.draft.published()).content.faq.intents:
        sent = await form_of(browser, intent)
        response = await browser.post(f"/questions/{intent}", data=sent)
        assert response.status_code == 303, intent
    assert console.parts.draft.changes == ()


async def test_an_edit_is_kept_in_the_draft_and_noted(console: Site) -> None:
    """Callers hear nothing of it; the audit log says who."""
    browser = await console.signed_in(Role.SUPERVISOR)
    sent = await form_of(browser) | {"line.r": "L'adresse MAC\r\nest au dos."}
    assert (await browser.post(f"/questions/{INTENT}", data=sent)).status_code == 303
    draft, published = await console.parts.draft.loaded(), await console.parts.draft.published()
    assert draft.content.faq[INTENT].lines["r"].text == "L'adresse MAC est au dos."
    assert "dos." not in published.content.faq[INTENT].lines["r"].text
    assert (await recent(console.parts.database))[0].subject == INTENT
    assert "Modifiée" in (await browser.get("/questions")).text


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"line.e1": "Tapez 15."}, "Écrivez le chiffre « 1 » en toutes lettres."),
        ({"line.e1": ""}, "Écrivez un texte : ce champ est vide."),
        ({"line.e1": "Voulez-vous ? Ou pas ?"}, "gardez la dernière"),
        ({"label": ""}, "Écrivez un texte"),
        ({"choice-word": "tarifs"}, "désigne déjà"),
        ({"display": "[ici](javascript:alert)"}, "écrivez (lien:DOCUMENT)"),
        ({"phrasings": " \n "}, "au moins une façon"),
        ({"line.e1": "mot " * 26}, "coupez en deux étapes"),
        ({"next.r": ""}, "Choisissez l'étape suivante."),
        ({"next.r": "e2"}, "Rien ne mène à cette étape"),
        ({"tail.e3": "lien"}, "Choisissez le document."),
        ({"tail.e3": "question"}, "Choisissez où mène cette réponse."),
    ],
)
async def test_what_cannot_be_said_is_refused_at_its_field(
    console: Site, changed: dict[str, str], told: str
) -> None:
    """The form comes back with the text and the remedy; nothing is kept."""
    browser = await console.signed_in(Role.SUPERVISOR)
    response = await browser.post(f"/questions/{INTENT}", data=await form_of(browser) | changed)
    assert response.status_code == 422
    assert told in plain(response.text)
    assert 'aria-invalid="true"' in response.text
    assert console.parts.draft.changes == ()


async def test_steps_are_added_moved_and_removed_before_anything_is_kept(console: Site) -> None:
    """Each button sends the form and gets it back changed; the draft is made by saving."""
    browser = await console.signed_in(Role.SUPERVISOR)
    sent = await form_of(browser)
    added = await browser.post(f"/questions/{INTENT}/etapes", data=sent | {"do": "add e1"})
    assert 'id="line-e4"' in added.text
    assert "autofocus" in added.text
    sent = fields_of(added.text) | {"line.e4": "Lisez-la en entier."}
    moved = await browser.post(f"/questions/{INTENT}/etapes", data=sent | {"do": "rise e4"})
    sent = fields_of(moved.text)
    removed = await browser.post(f"/questions/{INTENT}/etapes", data=sent | {"do": "remove e1"})
    assert console.parts.draft.changes == ()
    assert (await browser.post(f"/questions/{INTENT}", data=fields_of(removed.text))).status_code == 303
    lines = (await console.parts.draft.loaded()).content.faq[INTENT].lines
    assert list(lines) == ["r", "r.difference", "e4", "e2", "e3"]
    assert (lines["r"].next, lines["e4"].next, lines["e4"].text) == ("e4", "e2", "Lisez-la en entier.")


async def test_a_step_becomes_a_question(console: Site) -> None:
    """Its replies are asked for, and lead where they are told to."""
    browser = await console.signed_in(Role.SUPERVISOR)
    sent = await form_of(browser) | {"line.e3": "L'avez-vous lue ?", "tail.e3": "question"}
    refused = await browser.post(f"/questions/{INTENT}", data=sent)
    assert refused.status_code == 422
    sent = fields_of(refused.text)
    assert sent["on.e3"] == ["oui", "non"]
    sent["go.e3"] = ["menu", "offer-transfer"]
    assert (await browser.post(f"/questions/{INTENT}", data=sent)).status_code == 303
    line = (await console.parts.draft.loaded()).content.faq[INTENT].lines["e3"]
    assert [(branch.on, branch.go) for branch in line.branches] == [("yes", "menu"), ("no", "offer-transfer")]


async def test_ways_into_an_answer_are_edited(console: Site) -> None:
    """Another beginning, a thing of a list: refused with a remedy, then kept as the loaders read them."""
    browser = await console.signed_in(Role.SUPERVISOR)

    async def pressed(sent: dict[str, Any], command: str) -> dict[str, Any]:
        return fields_of(
            (await browser.post(f"/questions/{INTENT}/etapes", data=sent | {"do": command})).text
        )

    sent = await pressed(await pressed(await form_of(browser), "apart"), "enter opening")
    openings = len(sent["opening-when"])
    sent["opening-when"][-1] = "au dos\nsous le poste"
    sent = await pressed(sent, "enter thing") | {"line.e4": "Oui, {fonction} en a une."}
    sent |= {"listed-unknown": "e3", "thing-name": "le combiné", "thing-say": "combiné, écouteur"}
    refused = await browser.post(f"/questions/{INTENT}", data=sent)
    assert refused.status_code == 422
    assert plain(refused.text).count("Choisissez l'étape à dire.") == 2
    sent["opening-start"][-1] = "e2"
    sent[f"opening-path.{openings - 1}"] = ["e1", ""]
    sent |= {"thing-line": "e4"}
    saved = await browser.post(f"/questions/{INTENT}", data=sent)
    assert saved.status_code == 303, plain(saved.text)
    answer = (await console.parts.draft.loaded()).content.faq[INTENT]
    assert answer.openings[-1] == Opening("e2", ("au dos", "sous le poste"), ("e2", "e1"))
    assert answer.catalogue is not None
    assert answer.catalogue.items == (Item("le combiné", "e4", ("combiné", "écouteur")),)
    again = await form_of(browser)
    assert again["opening-when"][-1] == "au dos, sous le poste"


async def test_questions_are_put_in_another_order(console: Site) -> None:
    """Neighbours change places, and so do categories; only the files that moved are touched."""
    browser = await console.signed_in(Role.SUPERVISOR)
    before = (await console.parts.draft.loaded()).content.faq
    first, second, *rest = before.intents
    moved = await browser.post("/questions/ordre", data={"do": f"rise {second}"})
    assert moved.status_code == 303
    assert (await console.parts.draft.loaded()).content.faq.intents == (second, first, *rest)
    assert console.parts.draft.changes == tuple(sorted(f"faq/{each}.yaml" for each in (first, second)))
    last = list(before.categories)[-1]
    await browser.post("/questions/ordre", data={"do": f"rise {last}"})
    assert list((await console.parts.draft.loaded()).content.faq.categories)[-2] == last
    viewer = await console.signed_in(Role.VIEWER)
    assert (await viewer.post("/questions/ordre", data={"do": f"rise {first}"})).status_code == 403
    assert 'name="do"' not in (await viewer.get("/questions?ranger=1")).text


async def test_two_people_do_not_undo_each_other(console: Site) -> None:
    """A form opened before somebody else's change is not saved over it."""
    one, other = await console.signed_in(Role.SUPERVISOR), await console.signed_in(Role.ADMIN)
    first, second = await form_of(one), await form_of(other)
    await one.post(f"/questions/{INTENT}", data=first | {"line.r": "Au dos du poste."})
    response = await other.post(f"/questions/{INTENT}", data=second | {"line.r": "Sous le poste."})
    assert response.status_code == 409
    assert "Sous le poste." in response.text
    assert (await console.parts.draft.loaded()).content.faq[INTENT].lines["r"].text == "Au dos du poste."


async def test_a_new_question_is_ready_to_publish(console: Site) -> None:
    """The loaders accept it with the rest."""
    browser = await console.signed_in(Role.SUPERVISOR)
    sent = {
        "category": "GESTION",
        "question": "Comment changer ma musique d'attente ?",
        "label": "la musique d'attente",
        "choice-word": "musique",
        "display": "Dans l'espace client.",
        "spoken": "La musique d'attente se change dans votre espace client.",
        "phrasings": "changer la musique\nla musique d'attente est affreuse",
    }
    response = await browser.post("/questions/nouvelle", data=sent)
    assert response.headers["location"] == "/questions/comment-changer-musique-attente?ok=1"
    loaded = await console.parts.draft.loaded()
    assert loaded.phrasings.intents["comment-changer-musique-attente"][0] == "changer la musique"
    refused = await browser.post(
        "/questions/nouvelle", data=sent | {"choice-word": "tarifs", "question": "Quoi ?"}
    )
    assert refused.status_code == 422
    assert "désigne déjà" in refused.text


async def test_advice_comes_while_writing(console: Site) -> None:
    """The linter's remarks, for one text."""
    browser = await console.signed_in(Role.VIEWER)
    response = await browser.post("/questions/conseils", data={"line.r": "Menu → reseau."})
    assert "une flèche" in response.text
    assert "«\u00a0réseau\u00a0»" in response.text


async def test_a_recording_replaces_the_voice_and_goes_again(console: Site) -> None:
    """A real WAV is kept in the draft, heard, and taken away again."""
    browser = await console.signed_in(Role.SUPERVISOR)
    address = f"/questions/{INTENT}/enregistrement/r"
    files = {"recording": ("voix.wav", a_wav(), "audio/wav")}
    assert (await browser.post(address, files=files)).status_code == 303
    assert console.parts.draft.changes == (f"recordings/{INTENT}.r.wav",)
    assert "Voix enregistrée" in (await browser.get(f"/questions/{INTENT}")).text
    heard = await browser.post("/ecouter", data={"text": "Autre.", "prompt": f"{INTENT}.r"})
    assert heard.headers["content-type"] == "audio/wav"
    assert (await browser.post(address, data={"remove": "1"})).status_code == 303
    assert console.parts.draft.changes == ()


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("faux.wav", b"MZ not a sound at all", "n'est pas un son"),
        ("muet.wav", a_wav(bytes(16000)), "On n'entend rien"),
        ("loin.wav", a_wav(TONE_FROM_FAR), "trop faible"),
        ("fort.wav", a_wav(TONE_CUT_OFF), "saturé"),
        ("virus.exe", b"MZ" + bytes(2000), "n'est pas un son"),
        ("vide.wav", b"", "n'est pas un son"),
    ],
)
async def test_what_is_no_recording_is_refused(console: Site, name: str, content: bytes, told: str) -> None:
    """A clear message at the line, and nothing kept."""
    browser = await console.signed_in(Role.SUPERVISOR)
    files = {"recording": (name, content, "audio/wav")}
    response = await browser.post(f"/questions/{INTENT}/enregistrement/r", files=files)
    assert response.status_code == 422
    assert told in plain(response.text)
    back = await browser.post("/ecouter/enregistrement", files=files)
    assert (back.status_code, told in back.text) == (422, True)
    assert console.parts.draft.changes == ()


async def test_a_take_is_heard_back_before_it_is_kept(console: Site) -> None:
    """As it comes out of a telephone, 8 kHz; the draft does not change."""
    browser = await console.signed_in(Role.SUPERVISOR)
    heard = await browser.post("/ecouter/enregistrement", files={"recording": ("micro.wav", a_wav())})
    with wave.open(io.BytesIO(heard.content)) as sound:
        assert sound.getframerate() == 8000
    assert console.parts.draft.changes == ()


@pytest.mark.parametrize(
    "path",
    ["/questions/adresse-mac", "/questions/nouvelle", "/questions/adresse-mac/enregistrement/r", "/lexique",
     "/phrases/accueil.1", "/brouillon/publier", "/brouillon/abandonner", "/editions/1/retour",
     "/ecouter/enregistrement"],
)  # fmt: skip
async def test_a_viewer_changes_nothing(console: Site, path: str) -> None:
    """Every form is for supervisors; strangers are asked to sign in."""
    viewer = await console.signed_in(Role.VIEWER)
    assert (await viewer.post(path)).status_code == 403
    assert (await console.browser().post(path)).headers["location"] == "/connexion"
    assert console.parts.draft.changes == ()
