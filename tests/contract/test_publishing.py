"""Publications at their moment and on every server: two servers, one database, a clock that tests move."""

import asyncio
import shutil
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from ivr.content.draft import Draft
from ivr.content.following import Following
from ivr.content.publications import BY_HAND, Conflict, Editions
from ivr.content.publishing import Publications
from ivr.content.schedules import Schedules, State
from ivr.store.database import Database
from ivr.store.journal import recent
from tests.shipped import PROMPTS

pytestmark = pytest.mark.contract

GREETING, HELP = "lines/accueil.yaml", "lines/fin.yaml"
NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


@dataclass
class Clock:
    now: datetime = NOON

    def __call__(self) -> datetime:
        return self.now


@dataclass
class Server:
    """One server: its folder, its draft, and how often its calls were told of something new."""

    folder: Path
    draft: Draft
    editions: Editions
    schedules: Schedules
    following: Following
    told: list[str] = field(default_factory=list)

    def says(self, path: str = GREETING) -> str:
        return (self.folder / path).read_text(encoding="utf-8")

    async def write(self, text: str, path: str = GREETING) -> None:
        await self.draft.save({path: text})


def greeting(text: str) -> str:
    return f"accueil.1: {text}\n"


@pytest.fixture
def clock() -> Clock:
    return Clock()


def server(database: Database, home: Path, clock: Clock) -> Server:
    folder = home / "prompts"
    if not folder.exists():
        shutil.copytree(PROMPTS, folder)
    editions = Editions(database, folder, home / "console", clock, {})
    schedules = Schedules(database, editions, clock)
    told: list[str] = []

    async def published() -> None:
        told.append((folder / GREETING).read_text(encoding="utf-8"))

    draft = Draft(home / "console", folder, {})
    publications = Publications(database, editions, schedules, published)
    return Server(folder, draft, editions, schedules, Following(editions, publications), told)


@pytest.fixture
async def one(database: Database, tmp_path: Path, clock: Clock) -> Server:
    made = server(database, tmp_path / "one", clock)
    await made.editions.begin()
    return made


@pytest.fixture
async def other(one: Server, database: Database, tmp_path: Path, clock: Clock) -> Server:
    made = server(database, tmp_path / "other", clock)
    await made.editions.begin()
    return made


async def test_every_server_takes_what_one_publishes(one: Server, other: Server) -> None:
    """Texts and recordings, also of a server that was down meanwhile; and going back."""
    await one.write(greeting("Bonsoir."))
    await one.draft.save({"recordings/fin.1.wav": b"\xff\x00RIFF"})
    first = (await one.editions.history(1))[0]
    await one.editions.publish(one.draft, "marie", "Le soir")
    await other.following.look()
    assert (other.says(), other.told) == (greeting("Bonsoir."), [greeting("Bonsoir.")])
    assert (other.folder / "recordings" / "fin.1.wav").read_bytes() == b"\xff\x00RIFF"
    await other.following.look()
    assert len(other.told) == 1
    await other.editions.restore(first.edition, "paul", "Retour")
    await one.following.look()
    assert one.says() == other.says() != greeting("Bonsoir.")
    assert not (one.folder / "recordings" / "fin.1.wav").exists()


async def test_a_new_server_takes_what_is_published_not_what_it_was_installed_with(
    one: Server, database: Database, tmp_path: Path, clock: Clock
) -> None:
    """Its own texts are kept in the database, and replaced."""
    await one.write(greeting("Bonsoir."))
    await one.editions.publish(one.draft, "marie", "Le soir")
    late = server(database, tmp_path / "late", clock)
    assert await late.editions.begin()
    assert late.says() == greeting("Bonsoir.")
    assert [each.comment for each in await late.editions.history()] == ["Le soir", "Première édition"]


async def test_a_hand_edit_reaches_the_history_and_the_other_servers(one: Server, other: Server) -> None:
    """SIGHUP notes it; what somebody published meanwhile is not lost."""
    await other.write(greeting("Bonsoir."))
    await other.editions.publish(other.draft, "marie", "Le soir")
    (one.folder / HELP).write_text(one.says(HELP) + "# by hand\n", encoding="utf-8")
    one.following.soon()
    await one.following.look()
    await other.following.look()
    assert one.says() == other.says() == greeting("Bonsoir.")
    assert other.says(HELP).endswith("# by hand\n")
    assert [each.comment for each in await one.editions.history(2)] == [BY_HAND, "Le soir"]


async def test_publishing_on_two_servers_at_once_keeps_both(one: Server, other: Server) -> None:
    """Different files: both are heard everywhere, one after the other in one history."""
    await one.write(greeting("Bonsoir."))
    await other.write(other.says(HELP) + "# paul\n", HELP)
    await asyncio.gather(
        one.editions.publish(one.draft, "marie", "Le soir"),
        other.editions.publish(other.draft, "paul", "La fin"),
    )
    await one.following.look()
    await other.following.look()
    assert one.says() == other.says() == greeting("Bonsoir.")
    assert one.says(HELP).endswith("# paul\n")
    assert other.says(HELP).endswith("# paul\n")
    assert [each.id for each in await one.editions.history()] == [3, 2, 1]


