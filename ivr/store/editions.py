"""Editions of ``prompts/``: their text by content hash, so that every turn says what could be heard.

Reads files and keeps them; validates and publishes nothing.
"""

import asyncio
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import sqlalchemy as sa

from ivr.store.database import Database, insert_new
from ivr.store.schema import editions, publications

ID_LENGTH = 16
TEXTS = frozenset({".yaml", ".yml"})


@dataclass(frozen=True, slots=True)
class Edition:
    """The texts of ``prompts/`` at one moment."""

    id: str
    """Hash of the contents: the same texts are the same edition."""
    files: Mapping[str, str]
    """Path below ``prompts/`` → text."""


@dataclass(frozen=True, slots=True)
class Publication:
    """One line of the history."""

    id: int
    edition: str
    at: datetime
    by: str
    comment: str
    valid_from: datetime | None
    valid_until: datetime | None


def edition_of(files: Mapping[str, str]) -> Edition:
    """Return the edition made of *files*."""
    digest = hashlib.sha256()
    for path, text in sorted(files.items()):
        digest.update(f"{path}\0{text}\0".encode())
    return Edition(digest.hexdigest()[:ID_LENGTH], dict(files))


def read_edition(folder: Path) -> Edition:
    """Return the edition in *folder*. Raises OSError, UnicodeDecodeError."""
    found = (path for path in folder.rglob("*") if path.suffix in TEXTS)
    return edition_of({path.relative_to(folder).as_posix(): path.read_text("utf-8") for path in found})


async def keep_edition(database: Database, edition: Edition, author: str) -> None:
    """Keep its texts, unless they are known."""
    row = {"id": edition.id, "created_at": datetime.now(UTC), "author": author, "files": dict(edition.files)}
    async with database.writing() as connection:
        await insert_new(connection, editions, [row])


async def find_edition(database: Database, edition: str) -> Edition | None:
    """Return the edition of that id, None when it was never kept."""
    async with database.reading() as connection:
        files = await connection.scalar(sa.select(editions.c.files).where(editions.c.id == edition))
    return None if files is None else await asyncio.to_thread(edition_of, files)


async def publish(
    database: Database,
    edition: Edition,
    by: str,
    comment: str,
    *,
    valid_from: datetime | None = None,
    valid_until: datetime | None = None,
) -> int:
    """Write down that *edition* is published; return the number of the publication."""
    await keep_edition(database, edition, by)
    row = {
        "edition": edition.id,
        "at": datetime.now(UTC),
        "by": by,
        "comment": comment,
        "valid_from": valid_from,
        "valid_until": valid_until,
    }
    async with database.writing() as connection:
        number = await connection.scalar(sa.insert(publications).values(**row).returning(publications.c.id))
    assert isinstance(number, int)
    return number


async def history(database: Database, limit: int = 100) -> list[Publication]:
    """Return the publications, the latest first."""
    c = publications.c
    query = sa.select(c.id, c.edition, c.at, c.by, c.comment, c.valid_from, c.valid_until)
    async with database.reading() as connection:
        rows = await connection.execute(query.order_by(c.id.desc()).limit(limit))
        return [Publication(*row) for row in rows]
