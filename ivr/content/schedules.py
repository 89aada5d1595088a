"""Publications that wait for their moment, and those whose changes go back at theirs.

One server carries each out, whichever looks first. What cannot be carried out is told; its texts are kept.
"""

import asyncio
import enum
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from ivr.content.draft import Draft, Invalid
from ivr.content.merging import Changes, merge, undoing
from ivr.content.publications import Conflict, Editions, Publication
from ivr.store.database import Database
from ivr.store.journal import Action, note
from ivr.store.schema import schedules

SHOWN = 20


class State(enum.StrEnum):
    """Where a scheduled publication stands."""

    WAITING = "waiting"
    HEARD = "heard"
    """Published, and will go back."""
    OVER = "over"
    CANCELLED = "cancelled"
    FAILED = "failed"
    """Its moment came, and it could not be published: ``problem`` says why."""
    MISSED = "missed"
    """No server ran between its beginning and its end."""


OPEN = (State.WAITING, State.HEARD)


@dataclass(frozen=True, slots=True)
class Schedule:
    """One publication and its moments."""

    id: int
    at: datetime
    by: str
    comment: str
    begins_at: datetime
    ends_at: datetime | None
    state: State
    changes: Changes
    undo: Changes | None
    """What takes it back."""
    problem: str

    @property
    def is_open(self) -> bool:
        """Whether something is still to happen."""
        return self.state in OPEN


class Taken(Exception):
    """Another server carried it out, or somebody cancelled it."""


