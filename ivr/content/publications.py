"""Editions: what was published, when, by whom and why; publishing, going back, following the others.

The history in the database decides, for every server that shares it; each brings its own folder to it.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import sqlalchemy as sa
import structlog
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from ivr.config import LinkSettings
from ivr.content.draft import Draft, Invalid, paths_in
from ivr.content.merging import Changes, Kept, between, merge
from ivr.content.problems import Problem
from ivr.content.prompt_folder import Installed, Shelf, edition_of, recordings_in
from ivr.store.database import Database, insert_new
from ivr.store.operations.notifications import PUBLICATIONS, announce
from ivr.store.schema import editions, publications, recordings

log = structlog.get_logger(__name__)

SYSTEM = "système"
BY_HAND = "Contenu modifié en dehors de la console"
TRIES = 5
"""How often a publication begins again because another server was quicker."""
COLUMNS = [publications.c[name] for name in ("id", "edition", "at", "by", "comment", "valid_until")]

Files = Mapping[str, bytes]
Claim = Callable[[AsyncConnection, Changes], Awaitable[None]]
"""Done in the transaction that publishes, with what really changed; what it raises undoes both."""


class Conflict(Exception):
    """Somebody else published the same lines meanwhile; the message is French."""


class _Overtaken(Exception):
    """Another publication was quicker."""


@dataclass(frozen=True, slots=True)
class Publication:
    """One line of the history."""

    id: int
    edition: str
    at: datetime
    by: str
    comment: str
    until: datetime | None = None
    """When what it changed comes back."""


def read_files(folder: Path) -> dict[str, bytes]:
    """Return the content of every file of an edition."""
    return {name: (folder / name).read_bytes() for name in sorted(paths_in(folder))}


async def nothing_to_prepare(folder: Path) -> None:
    """Learn nothing."""


class Editions:
    """The history of ``prompts/``, and this server's folder."""

    def __init__(
        self,
        database: Database,
        folder: Path,
        home: Path,
        now: Callable[[], datetime],
        links: Mapping[str, LinkSettings],
        prepare: Callable[[Path], Awaitable[object]] = nothing_to_prepare,
    ) -> None:
        """*prepare* learns what a folder teaches before callers hear it, so that none waits for it."""
        self._database, self._now, self._prepare = database, now, prepare
        self._shelf = Shelf(folder, home, links)
        self._lock = asyncio.Lock()

    async def begin(self) -> bool:
        """At start: finish what was interrupted, then :meth:`follow`."""
        await asyncio.to_thread(self._shelf.finish)
        return await self.follow()

    async def follow(self) -> bool:
        """Bring the folder and the history together; return whether the folder changed.

        What another server published is taken; what was changed by hand is noted in the history.

        Raises:
            Invalid: this version of the server does not accept what was published; its folder stays.
        """
        async with self._lock:
            return await self._follow()

    async def is_behind(self) -> bool:
        """Whether somebody published since the folder was made."""
        mine = await asyncio.to_thread(lambda: self._shelf.installed)
        async with self._database.reading() as connection:
            newest = await connection.scalar(sa.select(sa.func.max(publications.c.id)))
        return newest is not None and (mine is None or mine.publication != newest)

    async def history(self, count: int = 100) -> tuple[Publication, ...]:
        """Return the last publications, newest first."""
        query = sa.select(*COLUMNS).order_by(publications.c.id.desc()).limit(count)
        async with self._database.reading() as connection:
            return tuple(Publication(*row) for row in await connection.execute(query))

    async def publication(self, number: int) -> tuple[Publication, Publication | None] | None:
        """Return one publication and the one before it; None when there is none."""
        query = (
            sa.select(*COLUMNS).where(publications.c.id <= number).order_by(publications.c.id.desc()).limit(2)
        )
        async with self._database.reading() as connection:
            found = [Publication(*row) for row in await connection.execute(query)]
        if not found or found[0].id != number:
            return None
        return found[0], found[1] if len(found) > 1 else None

    async def files(self, edition: str) -> dict[str, bytes]:
        """Return the files of an edition. Raises KeyError; Invalid when a recording is lost."""
        return await self.contents(await self._kept(edition))

    async def contents(self, kept: Kept) -> dict[str, bytes]:
        """Return files as bytes. Raises Invalid when a recording is lost."""
        await self._fetch(kept)
        return await asyncio.to_thread(
            lambda: {name: self._shelf.content(text) for name, text in kept.items()}
        )

    async def changes_of(self, draft: Draft) -> Changes:
        """Return what *draft* changes. Raises Conflict when that is nothing."""
        if not draft.exists:
            raise Conflict("Il n'y a rien à publier.")
        before, after = await self.kept(draft.base), await self.kept(draft.folder)
        if not (changes := between(before, after)):
            raise Conflict("Il n'y a rien à publier.")
        return changes

    async def kept(self, folder: Path) -> Kept:
        """Return what an edition keeps of the files in *folder*."""
        return await asyncio.to_thread(self._shelf.read, folder)

    async def publish(self, draft: Draft, by: str, comment: str) -> Publication:
        """Make the draft what callers hear, and forget it.

        Raises:
            Conflict: nothing to publish, or somebody published other changes of the same lines meanwhile.
            Invalid: together with what was published meanwhile, something is wrong.
        """
        changes = await self.changes_of(draft)
        try:
            made = await self.change(changes, by, comment)
        except Conflict as error:
            raise Conflict(f"{error} Notez les vôtres, abandonnez le brouillon et refaites-les.") from None
        await draft.drop()
        return made

    async def change(
        self,
        changes: Changes,
        by: str,
        comment: str,
        *,
        claim: Claim | None = None,
        until: datetime | None = None,
        what_fits: bool = False,
    ) -> Publication:
        """Put *changes* into what callers hear; with *what_fits*, leave out files that changed meanwhile.

        Raises:
            Conflict: somebody published other changes of the same lines meanwhile.
            Invalid: together with what was published meanwhile, something is wrong.
        """

        def plan(now: Kept) -> Kept:
            merged = merge(now, changes)
            if merged.conflicts and not what_fits:
                where = ", ".join(merged.conflicts)
                raise Conflict(f"Quelqu'un a publié entre-temps d'autres changements dans {where}.")
            return merged.files

        return await self._publish(plan, by, comment, claim, until)

    async def restore(
        self, edition: str, by: str, comment: str, keeping: frozenset[str] = frozenset()
    ) -> Publication:
        """Make *edition* what callers hear again, but for the files *keeping*.

        Raises:
            KeyError: there is no such edition.
            Invalid: this version of the server does not accept it.
        """
        files = await self._kept(edition)

        def plan(now: Kept) -> Kept:
            stays = {name: now[name] for name in keeping & now.keys()}
            return {name: text for name, text in files.items() if name not in keeping} | stays

        return await self._publish(plan, by, comment)

    async def save(self, changes: Changes) -> None:
        """Have the recordings of *changes* in the database, for whichever server will publish them."""
        async with self._database.writing() as connection:
            await self._save_recordings(connection, {p: text for p, (_, text) in changes.items() if text})

    async def _publish(
        self,
        plan: Callable[[Kept], Kept],
        by: str,
        comment: str,
        claim: Claim | None = None,
        until: datetime | None = None,
    ) -> Publication:
        async with self._lock:
            for _ in range(TRIES):
                await self._follow()
                (last,) = await self.history(1)
                now = await self._kept(last.edition)
                files = await asyncio.to_thread(plan, now)
                await self._check(files)
                try:
                    changes = await asyncio.to_thread(between, now, files)
                    made = await self._note(files, last, by, comment, until, claim and (claim, changes))
                except _Overtaken:
                    continue
                await self._install(files, made)
                return made
        raise Conflict("D'autres publications ont lieu en ce moment : réessayez.")

    async def _follow(self) -> bool:
        here, name, mine = await asyncio.to_thread(self._here)
        last = next(iter(await self.history(1)), None)
        if last is None or name == last.edition:
            last = last or await self._note(here, None, SYSTEM, "Première édition")
            await asyncio.to_thread(self._shelf.remember, Installed(last.id, last.edition))
            return False
        theirs = await self._kept(last.edition)
        if mine is None:
            log.warning("editions.folder_replaced", kept_as=await self._keep(here))
        if mine is None or mine.edition == name:
            await self._check(theirs)
            await self._install(theirs, last)
            return True
        base = await self._kept(mine.edition)
        merged = await asyncio.to_thread(lambda: merge(theirs, between(base, here)))
        files = {**merged.files, **{path: here[path] for path in merged.conflicts if path in here}}
        comment = BY_HAND
        if merged.conflicts:
            comment += f", à la place de ce qui venait d'être publié dans {', '.join(merged.conflicts)}"
        await self._check(files)
        try:
            made = await self._note(files, last, SYSTEM, comment)
        except _Overtaken:
            return await self._follow()
        await self._install(files, made)
        return files != here

    def _here(self) -> tuple[Kept, str, Installed | None]:
        here = self._shelf.read()
        return here, edition_of(here), self._shelf.installed

    async def _check(self, files: Kept) -> None:
        await self._fetch(files)
        await self._prepare(await asyncio.to_thread(self._shelf.candidate, files))

    async def _install(self, files: Kept, made: Publication) -> None:
        await asyncio.to_thread(self._shelf.install, files, Installed(made.id, made.edition))

    async def _kept(self, edition: str) -> dict[str, str]:
        async with self._database.reading() as connection:
            kept = await connection.scalar(sa.select(editions.c.files).where(editions.c.id == edition))
        if kept is None:
            raise KeyError(edition)
        return dict(kept)

    async def _keep(self, files: Kept) -> str:
        """Keep an edition that nobody hears, so that nothing is lost; return its name."""
        async with self._database.writing() as connection:
            return await self._keep_edition(connection, files, SYSTEM)

    async def _note(
        self,
        files: Kept,
        after: Publication | None,
        by: str,
        comment: str,
        until: datetime | None = None,
        claimed: tuple[Claim, Changes] | None = None,
    ) -> Publication:
        """Publish, right after the publication *after*: its number makes it the only one to do so."""
        number, now = after.id + 1 if after else 1, self._now()
        try:
            async with self._database.writing() as connection:
                edition = await self._keep_edition(connection, files, by)
                made = Publication(number, edition, now, by, comment, until)
                values = {"id": number, "edition": edition, "at": now, "by": by, "comment": comment}
                await connection.execute(publications.insert().values(values | {"valid_until": until}))
                await announce(connection, PUBLICATIONS)
                if claimed:
                    claim, changes = claimed
                    await claim(connection, changes)
                return made
        except IntegrityError:
            raise _Overtaken from None

    async def _keep_edition(self, connection: AsyncConnection, files: Kept, by: str) -> str:
        await self._save_recordings(connection, files)
        edition = await asyncio.to_thread(edition_of, files)
        row = {"id": edition, "created_at": self._now(), "author": by, "files": dict(files)}
        await insert_new(connection, editions, [row])
        return edition

    async def _save_recordings(self, connection: AsyncConnection, files: Kept) -> None:
        known = sa.select(recordings.c.digest).where(recordings.c.digest.in_(digests := recordings_in(files)))
        for digest in digests - set(await connection.scalars(known)):
            content = await asyncio.to_thread(self._shelf.recording, digest)
            await insert_new(connection, recordings, [{"digest": digest, "content": content}])

    async def _fetch(self, files: Kept) -> None:
        """Get the recordings that another server was given. Raises Invalid when nobody has one any more."""
        if not (lacking := await asyncio.to_thread(self._shelf.lacking, files)):
            return
        query = sa.select(recordings.c.digest, recordings.c.content).where(recordings.c.digest.in_(lacking))
        async with self._database.reading() as connection:
            found = {row.digest: row.content for row in await connection.execute(query)}
        for digest, content in found.items():
            await asyncio.to_thread(self._shelf.add_recording, digest, content)
        if lacking - found.keys():
            raise Invalid(
                (Problem("", "", "Une voix enregistrée de cette édition n'est plus dans la base."),)
            )