async def test_a_publication_waits_for_its_moment_and_goes_back_at_its_end(
    one: Server, other: Server, clock: Clock
) -> None:
    """Whichever server looks first publishes it, once; both hear it, and both hear it end."""
    before = one.says()
    await one.write(greeting("Nous sommes fermés."))
    made = await one.schedules.add(one.draft, "marie", "Inventaire", NOON + HOUR, NOON + 3 * HOUR)
    assert not one.draft.exists
    await one.following.look()
    assert (one.says(), one.told) == (before, [])
    clock.now += HOUR
    await asyncio.gather(one.following.look(), other.following.look())
    await asyncio.gather(one.following.look(), other.following.look())
    assert one.says() == other.says() == greeting("Nous sommes fermés.")
    (newest, _) = await one.editions.history(2)
    assert (newest.comment, newest.by, newest.until) == ("Inventaire", "marie", NOON + 3 * HOUR)
    clock.now += 2 * HOUR
    await asyncio.gather(one.following.look(), other.following.look())
    await asyncio.gather(one.following.look(), other.following.look())
    assert one.says() == other.says() == before
    history = [each.comment for each in await one.editions.history()]
    assert history == ["Fin de « Inventaire »", "Inventaire", "Première édition"]
    found = await one.schedules.find(made.id)
    assert found is not None
    assert (found.state, found.problem) == (State.OVER, "")


async def test_the_moment_passes_while_the_server_is_down(
    one: Server, database: Database, tmp_path: Path, clock: Clock
) -> None:
    """The next start publishes it; one whose end has passed too is missed, and says so."""
    await one.write(greeting("Bonsoir."))
    await one.schedules.add(one.draft, "marie", "Le soir", NOON + HOUR, None)
    await one.write(one.says(HELP) + "# court\n", HELP)
    short = await one.schedules.add(one.draft, "marie", "Court", NOON + HOUR, NOON + 2 * HOUR)
    clock.now += 24 * HOUR
    again = server(database, tmp_path / "one", clock)
    await again.editions.begin()
    await again.following.look()
    assert again.told == [greeting("Bonsoir.")]
    missed = await again.schedules.find(short.id)
    assert missed is not None
    assert (missed.state, "# court" in again.says(HELP)) == (State.MISSED, False)
    assert "schedule-missed" in [each.action for each in await recent(database)]


async def test_a_cancelled_publication_is_never_heard(one: Server, clock: Clock) -> None:
    """Its texts can go back into the draft."""
    await one.write(greeting("Bonsoir."))
    made = await one.schedules.add(one.draft, "marie", "Le soir", NOON + HOUR, None)
    assert await one.schedules.cancel(made.id)
    assert not await one.schedules.cancel(made.id)
    clock.now += HOUR
    await one.following.look()
    assert one.told == []
    await one.schedules.take_up(made.id, one.draft)
    assert one.draft.text(GREETING) == greeting("Bonsoir.")
    with pytest.raises(Conflict, match=r"accueil\.yaml"):
        await one.schedules.take_up(made.id, one.draft)


async def test_the_same_lines_published_meanwhile_win_over_a_beginning(one: Server, clock: Clock) -> None:
    """Nothing is overwritten; the history says why, and the texts are not lost."""
    await one.write(greeting("Bonsoir."))
    made = await one.schedules.add(one.draft, "marie", "Le soir", NOON + HOUR, None)
    await one.write(greeting("Bonne nuit."))
    await one.editions.publish(one.draft, "paul", "La nuit")
    clock.now += HOUR
    await one.following.look()
    failed = await one.schedules.find(made.id)
    assert failed is not None
    assert (failed.state, one.says()) == (State.FAILED, greeting("Bonne nuit."))
    assert GREETING in failed.problem
    await one.schedules.take_up(made.id, one.draft)
    assert one.draft.text(GREETING) == greeting("Bonsoir.")


async def test_the_same_lines_published_meanwhile_stay_at_an_end(one: Server, clock: Clock) -> None:
    """The other files go back; the history names the one that stays."""
    help_before = one.says(HELP)
    await one.draft.save({GREETING: greeting("Inventaire."), HELP: help_before + "# inventaire\n"})
    made = await one.schedules.add(one.draft, "marie", "Inventaire", NOON, NOON + HOUR)
    assert await one.schedules.carry_out()
    await one.write(greeting("Bonne nuit."))
    await one.editions.publish(one.draft, "paul", "La nuit")
    clock.now += HOUR
    await one.following.look()
    assert (one.says(), one.says(HELP)) == (greeting("Bonne nuit."), help_before)
    over = await one.schedules.find(made.id)
    assert over is not None
    assert (over.state, GREETING in over.problem, HELP in over.problem) == (State.OVER, True, False)


async def test_two_plans_for_one_file_are_refused(one: Server) -> None:
    """Before either is heard, with the name of the first."""
    await one.write(greeting("Bonsoir."))
    await one.schedules.add(one.draft, "marie", "Le soir", NOON + HOUR, None)
    await one.write(greeting("Bonne nuit."))
    with pytest.raises(Conflict, match="Le soir"):
        await one.schedules.add(one.draft, "paul", "La nuit", NOON + 2 * HOUR, None)
    assert one.draft.exists
