"""Personal data goes when it should, all of it, with a proof. On both databases."""

import asyncio
import os
import random
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa

from ivr.config import StoreSettings
from ivr.store import inbox, orphans, promises, retention, statistics
from ivr.store.assembly import CallFacts
from ivr.store.audio import name_of
from ivr.store.database import Database
from ivr.store.operations import rights
from ivr.store.outcomes import Decision
from ivr.store.queries import CallFilter, Period, find_calls, read_call
from ivr.store.schema import calls, erasures, lessons, stamps, turns
from ivr.store.writing import write
from tests.sample_calls import records_of, sample_call
from tests.stored import find_callbacks

pytestmark = pytest.mark.contract

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
PARIS = ZoneInfo("Europe/Paris")
MARIE = rights.Person("marie", "0612345678")


@pytest.fixture
def settings(tmp_path: Path) -> StoreSettings:
    folder = tmp_path / "audio"
    return StoreSettings(
        transcript_days=90, number_days=30, call_days=365, audio_days=10, audio_folder=folder
    )


async def keep(database: Database, call: str, days_ago: float, caller: str = "marie") -> None:
    said = sample_call(random.Random(7))
    began = NOW - timedelta(days=days_ago)
    await write(database, records_of(CallFacts(call, "here", caller), said, began, PARIS))


async def speak(database: Database, folder: Path, call: str, number: int = 1) -> Path:
    """Let a turn have sound."""
    name = name_of("2026-11-01", call, number)
    (folder / name).parent.mkdir(parents=True, exist_ok=True)
    (folder / name).write_bytes(b"RIFF")
    async with database.writing() as connection:
        turn = (turns.c.call == call) & (turns.c.number == number)
        await connection.execute(sa.update(turns).where(turn).values(sound=name))
    return folder / name


async def book(
    database: Database, days_ago: float, caller: str = "marie", number: str = "0612345678"
) -> None:
    at = NOW - timedelta(days=days_ago)
    record = promises.promise_record(
        number, call="c", caller=caller, queue="support", intent="", slot="", now=at, due=at
    )
    await write(database, [record])


async def words(database: Database) -> set[str]:
    """The calls of which some word is kept."""
    async with database.reading() as connection:
        rows = await connection.execute(sa.select(turns.c.call).where(turns.c.text.is_not(None)))
        return {row.call for row in rows}


async def test_each_kind_of_data_has_its_age(database: Database, settings: StoreSettings) -> None:
    """Words, callers and calls go after their own number of days, and not before."""
    for call, days in {"new": 1, "month": 31, "quarter": 91, "year": 366}.items():
        await keep(database, call, days)
    done = await retention.purge(database, settings, NOW, "test")
    assert await words(database) == {"new", "month"}
    found = {row.id: row.caller for row in (await find_calls(database)).rows}
    assert found == {"new": "marie", "month": None, "quarter": None}
    async with database.reading() as connection:
        assert not await connection.scalar(sa.select(sa.func.count()).where(turns.c.call == "year"))
        assert not await connection.scalar(sa.select(sa.func.count()).where(stamps.c.call == "year"))
    assert {proof.what: proof.rows > 0 for proof in done} == {
        "audio": False, "orphans": False,
        "transcripts": True, "numbers": True, "calls": True, "accesses": False,
    }  # fmt: skip


async def test_purging_leaves_the_statistics(database: Database, settings: StoreSettings) -> None:
    """What is counted does not change when words and callers go."""
    await keep(database, "old", 100)
    period = Period(NOW - timedelta(days=200), NOW)
    before = await statistics.compute(database, period)
    await retention.purge(database, settings, NOW, "test")
    assert await statistics.compute(database, period) == before


async def test_every_purge_is_proved(database: Database, settings: StoreSettings) -> None:
    """Each run writes what went, how old it was, and who asked; a second run finds nothing."""
    await keep(database, "old", 100)
    first = await retention.purge(database, settings, NOW, "lea")
    second = await retention.purge(database, settings, NOW, "lea")
    assert [proof.rows for proof in second] == [0] * 6
    log = await retention.proofs(database)
    assert [proof for _, proof, _ in log] == [*reversed(second), *reversed(first)]
    assert {by for _, _, by in log} == {"lea"}


