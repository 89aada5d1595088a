"""Editions: what was published, when, by whom and why; publishing the draft, and going back.

An edition is a set of files named by its digest; its texts are in the database, its recordings in a folder.
"""

import asyncio
import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import sqlalchemy as sa

from ivr.config import LinkSettings
from ivr.console.draft import Draft, Invalid, changed, load, paths_in, write
from ivr.console.remedies import problems_in
from ivr.errors import ConfigurationError
from ivr.store.database import Database
from ivr.store.schema import editions, publications

UNFINISHED = ".publication"
"""In the published folder while its files are being replaced: a server that died goes on where it stopped."""
BINARY = "sha256:"
ID_LENGTH = 16

Files = Mapping[str, bytes]


class Conflict(Exception):
    """Somebody else published the same files meanwhile; the message is French."""


@dataclass(frozen=True, slots=True)
class Publication:
    """One line of the history."""

    id: int
    edition: str
    at: datetime
    by: str
    comment: str


def read_files(folder: Path) -> dict[str, bytes]:
    """Return the content of every file of an edition."""
    return {name: (folder / name).read_bytes() for name in sorted(paths_in(folder))}


def edition_of(kept: Mapping[str, str]) -> str:
    """Return the name of an edition, by what is kept of its files; that of the store's records."""
    digest = hashlib.sha256()
    for name, text in sorted(kept.items()):
        digest.update(f"{name}\0{text}\0".encode())
    return digest.hexdigest()[:ID_LENGTH]