class Schedules:
    """The scheduled publications of one database."""

    def __init__(self, database: Database, editions: Editions, now: Callable[[], datetime]) -> None:
        self._database, self._editions, self._now = database, editions, now

    async def add(
        self, draft: Draft, by: str, comment: str, begins_at: datetime, ends_at: datetime | None
    ) -> Schedule:
        """Take the draft's changes, to be published at *begins_at* and taken back at *ends_at*.

        Raises:
            Conflict: nothing to publish, or another scheduled publication changes the same files.
        """
        changes = await self._editions.changes_of(draft)
        for other in await self.open():
            if both := sorted(other.changes.keys() & changes.keys()):
                raise Conflict(
                    f"La publication prévue « {other.comment} » change aussi {', '.join(both)}. "
                    "Annulez-la d'abord, ou attendez qu'elle soit terminée."
                )
        await self._editions.save(changes)
        row = {
            "at": self._now(), "by": by, "comment": comment, "begins_at": begins_at, "ends_at": ends_at,
            "state": State.WAITING, "changes": changes,
        }  # fmt: skip
        async with self._database.writing() as connection:
            made = await connection.execute(schedules.insert().values(row).returning(schedules.c.id))
            number = made.scalar_one()
        await draft.drop()
        found = await self.find(number)
        assert found is not None
        return found

    async def open(self) -> tuple[Schedule, ...]:
        """Return those of which something is still to happen, the next first."""
        return await self._find(schedules.c.state.in_(OPEN), schedules.c.begins_at)

    async def closed(self) -> tuple[Schedule, ...]:
        """Return the last of the others, newest first."""
        return await self._find(schedules.c.state.not_in(OPEN), schedules.c.id.desc(), SHOWN)

    async def find(self, number: int) -> Schedule | None:
        """Return one."""
        return next(iter(await self._find(schedules.c.id == number, schedules.c.id)), None)

    async def cancel(self, number: int) -> bool:
        """Have nothing more happen: a waiting one is never heard, a heard one stays. False: too late."""
        async with self._database.writing() as connection:
            cancelled = sa.update(schedules).where(schedules.c.id == number, schedules.c.state.in_(OPEN))
            done = await connection.execute(cancelled.values(state=State.CANCELLED))
            return done.rowcount == 1

    async def end(self, number: int) -> bool:
        """Have one that is heard go back now. False: it is not heard."""
        async with self._database.writing() as connection:
            heard = (schedules.c.id == number) & (schedules.c.state == State.HEARD)
            ended = await connection.execute(sa.update(schedules).where(heard).values(ends_at=self._now()))
        return ended.rowcount == 1 and await self.carry_out()

    async def take_up(self, number: int, draft: Draft) -> None:
        """Bring the changes of one into *draft* again, on top of what is published now.

        Raises:
            Conflict: the draft changes the same files already, or there is no such publication.
            Invalid: what was published meanwhile does not go with them.
        """
        this = await self.find(number)
        if this is None:
            raise Conflict("Cette publication n'existe pas.")
        if both := sorted(this.changes.keys() & set(await draft.touched())):
            raise Conflict(
                f"Le brouillon change déjà {', '.join(both)} : publiez-le ou abandonnez-le d'abord."
            )
        now = await self._editions.kept(draft.folder)
        merged = await asyncio.to_thread(merge, now, this.changes)
        wanted = {path: merged.files.get(path) for path in this.changes}
        wanted |= {path: this.changes[path][1] for path in merged.conflicts}
        files = await self._editions.contents(
            {path: text for path, text in wanted.items() if text is not None}
        )
        await draft.save({path: files.get(path) for path in wanted})

    async def carry_out(self) -> bool:
        """Do everything that is due; return whether callers hear something else now."""
        now, published = self._now(), False
        due = (schedules.c.state == State.WAITING) & (schedules.c.begins_at <= now)
        for each in await self._find(due, schedules.c.begins_at):
            published |= await self._begin(each, now)
        over = (schedules.c.state == State.HEARD) & (schedules.c.ends_at <= now)
        for each in await self._find(over, schedules.c.ends_at):
            published |= await self._go_back(each)
        return published

    async def _begin(self, this: Schedule, now: datetime) -> bool:
        if this.ends_at is not None and this.ends_at <= now:
            await self._close(this, State.MISSED, "Aucun serveur ne fonctionnait à ce moment-là.")
            return False
        state = State.HEARD if this.ends_at else State.OVER

        async def claim(connection: AsyncConnection, made: Changes) -> None:
            await self._claim(connection, this, {"state": state, "undo": undoing(made)})

        try:
            made = await self._editions.change(
                this.changes, this.by, this.comment, claim=claim, until=this.ends_at
            )
        except Taken:
            return False
        except (Conflict, Invalid) as error:
            await self._close(this, State.FAILED, str(error))
            return False
        await self._tell(this, Action.SCHEDULE_HEARD, made)
        return True

    async def _go_back(self, this: Schedule) -> bool:
        left: list[str] = []
        undo = this.undo or {}

        async def claim(connection: AsyncConnection, made: Changes) -> None:
            left[:] = sorted(undo.keys() - made.keys())
            await self._claim(connection, this, {"state": State.OVER, "problem": _stays(left)})

        comment = f"Fin de « {this.comment} »"
        try:
            made = await self._editions.change(undo, this.by, comment, claim=claim, what_fits=True)
        except Taken:
            return False
        except Invalid as error:
            await self._close(this, State.FAILED, f"Les textes d'avant ne conviennent plus : {error}")
            return False
        await self._tell(this, Action.SCHEDULE_OVER, made, stays=left)
        return True

    async def _claim(self, connection: AsyncConnection, this: Schedule, values: Mapping[str, object]) -> None:
        """Change the state of *this*; whoever is first does it, in the transaction that publishes."""
        same = (schedules.c.id == this.id) & (schedules.c.state == this.state)
        if (await connection.execute(sa.update(schedules).where(same).values(values))).rowcount != 1:
            raise Taken

    async def _close(self, this: Schedule, state: State, problem: str) -> None:
        try:
            async with self._database.writing() as connection:
                await self._claim(connection, this, {"state": state, "problem": problem})
        except Taken:
            return
        await note(self._database, this.by, Action(f"schedule-{state}"), this.comment, problem=problem)

    async def _tell(self, this: Schedule, action: Action, made: Publication, **detail: object) -> None:
        await note(self._database, this.by, action, f"édition {made.id}", comment=this.comment, **detail)

    async def _find(
        self, which: sa.ColumnElement[bool], order: sa.ColumnElement[Any], count: int = 1000
    ) -> tuple[Schedule, ...]:
        names = Schedule.__slots__
        query = sa.select(*(schedules.c[name] for name in names)).where(which).order_by(order).limit(count)
        async with self._database.reading() as connection:
            rows = await connection.execute(query)
            return tuple(_schedule(dict(row._mapping)) for row in rows)


def _schedule(row: dict[str, Any]) -> Schedule:
    changes, undo = ({p: (a, b) for p, (a, b) in (row[key] or {}).items()} for key in ("changes", "undo"))
    return Schedule(**{**row, "state": State(row["state"]), "changes": changes, "undo": undo})


def _stays(paths: list[str]) -> str:
    if not paths:
        return ""
    return f"Publié entre-temps, donc laissé tel quel : {', '.join(paths)}."
