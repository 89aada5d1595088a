"""What the recorder promises: no call waits for it, nothing finished is lost. On both databases."""

import asyncio
import signal
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import OperationalError

from ivr.background import Background
from ivr.config import StoreSettings
from ivr.dialogue.actions import HangUp, Line, Listen, Perform, RefuseRecording, Say
from ivr.dialogue.events import CallerHungUp, Hypothesis, PromptFinished, Utterance
from ivr.dialogue.ports import Caller
from ivr.dialogue.understanding import Outcome, Reject, Understanding
from ivr.errors import ConfigurationError
from ivr.store import queries, recorder
from ivr.store.assembly import Content
from ivr.store.audio import files, turn_of
from ivr.store.database import UNAVAILABLE, Database
from ivr.store.orphans import survey, sweep
from ivr.store.recorder import CallRecorder
from ivr.store.records import Kind, Record
from ivr.store.schema import turns
from tests.sample_calls import CONTENT

pytestmark = pytest.mark.contract

MARIE = Caller("0612345678")
ROOT = Path(__file__).parents[2]


@pytest.fixture
def settings(url: str, tmp_path: Path) -> StoreSettings:
    return StoreSettings(url=url, spool=tmp_path / "spool", key_file=tmp_path / "key", server="here")


@asynccontextmanager
async def recording(settings: StoreSettings, **options: object) -> AsyncIterator[CallRecorder]:
    async with CallRecorder(settings, lambda: CONTENT, "Europe/Paris", **options) as recorder:  # type: ignore[arg-type]
        yield recorder


def say(turn: int, prompt: str) -> Say:
    return Say(turn, (Line(prompt, f"« {prompt} »"),))


def talk(recorder: CallRecorder, call: str, turns: int, *, end: bool = True) -> None:
    observe = recorder.observer(call, MARIE)
    miss = Understanding("quoi", Outcome.REJECT, reject=Reject.NO_MATCH)
    now = asyncio.get_running_loop().time()
    for turn in range(turns):
        for what in (say(turn, "menu.1"), Listen(turn), Utterance(turn, (Hypothesis("quoi"),)), miss):
            observe(now + turn, what)
    if end:
        observe(now + turns, CallerHungUp())


def speak(recorder: CallRecorder, call: str) -> None:
    """A call with one utterance after the notice, and its voice."""
    observe = recorder.observer(call, replace(MARIE, recorded=True))
    said = Utterance(1, (Hypothesis("quoi"),), sound=bytes(3200))
    now = asyncio.get_running_loop().time()
    for what in (say(1, "enreg.avis"), PromptFinished(1), Listen(1), said, say(2, "menu.1"), CallerHungUp()):
        observe(now, what)


async def count(database: Database) -> int:
    async with database.reading() as connection:
        return await connection.scalar(sa.select(sa.func.count()).select_from(turns)) or 0


async def until(true: Callable[[], Awaitable[bool]]) -> None:
    async with asyncio.timeout(30):
        while not await true():
            await asyncio.sleep(0.02)


async def test_a_call_is_in_the_database_soon_after(settings: StoreSettings) -> None:
    """What was observed is read back, under a pseudonym; the spool is empty again."""
    async with recording(settings) as recorder:
        talk(recorder, "c1", 3)
        await recorder.settled()
        found = await queries.read_call(recorder.database, "c1")
        assert found is not None
        assert (found.call.turns, found.call.outcome, len(found.turns)) == (3, "abandoned", 3)
        assert found.call.caller == recorder.pseudonyms.of("0612345678")
        assert recorder.spool.backlog == 0
    assert [path.name for path in settings.spool.iterdir()] == ["lock"]


async def test_sound_is_kept_beside_its_turn(settings: StoreSettings, tmp_path: Path) -> None:
    """Once the caller was told; a refusal deletes what was kept of the call, file and name."""
    with_audio = settings.model_copy(update={"audio": True, "audio_folder": tmp_path / "audio"})
    async with recording(with_audio) as recorder:
        for call in ("c1", "c2"):
            speak(recorder, call)
        await recorder.settled()
        found = await queries.read_call(recorder.database, "c1")
        assert found is not None
        assert [bool(turn.sound) for turn in found.turns] == [True, False]
        observe = recorder.observer("c2", replace(MARIE, recorded=True))
        observe(asyncio.get_running_loop().time(), Perform(2, RefuseRecording()))
        await recorder.forget_sound("c2")
        assert [turn_of(name)[0] for name in files(tmp_path / "audio")] == ["c1"]  # type: ignore[index]
        await recorder.settled()
        found = await queries.read_call(recorder.database, "c2")
        assert found is not None
        assert [(turn.sound, turn.text) for turn in found.turns] == [(None, None)] * 2