class Editions:
    """The history of one ``prompts/`` folder."""

    def __init__(
        self,
        database: Database,
        folder: Path,
        home: Path,
        now: Callable[[], datetime],
        links: Mapping[str, LinkSettings],
    ) -> None:
        """*folder* is what callers hear; *home* keeps recordings that are no longer in it."""
        self._database, self._folder, self._now, self._links = database, folder, now, links
        self._recordings = home / "recordings"
        self._lock = asyncio.Lock()

    async def begin(self) -> None:
        """At start: finish what was interrupted, and note what is there if nobody published it here."""
        await asyncio.to_thread(self._finish)
        files = await asyncio.to_thread(read_files, self._folder)
        last = await self.history(1)
        kept = await asyncio.to_thread(self._kept, files)
        if not last or last[0].edition != edition_of(kept):
            comment = "Contenu modifié en dehors de la console" if last else "Première édition"
            await self._note(files, "système", comment)

    async def history(self, count: int = 100) -> tuple[Publication, ...]:
        """Return the last publications, newest first."""
        columns = [publications.c[name] for name in ("id", "edition", "at", "by", "comment")]
        query = sa.select(*columns).order_by(publications.c.id.desc()).limit(count)
        async with self._database.reading() as connection:
            return tuple(Publication(*row) for row in await connection.execute(query))

    async def publication(self, number: int) -> tuple[Publication, Publication | None] | None:
        """Return one publication and the one before it; None when there is none."""
        columns = [publications.c[name] for name in ("id", "edition", "at", "by", "comment")]
        query = (
            sa.select(*columns).where(publications.c.id <= number).order_by(publications.c.id.desc()).limit(2)
        )
        async with self._database.reading() as connection:
            found = [Publication(*row) for row in await connection.execute(query)]
        if not found or found[0].id != number:
            return None
        return found[0], found[1] if len(found) > 1 else None

    async def files(self, edition: str) -> dict[str, bytes]:
        """Return the files of an edition. Raises KeyError."""
        async with self._database.reading() as connection:
            kept = await connection.scalar(sa.select(editions.c.files).where(editions.c.id == edition))
        if kept is None:
            raise KeyError(edition)
        return await asyncio.to_thread(lambda: {name: self._content(text) for name, text in kept.items()})

    async def publish(self, draft: Draft, by: str, comment: str) -> Publication:
        """Make the draft what callers hear, and forget it.

        Raises:
            Conflict: nothing to publish, or somebody published other changes to the same files meanwhile.
            Invalid: together with what was published meanwhile, something is wrong.
        """
        async with self._lock:
            files = await asyncio.to_thread(self._merged, draft)
            made = await self._replace(files, by, comment)
            await draft.drop()
            return made

    async def restore(self, edition: str, by: str, comment: str) -> Publication:
        """Make *edition* what callers hear again.

        Raises:
            KeyError: there is no such edition.
            Invalid: this version of the server does not accept it.
        """
        async with self._lock:
            return await self._replace(await self.files(edition), by, comment)

    def _merged(self, draft: Draft) -> dict[str, bytes]:
        """What is published, with the draft's changes in it."""
        ours = draft.changes
        if not ours:
            raise Conflict("Il n'y a rien à publier.")
        theirs = set(changed(draft.base, self._folder))
        if both := sorted(theirs & set(ours)):
            raise Conflict(
                f"Quelqu'un a publié entre-temps d'autres changements dans {', '.join(both)}. "
                "Notez les vôtres, abandonnez le brouillon et refaites-les."
            )
        files = read_files(self._folder)
        for name in ours:
            path = draft.folder / name
            if path.is_file():
                files[name] = path.read_bytes()
            else:
                files.pop(name, None)
        return files

    async def _replace(self, files: Files, by: str, comment: str) -> Publication:
        await asyncio.to_thread(self._check, files)
        made = await self._note(files, by, comment)
        await asyncio.to_thread(self._install, files)
        return made

    def _check(self, files: Files) -> None:
        candidate = self._recordings.parent / "candidate"
        for name in paths_in(candidate) - files.keys() if candidate.is_dir() else ():
            (candidate / name).unlink()
        for name, content in files.items():
            write(candidate / name, content)
        try:
            load(candidate, self._links)
        except ConfigurationError as error:
            raise Invalid(problems_in(str(error), candidate)) from None

    async def _note(self, files: Files, by: str, comment: str) -> Publication:
        kept = await asyncio.to_thread(self._kept, files)
        edition, now = edition_of(kept), self._now()
        row = {"id": edition, "created_at": now, "author": by, "files": kept}
        async with self._database.writing() as connection:
            if not await connection.scalar(sa.select(editions.c.id).where(editions.c.id == edition)):
                await connection.execute(editions.insert().values(row))
            values = {"edition": edition, "at": now, "by": by, "comment": comment}
            made = await connection.execute(publications.insert().values(values).returning(publications.c.id))
            return Publication(made.scalar_one(), edition, now, by, comment)

    def _install(self, files: Files) -> None:
        """Replace what differs; the note of what remains to do survives a crash."""
        write(self._folder / UNFINISHED, json.dumps(self._kept(files)).encode())
        self._finish()

    def _finish(self) -> None:
        note = self._folder / UNFINISHED
        if not note.is_file():
            return
        wanted: dict[str, str] = json.loads(note.read_bytes())
        for name, kept in wanted.items():
            content, path = self._content(kept), self._folder / name
            if not path.is_file() or path.read_bytes() != content:
                write(path, content)
        for name in paths_in(self._folder) - wanted.keys():
            (self._folder / name).unlink()
        note.unlink()

    def _kept(self, files: Files) -> dict[str, str]:
        """Texts as they are, recordings by their digest."""
        return {name: self._keep(each) for name, each in files.items()}

    def _keep(self, content: bytes) -> str:
        try:
            return content.decode()
        except UnicodeDecodeError:
            digest = hashlib.sha256(content).hexdigest()
            if not (self._recordings / digest).is_file():
                write(self._recordings / digest, content)
            return BINARY + digest

    def _content(self, kept: str) -> bytes:
        if kept.startswith(BINARY):
            return (self._recordings / kept.removeprefix(BINARY)).read_bytes()
        return kept.encode()
