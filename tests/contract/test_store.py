"""What the store promises, on SQLite and on PostgreSQL alike."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from ivr.dialogue.actions import HangUp, Line, Listen, Perform, RefuseRecording, Say, Transfer
from ivr.dialogue.events import EffectDone, Hypothesis, PromptFinished, Utterance
from ivr.dialogue.understanding import Candidate, Command, Outcome, Reject, Understanding
from ivr.store import database as database_module
from ivr.store import inbox, queries, statistics
from ivr.store.assembly import CallFacts, Observed
from ivr.store.database import Database
from ivr.store.outcomes import Decision, Message
from ivr.store.queries import CallFilter, Page, Period
from ivr.store.records import Kind, Record
from ivr.store.schema import calls, metadata, turns
from ivr.store.writing import write
from tests.sample_calls import fill, records_of

pytestmark = pytest.mark.contract

PARIS = ZoneInfo("Europe/Paris")
NOON = datetime(2026, 11, 18, 11, 30, tzinfo=UTC)
EVERYTHING = Period(NOON - timedelta(days=400), NOON + timedelta(days=30))


def said(turn: int, text: str, understanding: Understanding) -> list[tuple[float, Observed]]:
    heard = Utterance(turn, (Hypothesis(text, 0.9),), seconds=1.0)
    return [(turn + 0.5, heard), (turn + 0.51, understanding)]


def say(turn: int, *prompts: str) -> list[tuple[float, Observed]]:
    lines = tuple(Line(prompt, f"« {prompt} »") for prompt in prompts)
    return [(turn + 0.0, Say(turn, lines)), (turn + 0.3, PromptFinished(turn)), (turn + 0.3, Listen(turn))]


def answered(text: str = "où est l'adresse MAC") -> list[tuple[float, Observed]]:
    sure = Understanding(text, Outcome.ANSWER, (Candidate("adresse-mac", 0.97),))
    no = Understanding("non", Outcome.COMMAND, command=Command.NO)
    return [
        *say(1, "accueil.1", "menu.1"),
        *said(1, text, sure),
        *say(2, "adresse-mac.e1"),
        *said(2, "non", no),
        *say(3, "fin.2"),
        (4.0, HangUp()),
    ]


def lost(text: str, reason: str = "no-match") -> list[tuple[float, Observed]]:
    miss = Understanding(text, Outcome.REJECT, (Candidate("adresse-mac", 0.2),), reject=Reject.NO_MATCH)
    return [*say(1, "menu.1"), *said(1, text, miss), *say(2, "nm.1"), (3.0, Transfer("support", reason))]


async def keep(
    database: Database,
    call: str,
    observed: list[tuple[float, Observed]],
    at: datetime = NOON,
    caller: str = "x",
) -> list[Record]:
    records = records_of(CallFacts(call, "here", caller), observed, at, PARIS)
    assert await write(database, records) == 0
    return records


async def test_migrations_lead_to_the_schema(database: Database) -> None:
    """A migrated database has exactly the tables, columns and indexes that the code describes."""

    def differences(connection: sa.Connection) -> list[object]:
        return list(compare_metadata(MigrationContext.configure(connection), metadata))

    async with database.reading() as connection:
        assert await connection.run_sync(differences) == []


async def test_upgrading_again_changes_nothing(database: Database) -> None:
    """A server may upgrade at every start."""
    before = await database.revision()
    await database.upgrade()
    assert before == await database.revision() == "0003"


async def test_a_migration_cut_short_begins_again(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """On a machine so slow that the migration is given up, or killed in it: nothing stays half made."""

    def cut_short(connection: sa.Connection) -> None:
        migrate(connection)
        raise TimeoutError

    migrate = database_module._migrate
    async with Database(url) as database:
        monkeypatch.setattr(database_module, "_migrate", cut_short)
        with pytest.raises(TimeoutError):
            await database.upgrade()
        assert await database.revision() is None
        monkeypatch.undo()
        await database.upgrade()
        assert await database.revision() is not None


async def test_a_call_is_read_back_as_it_went(database: Database) -> None:
    """Prompts, words, meaning, times, consent: everything is there, in order, in UTC."""
    await keep(database, "c1", answered())
    found = await queries.read_call(database, "c1")
    assert found is not None
    assert (found.call.outcome, found.call.answers, found.call.turns) == ("resolved", 1, 3)
    assert found.call.started_at == NOON
    first, second, last = found.turns
    assert [prompt["prompt"] for prompt in first.prompts] == ["accueil.1", "menu.1"]
    assert (first.text, first.outcome, first.intent) == ("où est l'adresse MAC", "answer", "adresse-mac")
    assert first.respond_ms == pytest.approx(500)
    assert (second.answered, second.command, second.edition) == ("adresse-mac", "no", "sample")
    assert last.text is None
    assert found.stamps == {"disclosure": NOON + timedelta(seconds=1.3)}


async def test_an_unknown_call_is_none(database: Database) -> None:
    """Asking for a call that is not there is no error."""
    assert await queries.read_call(database, "nobody") is None


async def test_writing_twice_is_writing_once(database: Database) -> None:
    """A replay of the spool neither doubles nor changes anything."""
    records = await keep(database, "c1", answered())
    before = await queries.read_call(database, "c1")
    await write(database, records)
    assert await queries.read_call(database, "c1") == before


async def test_a_bad_record_does_not_hold_up_the_others(database: Database) -> None:
    """What the database refuses is counted; its neighbours are kept."""
    orphan = Record(Kind.STAMP, {"call": "nobody", "kind": "disclosure", "at": 0.0})
    good = records_of(CallFacts("c1", "here"), answered(), NOON, PARIS)
    assert await write(database, [orphan, *good]) == 1
    assert await queries.read_call(database, "c1") is not None


async def test_refusing_the_recording_forgets_the_words(database: Database) -> None:
    """« Sans enregistrement »: no word of the call stays, said before or after; how it ended does."""
    refuse: list[tuple[float, Observed]] = [
        (3.1, Perform(3, RefuseRecording())),
        (3.2, EffectDone(3, True)),
    ]
    call = answered()
    await keep(
        database, "c1", [*call[:-4], *refuse, *say(4, "enreg.refus"), *said(4, "où ?", call[4][1]), call[-1]]
    )
    found = await queries.read_call(database, "c1")
    assert found is not None
    assert found.call.recording_refused
    assert "recording-refused" in found.stamps
    assert [turn.text for turn in found.turns] == [None] * len(found.turns)
    assert {turn.masked for turn in found.turns} == {"refused"}
    assert found.call.outcome == "left"


async def test_calls_are_filtered_and_paged(database: Database) -> None:
    """Every filter narrows; pages follow each other, newest first; the total counts all of them."""
    for number in range(5):
        await keep(database, f"a{number}", answered(), NOON + timedelta(minutes=number))
    await keep(database, "t1", lost("le fax fume"), NOON + timedelta(hours=1), caller="y")
    live = records_of(CallFacts("l1", "here", "z"), say(1, "menu.1"), NOON, PARIS)
    await write(database, live)

    async def ids(wanted: CallFilter, page: Page | None = None) -> list[str]:
        return [row.id for row in (await queries.find_calls(database, wanted, page)).rows]

    assert await ids(CallFilter(outcome="resolved"), Page(1, 2)) == ["a3", "a2"]
    assert (await queries.find_calls(database, CallFilter(outcome="resolved"), Page(1, 2))).total == 5
    assert await ids(CallFilter(live=True)) == ["l1"]
    assert await ids(CallFilter(live=False, caller="y")) == ["t1"]
    assert await ids(CallFilter(text="FAX")) == ["t1"]
    assert await ids(CallFilter(text="100%")) == []
    assert await ids(CallFilter(unmatched=True)) == ["t1"]
    assert await ids(CallFilter(reason="no-match", queue="support")) == ["t1"]
    assert len(await ids(CallFilter(intent="adresse-mac"))) == 5
    assert await ids(CallFilter(period=Period(NOON + timedelta(minutes=3), NOON + timedelta(minutes=4)))) == [
        "a3"
    ]


async def test_statistics_count_what_happened(database: Database) -> None:
    """Calls, containment, transfers, questions, misses and latency; hours are those of the desk."""
    await keep(database, "a", answered())
    await keep(database, "b", answered(), NOON + timedelta(hours=1))
    await keep(database, "c", lost("quoi"), NOON + timedelta(days=5))
    found = await statistics.compute(database, EVERYTHING, statistics.Step.HOUR)
    assert (found.total.calls, found.total.contained, found.total.transferred) == (3, 2, 1)
    assert found.total.containment == pytest.approx(2 / 3)
    assert found.total.no_match_rate == pytest.approx(1 / 8)
    assert [step.step for step in found.course] == ["2026-11-18T12", "2026-11-18T13", "2026-11-23T12"]
    assert [(share.name, share.count) for share in found.transfers] == [("no-match", 1)]
    assert [(share.name, share.count) for share in found.questions] == [("adresse-mac", 2)]
    assert found.latency.measured == 5
    assert found.latency.p50 == pytest.approx(500)
    weeks = await statistics.compute(database, EVERYTHING, statistics.Step.WEEK)
    assert [(step.step, step.calls) for step in weeks.course] == [("2026-W47", 2), ("2026-W48", 1)]


async def test_how_far_calls_come_and_when_they_begin(database: Database) -> None:
    """Each stage is part of the one before; hours and days of the week are those of the desk."""
    await keep(database, "a", answered())
    await keep(database, "b", lost("quoi"), NOON + timedelta(hours=1))
    await keep(database, "c", [*say(1, "menu.1"), (2.0, HangUp())], NOON + timedelta(days=5))
    found = await statistics.funnel(database, EVERYTHING)
    assert (found.calls, found.spoke, found.answered, found.contained) == (3, 2, 1, 1)
    assert await statistics.busy_hours(database, EVERYTHING) == {(2, 12): 1, (2, 13): 1, (0, 12): 1}
    assert (await statistics.total(database, EVERYTHING)).calls == 3
    nothing = Period(NOON - timedelta(days=9), NOON - timedelta(days=8))
    assert await statistics.funnel(database, nothing) == statistics.Funnel(0, 0, 0, 0)
    assert await statistics.busy_hours(database, nothing) == {}


async def test_statistics_of_nothing(database: Database) -> None:
    """An empty period has no rates, and raises nothing."""
    found = await statistics.compute(database, EVERYTHING)
    assert (found.total.calls, found.total.containment, found.latency.p99, found.course) == (
        0,
        None,
        None,
        (),
    )


async def test_the_inbox_groups_the_same_words(database: Database) -> None:
    """What several callers said counts together, whatever case and accents; a decision takes it out."""
    await keep(database, "c1", lost("Ma facture est fausse"))
    await keep(database, "c2", lost("ma facture est faussé"), NOON + timedelta(hours=1))
    await keep(database, "c3", lost("un croissant"))
    found = await inbox.unmatched(database, EVERYTHING)
    assert [(row.text_key, row.count) for row in found.rows] == [
        ("ma facture est fausse", 2),
        ("un croissant", 1),
    ]
    assert found.rows[0].call == "c2"
    assert found.rows[0].intents == [{"intent": "adresse-mac", "score": 0.2}]
    await inbox.decide(database, "ma facture est fausse", Decision.LEARNED, "lea", "factures")
    assert [row.text_key for row in (await inbox.unmatched(database)).rows] == ["un croissant"]
    decided = (await inbox.unmatched(database, decided=True)).rows
    assert [(row.decision, row.decided_by, row.learned_as) for row in decided] == [
        ("learned", "lea", "factures")
    ]
    await inbox.reopen(database, "ma facture est fausse")
    assert (await inbox.unmatched(database, page=Page(0, 1))).total == 2


async def test_a_sample_fills_every_page(database: Database) -> None:
    """Made-up calls have every outcome and every lesson, the same ones for the same seed."""
    await fill(database, 300, until=NOON)
    found = await statistics.compute(database, EVERYTHING)
    assert found.total.calls == found.total.ended == 300
    assert {share.name for share in found.outcomes} >= {"resolved", "left", "transferred", "abandoned"}
    assert (await inbox.unmatched(database)).total > 10
    await fill(database, 300, until=NOON)
    async with database.reading() as connection:
        assert await connection.scalar(sa.select(sa.func.count()).select_from(calls)) == 300
        assert await connection.scalar(sa.select(sa.func.count()).select_from(turns)) == found.total.turns


async def test_times_without_a_zone_are_refused(database: Database) -> None:
    """Nobody can store a local time by mistake."""
    with pytest.raises(sa.exc.StatementError, match="without a zone"):
        await queries.find_calls(
            database,
            CallFilter(period=Period(datetime(2026, 1, 1), datetime(2026, 1, 2))),
        )


async def test_what_became_of_a_message_comes_after_the_call(database: Database) -> None:
    """Whatever is replayed, it stays; a call that is not there is no error."""
    records = await keep(database, "c1", answered())
    told = [Record(Kind.MESSAGE, {"call": call, "message": Message.LEFT}) for call in ("c1", "nobody")]
    assert await write(database, told) == 0
    assert await write(database, records) == 0
    found = await queries.read_call(database, "c1")
    assert found is not None
    assert found.call.message == "left"


async def test_an_error_of_the_database_quotes_no_value(database: Database) -> None:
    """Errors reach the log, and values are what callers said."""
    unknown = sa.update(sa.table("nowhere", sa.column("text"))).values(text="mon numéro est le 0612345678")
    with pytest.raises(database_module.UNAVAILABLE) as refused:
        async with database.writing() as connection:
            await connection.execute(unknown)
    assert "0612345678" not in str(refused.value)
    assert "nowhere" in str(refused.value)