async def test_sound_goes_before_the_words(database: Database, settings: StoreSettings) -> None:
    """After its own days the file and its name are gone, with a proof; the words stay."""
    for call, days in {"new": 1, "old": 11}.items():
        await keep(database, call, days)
    new, old = [await speak(database, settings.audio_folder, call) for call in ("new", "old")]
    done = await retention.purge(database, settings, NOW, "test")
    assert (new.exists(), old.exists()) == (True, False)
    assert done[0] == retention.Proof("audio", NOW - timedelta(days=10), 1)
    assert await words(database) == {"new", "old"}
    detail = await read_call(database, "old")
    assert detail is not None
    assert [turn.sound for turn in detail.turns if turn.sound] == []


async def test_sound_never_outlives_the_words(database: Database, settings: StoreSettings) -> None:
    """However long sound could stay, it goes when what was said goes."""
    await keep(database, "old", 100)
    file = await speak(database, settings.audio_folder, "old")
    longer = settings.model_copy(update={"audio_days": 180})
    await retention.purge(database, longer, NOW, "test")
    assert not file.exists()


async def test_sound_without_its_turn_is_swept(database: Database, settings: StoreSettings) -> None:
    """A file that its turn does not name goes; one whose turn may still be in the spool waits a day."""
    folder = settings.audio_folder
    await keep(database, "c", 1)
    kept, unnamed = await speak(database, folder, "c"), folder / "2026-11-01" / "c-2.wav"
    unstored, forgotten = folder / "2026-11-02" / "d-1.wav", folder / "2026-10-01" / "e-1.wav"
    for path in (unnamed, unstored, forgotten):
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(b"RIFF")
        os.utime(path, (time.time(), time.time()))  # on a day of our choosing the disk has its own
    os.utime(forgotten, (0, 0))
    assert await orphans.survey(database, folder) == orphans.Survey(
        2, ("2026-10-01/e-1.wav", "2026-11-01/c-2.wav"), 0
    )
    done = await retention.purge(database, settings, NOW, "test")
    assert retention.Proof("orphans", None, 2) in done
    assert [path.exists() for path in (kept, unnamed, unstored, forgotten)] == [True, False, True, False]
    assert not forgotten.parent.exists()


async def test_callback_numbers_go_with_the_callers(database: Database, settings: StoreSettings) -> None:
    """A number that nobody could call for a month is not kept for ever."""
    await book(database, 31, number="0612345679")  # a number has one open promise: the newer one
    await book(database, 1)
    await retention.purge(database, settings, NOW, "test")
    old, new = await find_callbacks(database)
    assert (old.state, old.caller, new.state, new.caller) == ("failed", None, "pending", "marie")
    assert [promise.number for promise in await promises.next_due(database, NOW)] == ["0612345678"]


async def test_a_caller_gets_everything_and_nothing_else(database: Database, settings: StoreSettings) -> None:
    """The export has all calls of one caller, with his words; not those of others."""
    await keep(database, "hers", 1)
    await keep(database, "his", 1, caller="paul")
    (exported,) = (await rights.export(database, rights.Person("marie")))["calls"]
    assert exported["call"]["id"] == "hers"
    assert exported["call"]["started_at"] == (NOW - timedelta(days=1)).isoformat()
    assert any(turn["text"] for turn in exported["turns"])