async def test_a_call_cut_by_the_end_of_the_server_is_ended(settings: StoreSettings) -> None:
    """Stopping ends the record of every call, and keeps the turn it was in."""
    async with recording(settings) as recorder:
        talk(recorder, "c1", 2, end=False)
    async with Database(settings.url) as database:
        found = await queries.read_call(database, "c1")
        assert found is not None
        assert (found.call.outcome, len(found.turns)) == ("interrupted", 2)


class Away(Database):
    """A database that cannot be written until it is told to come back."""

    away = True

    def writing(self):  # type: ignore[no-untyped-def]
        if self.away:
            raise OperationalError("connect", None, OSError("connection refused"))
        return super().writing()


async def test_a_dead_database_loses_nothing(
    settings: StoreSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While the database is away records wait on disk; once it is back they are written, in order."""
    monkeypatch.setattr(recorder, "RETRY_SECONDS", (0.02,))
    database = Away(settings.url)
    async with recording(settings, database=database) as recording_:
        for number in range(20):
            talk(recording_, f"c{number}", 3)
        await until(lambda: asyncio.sleep(0, bool(recording_.problem)))
        assert recording_.spool.backlog > 0
        database.away = False
        await until(lambda: asyncio.sleep(0, not recording_.spool.backlog and not recording_.problem))
        assert await count(database) == 60


async def test_what_was_not_stored_is_stored_at_the_next_start(
    settings: StoreSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A server that stops while the database is away leaves its records in the spool."""
    monkeypatch.setattr(recorder, "RETRY_SECONDS", (0.02,))
    async with recording(settings, database=Away(settings.url)) as first:
        talk(first, "c1", 3)
    async with recording(settings) as second:
        await until(lambda: asyncio.sleep(0, not second.spool.backlog))
        await second.settled()
        assert await count(second.database) == 3


async def test_overflow_is_counted_never_raised(settings: StoreSettings) -> None:
    """Past its share of the disk the spool takes no more, says so, and the call goes on."""
    async with recording(settings, database=Away(settings.url)) as recorder:
        recorder.spool._limit = 20_000
        for number in range(100):
            talk(recorder, f"c{number}", 3)
            await asyncio.sleep(0.002)
        assert recorder.spool.counts.overflowed > 0
        assert recorder.spool.backlog < 200_000
        assert recorder.failures == 0


async def test_a_bug_in_the_recorder_harms_no_call(settings: StoreSettings) -> None:
    """Whatever goes wrong in recording is counted, and the call hears nothing of it."""

    def broken() -> Content:
        raise RuntimeError("no content")

    async with CallRecorder(settings, broken, "Europe/Paris") as recorder:
        talk(recorder, "c1", 2)
        assert recorder.failures == 1


async def test_the_live_board_shows_the_turn_in_progress(settings: StoreSettings) -> None:
    """A call in progress can be looked at while it goes on, and watched; after its end it is gone."""
    async with recording(settings) as recorder:
        with recorder.live.watching() as news:
            observe = recorder.observer("c1", MARIE)
            now = asyncio.get_running_loop().time()
            with pytest.raises(TimeoutError):  # a wait that is given up ends nothing
                await asyncio.wait_for(news(), 0)
            observe(now, say(1, "menu.1"))
            assert await news() == "c1"
            (shown,) = recorder.live.calls()
            assert [turn["prompts"][0]["prompt"] for turn in shown.turns] == ["menu.1"]
            observe(now + 1, HangUp())
            assert recorder.live.calls() == []
            assert recorder.live.call("c1") is None


async def test_two_servers_do_not_share_a_spool(settings: StoreSettings) -> None:
    """The second one is refused with a clear message."""
    async with recording(settings):
        with pytest.raises(ConfigurationError, match="another server"):
            CallRecorder(settings, lambda: CONTENT, "Europe/Paris")


async def test_kept_durably_is_on_disk(settings: StoreSettings) -> None:
    """A promise is kept even if the machine stops right after."""
    async with recording(settings, database=Away(settings.url)) as recorder:
        promise = {"id": "p1", "queue": "support", "state": "pending", "booked_at": 1.0, "due_at": 1.0}
        await recorder.keep_durably(Record(Kind.CALLBACK, promise))
        assert b'"p1"' in b"".join(path.read_bytes() for path in settings.spool.glob("*.spool"))


@pytest.mark.parametrize("aloud", [(), ("--aloud",)], ids=["words", "words-and-sound"])
async def test_kill_9_in_a_storm_loses_no_finished_turn(
    settings: StoreSettings, url: str, tmp_path: Path, aloud: tuple[str, ...]
) -> None:
    """A process recording fifty calls at once is killed; every turn it had finished is in the database.

    So it is where sound is kept; what the crash left without its turn is swept.
    """
    storm = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "tests.recording_storm",
        url,
        str(tmp_path),
        *aloud,
        cwd=ROOT,
        stdout=asyncio.subprocess.PIPE,
    )
    assert storm.stdout is not None
    finished: list[tuple[str, int]] = []
    async with asyncio.timeout(60):
        while len(finished) < 1500:
            call, number = (await storm.stdout.readline()).split()
            finished.append((call.decode(), int(number)))
        storm.send_signal(signal.SIGKILL)
        whole = (await storm.stdout.read()).rpartition(b"\n")[0]  # killed in the middle of a line
        finished += [(c.decode(), int(n)) for c, n in map(bytes.split, whole.splitlines())]
        assert await storm.wait() == -signal.SIGKILL
    after = settings.model_copy(update={"server": "storm"})
    async with recording(after) as recorder:
        await asyncio.wait_for(recorder.prepared.wait(), 60)
        async with recorder.database.reading() as connection:
            rows = await connection.execute(sa.select(turns.c.call, turns.c.number))
            kept = {(row.call, row.number) for row in rows}
        assert not set(finished) - kept
        live = await queries.find_calls(recorder.database, queries.CallFilter(live=True))
        assert live.total == 0
        folder = tmp_path / "audio"
        assert bool(files(folder)) is bool(aloud)
        await sweep(recorder.database, folder)
        assert (await survey(recorder.database, folder)).orphans == ()


