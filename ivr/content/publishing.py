"""The one way to publish: what is published reaches the calls, and the audit log says who did it.

Joins ``publications`` and ``schedules`` with both; decides nothing itself.
"""

from collections.abc import Awaitable, Callable
from datetime import datetime

from ivr.content.draft import Draft
from ivr.content.merging import Changes
from ivr.content.publications import Editions, Publication
from ivr.content.schedules import Schedule, Schedules
from ivr.store.database import Database
from ivr.store.journal import Action, note


class Publications:
    """What pages publish with."""

    def __init__(
        self,
        database: Database,
        editions: Editions,
        schedules: Schedules,
        refresh: Callable[[], Awaitable[None]],
    ) -> None:
        """*refresh* brings to this server's calls what is in its folder."""
        self._database, self._editions, self._schedules = database, editions, schedules
        self._refresh = refresh

    async def publish(self, draft: Draft, by: str, comment: str, *, in_spite_of: str = "") -> Publication:
        """Make *draft* what callers hear. Raises Conflict and Invalid as :meth:`Editions.publish`."""
        made = await self._editions.publish(draft, by, comment)
        return await self._published(made, Action.PUBLISH, in_spite_of)

    async def change(self, changes: Changes, by: str, comment: str, action: Action) -> Publication:
        """Publish *changes* alone, apart from any draft. Raises Conflict and Invalid."""
        return await self._published(await self._editions.change(changes, by, comment), action)

    async def restore(
        self, edition: str, by: str, comment: str, keeping: frozenset[str] = frozenset()
    ) -> Publication:
        """Go back to *edition*, but for the files *keeping*. Raises KeyError and Invalid."""
        made = await self._editions.restore(edition, by, comment, keeping)
        return await self._published(made, Action.ROLLBACK)

    async def schedule(
        self,
        draft: Draft,
        by: str,
        comment: str,
        begins_at: datetime,
        ends_at: datetime | None,
        *,
        in_spite_of: str = "",
    ) -> Schedule:
        """Have *draft* heard from one moment until another, at once if the first is past. Raises Conflict."""
        made = await self._schedules.add(draft, by, comment, begins_at, ends_at)
        until = ends_at.isoformat() if ends_at else ""
        detail = {"begins": begins_at.isoformat(), "ends": until, **_told(in_spite_of)}
        await note(self._database, by, Action.SCHEDULE, comment, **detail)
        await self.carry_out()
        return made

    async def cancel(self, number: int, by: str) -> None:
        """Have nothing more happen of a scheduled publication."""
        if await self._schedules.cancel(number):
            await note(self._database, by, Action.SCHEDULE_CANCELLED, f"publication prévue {number}")

    async def end(self, number: int, by: str) -> None:
        """Have a scheduled publication that is heard go back now."""
        await note(self._database, by, Action.SCHEDULE_ENDED, f"publication prévue {number}")
        if await self._schedules.end(number):
            await self._refresh()

    async def carry_out(self) -> None:
        """Do what is due."""
        if await self._schedules.carry_out():
            await self._refresh()

    async def follow(self) -> None:
        """Take what other servers published, or note what was changed by hand. Raises Invalid."""
        if await self._editions.follow():
            await self._refresh()

    async def _published(self, made: Publication, action: Action, in_spite_of: str = "") -> Publication:
        try:
            subject = f"édition {made.id}"
            await note(self._database, made.by, action, subject, comment=made.comment, **_told(in_spite_of))
        finally:  # it is published: calls take it whether or not the log could be written
            await self._refresh()
        return made


def _told(in_spite_of: str) -> dict[str, str]:
    return {"in_spite_of": in_spite_of} if in_spite_of else {}
