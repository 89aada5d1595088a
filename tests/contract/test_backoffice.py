"""What goes on beside the conversation, wired together: each part by its settings."""

import asyncio
from contextlib import AsyncExitStack
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from prometheus_client import generate_latest

from ivr.audio.ticker import Ticker
from ivr.call import observing
from ivr.call.observing import BackOffice
from ivr.config import AmiSettings, CallSettings, SendingSettings, Settings, SmsSettings, StoreSettings
from ivr.dialogue.actions import BookCallback, HangUp, Line, RefuseRecording, SendLink, Transfer
from ivr.dialogue.actions import Say as SayAction
from ivr.dialogue.ports import Caller, Link
from ivr.errors import ConfigurationError
from ivr.knowledge.desk_changes import UNCHANGED
from ivr.speech.recognition.decoding_threads import Decoding
from ivr.store.audio import files, name_of
from ivr.store.operations.membership import Membership
from ivr.store.queries import read_call
from ivr.telephony.ami_logins import AmiLogins
from tests.stored import find_callbacks

pytestmark = pytest.mark.contract

MARIE = Caller("0612345678")


def published() -> Any:
    """Just what the back office asks of the knowledge."""
    return SimpleNamespace(
        intents=lambda: ("adresse-mac",),
        link={"guide": Link("guide", "Guide", "https://g.example")}.get,
        content=SimpleNamespace(addressed=lambda: frozenset({"guide"}), desk=UNCHANGED),
        answer=lambda intent: SimpleNamespace(queue=f"queue-of-{intent}"),
    )


@pytest.fixture
def settings(url: str, tmp_path: Path) -> Settings:
    (tmp_path / "prompts").mkdir()
    store = StoreSettings(url=url, spool=tmp_path / "spool", key_file=tmp_path / "key")
    return Settings(prompts=tmp_path / "prompts", store=store, ami=AmiSettings(port=1))


async def test_a_call_is_recorded_counted_and_watched(settings: Settings) -> None:
    """One observer tells the record, the metrics and whoever else listens."""
    office, seen = BackOffice(settings, published), []
    async with AsyncExitStack() as stack:
        await office.open(stack)
        assert office.recorder is not None
        observe = office.observer("c1", MARIE, lambda now, what: seen.append(what))
        now = asyncio.get_running_loop().time()
        observe(now, SayAction(1, (Line("adresse-mac.r", "C'est au dos."),)))
        observe(now + 1, HangUp())
        await office.recorder.settled()
        found = await read_call(office.recorder.database, "c1")
        assert found is not None
        assert (found.call.intent, len(found.call.edition)) == ("adresse-mac", 16)
        assert [type(what) for what in seen] == [SayAction, HangUp]
        scraped = generate_latest(office.metrics.registry).decode()
        assert "ivr_calls_total 1.0" in scraped
        assert "ivr_database_up 1.0" in scraped
        assert office.checks()["spool"]() == ""