async def test_a_database_of_a_newer_version_is_written_as_it_is(settings: StoreSettings) -> None:
    """The way back after an upgrade: migrations only add, so what is known here is still recorded."""
    async with Database(settings.url) as database:
        await database.upgrade()
        async with database.writing() as connection:
            await connection.execute(sa.text("UPDATE alembic_version SET version_num = '9999'"))
            await connection.execute(sa.text("ALTER TABLE turns ADD COLUMN added_later INTEGER"))
    async with recording(settings) as recorder:
        talk(recorder, "c1", 3)
        await asyncio.wait_for(recorder.settled(), 30)
        assert (recorder.problem, recorder.database.newer) == ("", "9999")
        assert await count(recorder.database) == 3
        assert await recorder.database.revision() == "9999"


async def test_a_writer_that_dies_is_told_and_begun_again(
    settings: StoreSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A bug while writing: named, counted, and what was observed is written after all."""
    background = Background(pauses=(0.01,))
    real, broken = recorder.write, iter([RuntimeError("a bug")])

    async def write(database: Database, records: list[Record]) -> int:
        for error in broken:
            raise error
        return await real(database, records)

    monkeypatch.setattr(recorder, "write", write)
    async with recording(settings, background=background) as recorder_:
        talk(recorder_, "c1", 3)
        async with asyncio.timeout(30):
            while await count_or_none(recorder_.database) != 3:
                await asyncio.sleep(0.02)
    (work,) = [work for work in background.works() if work.name == "recorder"]
    assert (work.ends, work.problem) == (1, "")


async def count_or_none(database: Database) -> int | None:
    try:
        return await count(database)
    except UNAVAILABLE:  # no tables yet
        return None


async def test_a_record_of_a_newer_version_does_not_hold_up_the_others(settings: StoreSettings) -> None:
    """A spool left by another version: what fits no table is refused and counted, the rest is written."""
    async with recording(settings) as recorder:
        await asyncio.wait_for(recorder.prepared.wait(), 30)
        recorder.spool.put(Record(Kind.TURN, {"call": "c1", "number": 1, "of_tomorrow": True}))
        talk(recorder, "c1", 3)
        await asyncio.wait_for(recorder.settled(), 30)
        assert (recorder.refused, await count(recorder.database)) == (1, 3)