async def test_erasing_a_caller_leaves_nothing_of_him(database: Database, settings: StoreSettings) -> None:
    """No word, no pseudonym, no number; the call itself is still counted, the others are whole."""
    await keep(database, "hers", 1)
    await keep(database, "his", 1, caller="paul")
    await book(database, 1)
    voice = await speak(database, settings.audio_folder, "hers")
    assert await rights.erase(database, MARIE, "admin", settings.audio_folder, NOW) > 2
    assert await words(database) == {"his"}
    assert not voice.exists()
    assert await rights.export(database, MARIE) == {"calls": [], "callbacks": [], "lessons": []}
    assert (await find_calls(database, CallFilter(caller="marie"))).total == 0
    assert (await find_calls(database)).total == 2
    assert await find_callbacks(database) == ()
    assert (await retention.proofs(database))[0][1].what == "erasure"
    erased = await read_call(database, "hers")
    assert erased is not None
    assert {turn.masked for turn in erased.turns} <= {None, "erased"}


async def test_a_number_that_others_dictated_goes_and_is_shown(
    database: Database, settings: StoreSettings
) -> None:
    """Whoever withheld his own, or called from another, asked to be called back there."""
    await book(database, 1, caller="paul", number="0612345678")
    await book(database, 1, caller="paul", number="0687654321")
    (shown,) = (await rights.export(database, MARIE))["callbacks"]
    assert (shown["number"], shown["caller"]) == ("0612345678", "paul")
    await rights.erase(database, MARIE, "admin", settings.audio_folder, NOW)
    (left,) = await find_callbacks(database)
    assert left.caller == "paul"


async def test_what_was_learned_from_him_is_shown_and_goes(
    database: Database, settings: StoreSettings
) -> None:
    """A decision about words that another said too stays: they are not his alone."""
    await keep(database, "hers", 1)
    await keep(database, "his", 1, caller="paul")
    async with database.writing() as connection:
        of_hers, of_both = (turns.c.call == "hers") & (turns.c.number == 1), turns.c.number == 2
        await connection.execute(sa.update(turns).where(of_both).values(text="à deux", text_key="a deux"))
        await connection.execute(sa.update(turns).where(of_hers).values(text="à elle", text_key="a elle"))
    for key in ("a elle", "a deux"):
        await inbox.decide(database, key, Decision.DISMISSED, "lea")
    exported = (await rights.export(database, MARIE))["lessons"]
    assert {each["text_key"] for each in exported} == {"a elle", "a deux"}
    await rights.erase(database, MARIE, "admin", settings.audio_folder, NOW)
    async with database.reading() as connection:
        assert (await connection.execute(sa.select(lessons.c.text_key))).scalars().all() == ["a deux"]


