"""What is kept of a call, one record at a time, as it travels through the spool.

Values only; a record applied twice is the same as once.
"""

import enum
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


class Kind(enum.StrEnum):
    """What a record does to the tables."""

    CALL = "call"
    """Insert or replace a row of ``calls``."""
    TURN = "turn"
    """Insert or replace a row of ``turns``."""
    STAMP = "stamp"
    """Insert or replace a row of ``stamps``."""
    CALLBACK = "callback"
    """Insert a row of ``callbacks``; one that exists stays, it may have been called already."""
    EDITION = "edition"
    """Insert a row of ``editions``, unless it is known."""
    MESSAGE = "message"
    """Set what became of the message in the mailbox, known only after the call."""
    LESSON = "lesson"
    """Set why a turn is worth learning from, known only later in the call."""
    MASK = "mask"
    """Delete the words of a turn: what was said later makes a number of them."""
    FORGET = "forget"
    """Delete the words of a call: the caller objects to being recorded."""


@dataclass(frozen=True, slots=True)
class Record:
    """One change. Times are seconds since 1970."""

    kind: Kind
    row: dict[str, Any]
    sound: bytes = field(default=b"", repr=False)
    """Of a turn whose ``sound`` says where to keep it; does not travel through the spool."""

    @property
    def call(self) -> str | None:
        """The call it is about, if it is about one."""
        call: str | None = self.row.get("id" if self.kind is Kind.CALL else "call")
        return call

    def encode(self) -> bytes:
        """Return it as one line."""
        return json.dumps([self.kind, self.row], ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


def edition_record(edition: str, files: Mapping[str, str], now: float, author: str = "server") -> Record:
    """Return the record that keeps the texts of an edition."""
    return Record(Kind.EDITION, {"id": edition, "created_at": now, "author": author, "files": dict(files)})


def decode(line: bytes) -> Record:
    """Return the record of *line*. Raises ValueError: torn or foreign."""
    try:
        kind, row = json.loads(line)
        if not isinstance(row, dict):
            raise ValueError("no row")
        return Record(Kind(kind), row)
    except (TypeError, UnicodeDecodeError) as error:
        raise ValueError(str(error)) from None
