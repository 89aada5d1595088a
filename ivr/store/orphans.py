"""Sound that no turn names any more: what a crash, or an erasure on another server, left in the folder.

Compares the folder with the tables, and the tables are right.
"""

import asyncio
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa

from ivr.store.audio import files, remove, turn_of
from ivr.store.database import Database
from ivr.store.schema import turns

UNSTORED_SECONDS = 24 * 3600.0
"""So long the turn of a sound may wait in the spool for its database."""
TOGETHER = 400


@dataclass(frozen=True, slots=True)
class Survey:
    """The folder and the tables, compared."""

    kept: int
    """Files that a turn names, or may soon name."""
    orphans: tuple[str, ...]
    missing: int
    """Files that a turn names and that are not here: on another server, or lost."""


async def survey(database: Database, folder: Path) -> Survey:
    """Compare *folder* with the tables."""
    present = await asyncio.to_thread(files, folder)
    orphans: list[str] = []
    named = 0
    for start in range(0, len(present), TOGETHER):
        names = present[start : start + TOGETHER]
        said = await _named(database, names)
        named += sum(said.get(name) == name for name in names)
        # A turn that is not known may still come; one that is known and names nothing never will.
        unknown = [name for name in names if name not in said]
        orphans += [name for name in names if said.get(name, name) != name]
        orphans += await asyncio.to_thread(_old, folder, unknown)
    async with database.reading() as connection:
        expected = await connection.scalar(sa.select(sa.func.count(turns.c.sound)))
    return Survey(len(present) - len(orphans), tuple(sorted(orphans)), (expected or 0) - named)


async def sweep(database: Database, folder: Path) -> int:
    """Delete the orphans, and the days that are empty; return how many orphans there were."""
    found = await survey(database, folder)
    await asyncio.to_thread(_clear, folder, found.orphans)
    return len(found.orphans)


async def _named(database: Database, names: Sequence[str]) -> dict[str, str | None]:
    """What the turns of *names* name, as far as these turns are known."""
    name_of_turn = {turn_of(name): name for name in names}
    c = turns.c
    query = sa.select(c.call, c.number, c.sound).where(
        sa.tuple_(c.call, c.number).in_([turn for turn in name_of_turn if turn])
    )
    async with database.reading() as connection:
        rows = await connection.execute(query)
        return {name_of_turn[row.call, row.number]: row.sound for row in rows}


def _old(folder: Path, names: Sequence[str]) -> list[str]:
    now, found = time.time(), []
    for name in names:
        with suppress(FileNotFoundError):  # deleted meanwhile
            if now - (folder / name).stat().st_mtime > UNSTORED_SECONDS:
                found.append(name)
    return found


def _clear(folder: Path, names: Sequence[str]) -> None:
    remove(folder, names)
    for day in sorted(folder.iterdir())[:-1] if folder.is_dir() else ():
        with suppress(OSError):  # not empty
            day.rmdir()