@pytest.mark.parametrize("begun", [False, True], ids=["in a spool", "in the tables"])
async def test_a_call_in_progress_is_erased_at_its_end(
    database: Database, settings: StoreSettings, begun: bool
) -> None:
    """Whichever server writes it, even after a restart; a replay of the spool brings nothing back."""
    said = sample_call(random.Random(7))
    facts = CallFacts("c", "another", "marie")
    records = records_of(facts, said, NOW - timedelta(minutes=5), PARIS)
    early, late = records[: len(records) // 2], records[len(records) // 2 :]
    if begun:
        await write(database, early)
    await rights.erase(database, MARIE, "admin", settings.audio_folder, NOW)
    async with Database(database.url.render_as_string(hide_password=False)) as restarted:
        for batch in (early, late, records):
            await write(restarted, batch)
            assert await words(database) == set()
    assert await rights.export(database, MARIE) == {"calls": [], "callbacks": [], "lessons": []}
    (row,) = (await find_calls(database)).rows
    assert (row.caller, row.ended_at is not None) == (None, True)


async def test_a_promise_made_after_the_erasure_is_kept(database: Database, settings: StoreSettings) -> None:
    """On the same call: he wants to be called, and is nobody known; one made before is not brought back."""
    records = records_of(
        CallFacts("c", "here", "marie"), sample_call(random.Random(7)), NOW - timedelta(minutes=5), PARIS
    )
    await rights.erase(database, MARIE, "admin", settings.audio_folder, NOW)
    at = {"0612345678": NOW - timedelta(minutes=1), "0612345679": NOW + timedelta(minutes=1)}
    booked = [
        promises.promise_record(
            number, call="c", caller="marie", queue="support", intent="", slot="", now=when, due=when
        )
        for number, when in at.items()
    ]
    await write(database, [*records, *booked])
    (left,) = await promises.next_due(database, NOW + timedelta(hours=1))
    assert left.number == "0612345679"
    assert [promise.caller for promise in await find_callbacks(database)] == [None]


async def test_a_later_call_is_his_again(database: Database, settings: StoreSettings) -> None:
    """An erasure is of what was; its mark goes when no older word may be kept any more."""
    await rights.erase(database, MARIE, "admin", settings.audio_folder, NOW - timedelta(days=2))
    await keep(database, "c", 1)
    assert len((await rights.export(database, MARIE))["calls"]) == 1
    await retention.purge(database, settings, NOW + timedelta(days=90), "test")
    async with database.reading() as connection:
        assert await connection.scalar(sa.select(sa.func.count()).select_from(erasures)) == 0


async def test_a_decided_lesson_goes_with_the_last_of_its_words(
    database: Database, settings: StoreSettings
) -> None:
    """The inbox keeps no words that the turns have lost."""
    await inbox.decide(database, "ma facture", Decision.DISMISSED, "lea")
    await retention.purge(database, settings, NOW + timedelta(days=10_000), "test")
    await keep(database, "c", 1)
    async with database.reading() as connection:
        assert await connection.scalar(sa.select(sa.func.count()).select_from(lessons)) == 0
        assert await connection.scalar(sa.select(sa.func.count()).select_from(calls)) == 1


async def test_a_purge_that_fails_is_tried_again(
    database: Database, settings: StoreSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither a database that is away nor a bug of ours ends the purging for good."""
    troubles: list[Exception] = [OSError("away"), ValueError("a bug")]
    purged = asyncio.Event()

    async def ready() -> None:
        if troubles:
            raise troubles.pop()

    async def purge(*what: object) -> list[retention.Proof]:
        purged.set()
        return []

    monkeypatch.setattr(retention, "AGAIN_SECONDS", 0.0)
    monkeypatch.setattr(retention, "purge", purge)
    keeper = retention.Keeper(database, settings, ready)
    await keeper.start()
    await asyncio.wait_for(purged.wait(), 10)
    await keeper.aclose()


async def test_calls_of_a_server_that_never_came_back_are_ended(
    database: Database, settings: StoreSettings
) -> None:
    """A day later at the most; one that may still go on is left alone."""
    since = (NOW - datetime.now(UTC)) / timedelta(days=1)  # the keeper reads the machine's clock
    await keep(database, "old", days_ago=since + 2)
    await keep(database, "new", days_ago=since + 0.1)
    async with database.writing() as connection:
        await connection.execute(sa.update(calls).values(ended_at=None, outcome=None))
    keeper = retention.Keeper(database, settings, ready_at_once)
    await keeper.start()
    async with asyncio.timeout(10):
        while len((await find_calls(database, CallFilter(live=True))).rows) == 2:
            await asyncio.sleep(0.02)
    await keeper.aclose()
    (left,) = (await find_calls(database, CallFilter(live=True))).rows
    (ended,) = (await find_calls(database, CallFilter(outcome="interrupted"))).rows
    assert (left.id, ended.id) == ("new", "old")


async def ready_at_once() -> None:
    """The tables are up to date."""


async def test_a_clock_far_ahead_purges_nothing(database: Database, settings: StoreSettings) -> None:
    """What is deleted does not come back: whoever was away for a month is asked first."""
    await keep(database, "old", days_ago=1)
    keeper = retention.Keeper(database, settings, ready_at_once)
    years = timedelta(days=6 * 365)
    await keeper._purge(NOW + years)
    assert "days after the last purge or call" in keeper.problem
    assert (await find_calls(database, CallFilter())).total == 1
    assert await retention.proofs(database) == []
    await retention.purge(database, settings, NOW, "server")
    await keeper._purge(NOW + timedelta(days=29))
    assert keeper.problem == ""
    await keeper._purge(NOW + years)
    assert "correct it; if it is right, run `ivr db purge --clock-is-right`" in keeper.problem