async def test_the_name_is_given_back_when_nothing_asks_for_it_any_more(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What keeps it may be in the middle of a question to the database when the server stops."""
    told, give_back = list[str](), Membership.leave

    async def keep(self: Membership) -> None:
        try:
            await asyncio.Event().wait()
        finally:
            await asyncio.sleep(0.05)
            told.append("kept")

    async def leave(self: Membership) -> None:
        told.append("left")
        await give_back(self)

    monkeypatch.setattr(Membership, "keep", keep)
    monkeypatch.setattr(Membership, "leave", leave)
    async with AsyncExitStack() as stack:
        await BackOffice(settings, published).open(stack)
        await asyncio.sleep(0)
    assert told == ["kept", "left"]


async def test_a_promise_survives_and_goes_to_the_right_queue(settings: Settings) -> None:
    """Booked for good while the caller waits, for the queue of his question."""
    office = BackOffice(settings, published)
    async with AsyncExitStack() as stack:
        await office.open(stack)
        assert office.recorder is not None
        with Decoding(1) as decoding:
            await office.connect(stack, AmiLogins(settings.ami), Ticker(), decoding)
            effects = office.effects("c1", MARIE)
            assert await effects.perform(BookCallback("0612345678", "", "adresse-mac")) == (True, "")
            assert await effects.perform(BookCallback("0612345679", "", "removed-meanwhile")) == (True, "")
            await office.recorder.settled()
            promise, general = await find_callbacks(office.recorder.database)
        assert general.queue == "support"
        assert (promise.queue, promise.call, promise.state) == ("queue-of-adresse-mac", "c1", "pending")
        assert promise.caller == office.recorder.pseudonyms.of("0612345678")


async def test_what_is_not_configured_is_not_offered(settings: Settings) -> None:
    """No record, no callbacks; no provider, no links; calls are counted all the same."""
    off = settings.model_copy(update={"store": settings.store.model_copy(update={"enabled": False})})
    office = BackOffice(off, published)
    async with AsyncExitStack() as stack:
        await office.open(stack)
        assert (office.recorder, office.takes_callbacks) == (None, False)
        effects = office.effects("c1", MARIE)
        assert (await effects.perform(BookCallback("0612345678", "", "")))[0] is False
        assert (await effects.perform(SendLink("guide", "sms", "0612345678")))[0] is False
        assert (office.offers().sms, office.offers().links) == (False, {"guide"})
        office.observer("c1", MARIE)(0.0, Transfer("support", "requested"))
        assert "ivr_exits_total" in generate_latest(office.metrics.registry).decode()


def test_a_provider_is_offered(settings: Settings) -> None:
    """With a provider's address, links go by text message."""
    sms = SendingSettings(sms=SmsSettings(url="https://sms.example/"))
    office = BackOffice(settings.model_copy(update={"send": sms}), published)
    assert (office.offers().sms, office.offers().email) == (True, False)


def test_nobody_is_recorded_without_being_told(settings: Settings) -> None:
    """Sound without the notice is a mistake in the settings."""
    secret = settings.model_copy(update={"store": settings.store.model_copy(update={"audio": True})})
    with pytest.raises(ConfigurationError, match=r"\[call\] record = true"):
        BackOffice(secret, published)


async def test_a_refusal_is_confirmed_once_the_sound_is_gone(settings: Settings, tmp_path: Path) -> None:
    """The caller hears that he is not recorded when nothing is left; a disk that refuses is a failure."""
    store = settings.store.model_copy(update={"audio": True, "audio_folder": tmp_path / "audio"})
    told = settings.model_copy(update={"store": store, "call": CallSettings(record=True)})
    office = BackOffice(told, published)
    async with AsyncExitStack() as stack:
        await office.open(stack)
        assert office.recorder is not None
        assert office.recorder.audio is not None
        office.recorder.audio.put(name_of("2026-11-23", "c1", 1), bytes(3200))
        effects = office.effects("c1", MARIE)
        assert await effects.perform(RefuseRecording()) == (True, "")
        assert files(tmp_path / "audio") == []
        (tmp_path / "audio" / "2026-11-23").rmdir()
        (tmp_path / "audio").rmdir()
        with pytest.raises(OSError, match="audio"):
            await effects.perform(RefuseRecording())
        assert "ivr_audio_written_total 1.0" in generate_latest(office.metrics.registry).decode()


async def test_a_disk_that_is_nearly_full_is_told_before_it_is(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In what `/ready` says; calls go on."""
    monkeypatch.setattr(observing, "why_low", lambda folder: f"{folder}: only 50 MB left")
    office = BackOffice(settings, published)
    async with AsyncExitStack() as stack:
        await office.open(stack)
        async with asyncio.timeout(10):
            while "disk" not in office.problems():
                await asyncio.sleep(0.01)
        assert "spool: only 50 MB left" in office.problems()["disk"]
