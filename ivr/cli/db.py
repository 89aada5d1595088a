"""``ivr db``: the record of calls: upgrade, statistics, purge, and a caller's rights (export, erase).

Parses and prints; ``ivr.store`` does the work. Safe beside a running server.
"""

import asyncio
import json
import shutil
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, TextIO, TypeVar

import click
from rich.console import Console
from rich.table import Table

from ivr.config import StoreSettings, load_settings
from ivr.errors import IvrError
from ivr.store import retention, statistics
from ivr.store.database import UNAVAILABLE, Database, reason_of
from ivr.store.operations import rights
from ivr.store.operations.backup import dump, restore
from ivr.store.orphans import survey
from ivr.store.privacy import load_pseudonyms
from ivr.store.queries import Period
from ivr.store.retention_days import last_moment, why_ahead
from ivr.telephony.caller import national

T = TypeVar("T")
BY = "ivr db"


@click.group()
@click.option("--config", type=click.Path(path_type=Path), help="Settings file; default: ./ivr.toml.")
@click.pass_context
def command(context: click.Context, config: Path | None) -> None:
    """The record of calls."""
    context.obj = load_settings(config).store


@command.command()
@click.pass_obj
def upgrade(settings: StoreSettings) -> None:
    """Create the tables or bring them up to date."""

    async def revision(database: Database) -> str | None:
        if database.newer:
            raise IvrError(
                f"{_shown(settings)}: at {database.newer}, of a newer version of ivr: update this one. "
                "A server of this version goes on recording meanwhile"
            )
        return await database.revision()

    print(f"{_shown(settings)}: at {_with(settings, revision)}")


@command.command()
@click.option("--clock-is-right", is_flag=True, help="Delete though nothing happened here for a long time.")
@click.pass_obj
def purge(settings: StoreSettings, clock_is_right: bool) -> None:
    """Delete now what is too old; the server does every day."""
    now = datetime.now(UTC)

    async def work(database: Database) -> list[retention.Proof]:
        if not clock_is_right and (doubt := why_ahead(now, await last_moment(database))):
            raise IvrError(doubt)
        return await retention.purge(database, settings, now, BY)

    for proof in _with(settings, work):
        before = f" from before {proof.before:%Y-%m-%d %H:%M} UTC" if proof.before else ""
        print(f"{proof.what}: {proof.rows} {'files' if proof.what == 'orphans' else 'rows'}{before}")


@command.command()
@click.pass_obj
def check(settings: StoreSettings) -> int:
    """Compare the folder of sound with the record; status 1 when a file belongs to no turn."""
    found = _with(settings, lambda database: survey(database, settings.audio_folder))
    print(f"{settings.audio_folder}: {found.kept} files, {found.missing} more not here")
    for name in found.orphans:
        print(f"no turn names {name}")
    if found.orphans:
        print("`ivr db purge` deletes them, as the server does every day")
    return 1 if found.orphans else 0


@command.command()
@click.argument("number")
@click.option("--output", type=click.File("w"), default="-", help="File to write; default: standard output.")
@click.option("--audio", type=click.Path(path_type=Path), help="Folder to copy the caller's voice into.")
@click.pass_obj
def export(settings: StoreSettings, number: str, output: TextIO, audio: Path | None) -> None:
    """Print as JSON what is kept about a caller NUMBER: calls, callbacks, lessons."""
    kept = _with(settings, lambda db: rights.export(db, _person(settings, number)))
    json.dump(kept, output, ensure_ascii=False, indent=2)
    output.write("\n")
    if audio is not None:
        _copy_sound(settings.audio_folder, audio, kept["calls"])


@command.command()
@click.argument("number")
@click.confirmation_option(prompt="Erase every word and every trace of this caller, for good?")
@click.pass_obj
def erase(settings: StoreSettings, number: str) -> None:
    """Erase the caller NUMBER, a call still going on too; his calls are still counted."""
    folder = settings.audio_folder
    rows = _with(settings, lambda db: rights.erase(db, _person(settings, number), BY, folder))
    print(f"{rows} rows erased")


@command.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.pass_obj
def backup(settings: StoreSettings, file: Path) -> None:
    """Write the whole database into FILE, beside running servers."""
    dump(Database(settings.url), file)
    print(f"{_shown(settings)} → {file}")


@command.command("restore")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.pass_obj
def restore_(settings: StoreSettings, file: Path) -> None:
    """Fill an empty database from FILE, which `ivr db backup` wrote."""
    restore(Database(settings.url), file)
    print(f"{file} → {_shown(settings)}")


@command.command()
@click.option("--days", type=click.IntRange(1, 3660), default=30, show_default=True)
@click.option("--by", type=click.Choice([step.value for step in statistics.Step]), default="day")
@click.pass_obj
def stats(settings: StoreSettings, days: int, by: str) -> None:
    """Print how the line does."""
    now = datetime.now(UTC)
    period = Period(now - timedelta(days=days), now)
    found = _with(settings, lambda db: statistics.compute(db, period, statistics.Step(by)))
    console = Console()
    console.print(_course(found))
    console.print(_ranking("Transfers", found.transfers), _ranking("Questions", found.questions))
    latency = found.latency
    if latency.p50 is not None:
        console.print(
            f"Reply after {latency.p50:.0f} ms (p50), {latency.p90:.0f} (p90), {latency.p99:.0f} (p99)"
        )


def _with(settings: StoreSettings, work: Callable[[Database], Awaitable[T]]) -> T:
    async def run() -> T:
        async with Database(settings.url) as database:
            await database.upgrade()
            return await work(database)

    try:
        return asyncio.run(run())
    except UNAVAILABLE as error:
        raise IvrError(f"{_shown(settings)}: {reason_of(error)}") from None


def _copy_sound(source: Path, target: Path, calls: list[dict[str, Any]]) -> None:
    names = [turn["sound"] for call in calls for turn in call["turns"] if turn["sound"]]
    present = [name for name in names if (source / name).is_file()]
    for name in present:
        (target / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source / name, target / name)
    click.echo(f"{len(present)} of {len(names)} utterances copied to {target}", err=True)


def _person(settings: StoreSettings, number: str) -> rights.Person:
    dialled = national(number)
    pseudonym = load_pseudonyms(settings.key, settings.key_file).of(dialled)
    if not dialled or pseudonym is None:
        raise IvrError(f"{number!r} is no telephone number")
    return rights.Person(pseudonym, dialled)


def _shown(settings: StoreSettings) -> str:
    """The URL without its password."""
    return Database(settings.url).url.render_as_string(hide_password=True)


def _course(found: statistics.Statistics) -> Table:
    table = Table("", "calls", "contained", "transferred", "abandoned", "not understood")
    for counts in (*found.course, found.total):
        table.add_row(
            counts.step or "total",
            str(counts.calls),
            _percent(counts.containment),
            str(counts.transferred),
            _percent(counts.abandonment),
            _percent(counts.no_match_rate),
        )
    return table


def _ranking(title: str, shares: tuple[statistics.Share, ...]) -> Table:
    table = Table(title, "calls")
    for share in shares:
        table.add_row(share.name, str(share.count))
    return table


def _percent(share: float | None) -> str:
    return "–" if share is None else f"{share:.1%}"
