"""The draft's effect, publishing it, and going back."""

import asyncio

import pytest

from ivr.console.accounts import Role
from ivr.content.draft import Draft
from ivr.content.prompt_folder import UNFINISHED, Shelf
from ivr.content.publications import Editions, read_files
from ivr.store.journal import recent
from tests.console_site import Site

pytestmark = pytest.mark.console

GREETING = "lines/accueil.yaml"


async def greet(console: Site, text: str) -> None:
    """Change the greeting in the draft."""
    await console.parts.draft.save({GREETING: f"accueil.1: {text}\n"})


async def test_publishing_reaches_calls_and_the_history(console: Site) -> None:
    """The files, the calls' knowledge, the history and the audit log agree."""
    browser = await console.signed_in(Role.SUPERVISOR)
    await greet(console, "Bonsoir.")
    assert "Bonsoir." in (await browser.get("/brouillon")).text
    response = await browser.post("/brouillon/publier", data={"comment": "Le soir"})
    assert response.headers["location"] == "/editions/2?ok=1"
    assert console.parts.publisher.current.line("accueil.1").text == "Bonsoir."
    assert (console.prompts / GREETING).read_text(encoding="utf-8") == "accueil.1: Bonsoir.\n"
    assert not console.parts.draft.exists
    shown = (await browser.get("/editions/2")).text
    assert "Le soir" in shown
    assert "<ins>Bonsoir.</ins>" in shown
    newest = (await recent(console.parts.database))[0]
    assert (newest.by, newest.action) == ("supervisor", "publish")
    assert console.announced == [(await console.parts.editions.history(1))[0].edition]


async def test_going_back_restores_every_byte(console: Site) -> None:
    """The first edition again, recordings included; what came between stays in the history."""
    browser = await console.signed_in(Role.SUPERVISOR)
    before = read_files(console.prompts)
    await console.parts.draft.save(
        {GREETING: "accueil.1: Bonsoir.\n", "recordings/accueil.1.wav": b"\xff\x00RIFF"}
    )
    await browser.post("/brouillon/publier", data={"comment": "Le soir"})
    between = read_files(console.prompts)
    await browser.post("/editions/1/retour")
    assert read_files(console.prompts) == before
    await browser.post("/editions/2/retour")
    assert read_files(console.prompts) == between
    assert [each.id for each in await console.parts.editions.history()] == [4, 3, 2, 1]


async def test_publishing_wants_a_reason_and_something_to_publish(console: Site) -> None:
    """Without either nothing happens."""
    browser = await console.signed_in(Role.SUPERVISOR)
    assert (await browser.post("/brouillon/publier", data={"comment": "Rien"})).status_code == 409
    await greet(console, "Bonsoir.")
    assert (await browser.post("/brouillon/publier", data={"comment": " "})).status_code == 422
    assert len(await console.parts.editions.history()) == 1


async def test_a_change_made_meanwhile_is_not_overwritten(console: Site) -> None:
    """The same file published by somebody else: refused; another file: both are kept."""
    browser = await console.signed_in(Role.SUPERVISOR)
    await greet(console, "Bonsoir.")
    (console.prompts / GREETING).write_text("accueil.1: Bonne nuit.\n", encoding="utf-8")
    refused = await browser.post("/brouillon/publier", data={"comment": "Le soir"})
    assert refused.status_code == 409
    assert "entre-temps" in refused.text
    assert "Bonne nuit" in (console.prompts / GREETING).read_text(encoding="utf-8")
    other = console.prompts / "lines" / "aide.yaml"
    (console.prompts / GREETING).write_bytes((console.parts.draft.base / GREETING).read_bytes())
    other.write_text(other.read_text(encoding="utf-8") + "# by hand\n", encoding="utf-8")
    assert (await browser.post("/brouillon/publier", data={"comment": "Le soir"})).status_code == 303
    assert other.read_text(encoding="utf-8").endswith("# by hand\n")


async def test_an_interrupted_publication_is_finished_at_the_next_start(
    console: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever was replaced when the server died, the edition is whole again, and noted once."""
    parts = console.parts
    (console.prompts / "recordings").mkdir()
    (console.prompts / "recordings" / "accueil.1.wav").write_bytes(b"\xff\x00RIFF")
    await greet(console, "Bonsoir.")
    await parts.draft.save({"recordings/accueil.1.wav": None})
    await parts.editions.follow()
    with monkeypatch.context() as dying:
        dying.setattr(Shelf, "finish", killed)
        with pytest.raises(OSError, match="gone"):
            await parts.editions.publish(parts.draft, "marie", "Le soir")
    assert (console.prompts / UNFINISHED).exists()
    again = Editions(parts.database, console.prompts, parts.settings.console.folder, console.clock, {})
    await again.begin()
    assert not (console.prompts / UNFINISHED).exists()
    assert not (console.prompts / "recordings" / "accueil.1.wav").exists()
    assert (console.prompts / GREETING).read_text(encoding="utf-8") == "accueil.1: Bonsoir.\n"
    assert (await again.history(1))[0].comment == "Le soir"


def killed(shelf: Shelf) -> None:
    """What a server does that is killed in the middle."""
    raise OSError("gone")


async def test_changes_made_by_hand_are_noted_at_start(console: Site) -> None:
    """The history knows every edition that callers heard, and names one once."""
    parts = console.parts
    editions = Editions(parts.database, console.prompts, parts.settings.console.folder, console.clock, {})
    await editions.begin()
    assert len(await editions.history()) == 1
    (console.prompts / GREETING).write_text("accueil.1: Bonsoir.\n", encoding="utf-8")
    await editions.begin()
    assert [each.by for each in await editions.history()] == ["système", "système"]


async def test_a_draft_outlives_the_server(console: Site) -> None:
    """Another start finds it as it was."""
    await greet(console, "Bonsoir.")
    again = Draft(console.parts.settings.console.folder, console.prompts, {})
    assert again.changes == (GREETING,)
    assert (await again.loaded()).content.lines["accueil.1"] == "Bonsoir."


async def test_dropping_the_draft(console: Site) -> None:
    """Everything is as published again."""
    browser = await console.signed_in(Role.SUPERVISOR)
    await greet(console, "Bonsoir.")
    await browser.post("/brouillon/abandonner")
    assert console.parts.draft.changes == ()
    assert "Il n'y a pas de brouillon" in (await browser.get("/brouillon")).text.replace("&#39;", "'")


async def test_the_effect_is_what_callers_said_before(console: Site) -> None:
    """A phrasing taught to a question changes how a past utterance would be understood."""
    browser = await console.signed_in(Role.VIEWER)
    await greet(console, "Bonsoir.")
    assert "Aucune" in (await browser.get("/brouillon/effet")).text
    path = "phrasings/adresse-mac.yaml"
    taught = console.parts.draft.text(path) + "  - le petit code collé sous le bidule\n"
    await console.parts.draft.save({path: taught})
    said = ("le petit code collé sous le bidule",)

    async def utterances() -> tuple[str, ...]:
        return said

    task = console.parts.workshop.comparing(
        "test", console.prompts, console.parts.draft.folder, lambda: asyncio.ensure_future(utterances())
    )
    (difference,) = await task
    assert difference.after.what == ("adresse-mac",)
    assert difference.before != difference.after
