"""Questions about calls: lists with filters and pages, one call with its turns.

Reads; SQL does the work, nothing is counted in Python. Statistics and the inbox are modules of their own.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from ivr.french.phrases import fold
from ivr.store.database import Database
from ivr.store.outcomes import CONTAINED
from ivr.store.schema import callbacks, calls, stamps, turns


@dataclass(frozen=True, slots=True)
class Period:
    """From *since* to just before *until*; both aware."""

    since: datetime
    until: datetime

    def contains(self, column: sa.Column[Any]) -> sa.ColumnElement[bool]:
        """The SQL condition that *column* lies in it."""
        return sa.and_(column >= self.since, column < self.until)


@dataclass(frozen=True, slots=True)
class CallFilter:
    """Which calls; None and empty do not filter."""

    period: Period | None = None
    live: bool | None = None
    """True: in progress; False: ended."""
    outcome: str = ""
    contained: bool = False
    """Answered, and nobody needed."""
    intent: str = ""
    """Answered in any turn of the call."""
    queue: str = ""
    reason: str = ""
    caller: str = ""
    """Pseudonym (see ``privacy.Pseudonyms``)."""
    text: str = ""
    """Part of something the caller said, whatever its case and accents."""
    unmatched: bool = False
    """With at least one utterance that was not understood."""
    from_hour: int | None = None
    to_hour: int | None = None
    """Begun between these hours of the day, the second not included, on the desk's clock."""
    shortest: float | None = None
    longest: float | None = None
    """Seconds: at least the one, less than the other."""


@dataclass(frozen=True, slots=True)
class Page:
    """*size* rows from row *start* (0 is the newest)."""

    start: int = 0
    size: int = 50


@dataclass(frozen=True, slots=True)
class CallRow:
    """One call, as the tables keep it: see docs/reference/records.md."""

    id: str
    started_at: datetime
    ended_at: datetime | None
    """None while it goes on."""
    seconds: float | None
    caller: str | None
    returned_from: str | None
    recorded: bool
    recording_refused: bool
    edition: str
    outcome: str | None
    """A ``CallOutcome``; None while it goes on."""
    reason: str | None
    queue: str | None
    intent: str | None
    """Last question answered."""
    message: str | None
    """A ``Message``, when Asterisk has told; None: no mailbox, or not known."""
    turns: int
    answers: int
    no_matches: int
    silences: int
    barge_ins: int


@dataclass(frozen=True, slots=True)
class TurnRow:
    """One turn: what we said, then what the caller answered."""

    call: str
    number: int
    started_at: datetime
    heard_at: datetime | None
    ended_at: datetime
    edition: str
    """Content hash of the prompts that were published."""
    prompts: list[dict[str, str]]
    """``{"prompt": id, "text": as said}``; no text when it read out personal data or was purged."""
    rate: int
    barge_in: bool
    silence: bool
    text: str | None
    closed_text: str | None
    confidence: float | None
    speech_seconds: float | None
    n_best: list[dict[str, Any]] | None
    """``{"text": …, "confidence": …}``, best first."""
    pressed: str | None
    """Keys; dots for more than two, which are a number."""
    masked: str | None
    """Why the words are not kept: ``private``, ``number``, ``refused``, ``purged``, ``erased``."""
    outcome: str | None
    command: str | None
    reject: str | None
    guard: str | None
    corrects: bool
    intent: str | None
    score: float | None
    intents: list[dict[str, Any]] | None
    """``{"intent": …, "score": …}``, best first."""
    answered: str | None
    """The answer that this turn's prompts began."""
    respond_ms: float | None
    """From the utterance to our next word's order."""
    understand_ms: float | None
    trouble: str | None
    effects: list[dict[str, Any]] | None
    lesson: str | None
    text_key: str | None
    sound: str | None
    """File in ``store.audio_folder``; None when the sound is not kept."""


@dataclass(frozen=True, slots=True)
class CallbackRow:
    """A promise to call back, without its number."""

    id: str
    call: str | None
    caller: str | None
    queue: str
    intent: str
    slot: str
    state: str
    tries: int
    booked_at: datetime
    due_at: datetime
    tried_at: datetime | None
    finished_at: datetime | None
    problem: str


@dataclass(frozen=True, slots=True)
class FoundCalls:
    """One page of calls, newest first."""

    rows: tuple[CallRow, ...]
    total: int
    """On all pages."""


@dataclass(frozen=True, slots=True)
class CallDetail:
    """Everything kept of one call."""

    call: CallRow
    turns: tuple[TurnRow, ...]
    stamps: Mapping[str, datetime]
    """Consent: ``disclosure``, ``recording-notice``, ``recording-refused``… → when."""
    callbacks: tuple[CallbackRow, ...]


async def find_calls(
    database: Database, wanted: CallFilter | None = None, page: Page | None = None
) -> FoundCalls:
    """Return one page of the calls *wanted*, newest first."""
    page = page or Page()
    conditions = tuple(_conditions(wanted or CallFilter()))
    query = (
        sa.select(*_columns(calls, CallRow))
        .where(*conditions)
        .order_by(calls.c.started_at.desc(), calls.c.id)
        .limit(page.size)
        .offset(page.start)
    )
    async with database.reading() as connection:
        total = await connection.scalar(sa.select(sa.func.count()).select_from(calls).where(*conditions))
        rows = (await connection.execute(query)).all()
    return FoundCalls(tuple(CallRow(*row) for row in rows), total or 0)


async def read_call(database: Database, call: str) -> CallDetail | None:
    """Return the call *call* with its turns in order; None when there is none."""
    async with database.reading() as connection:
        row = (
            await connection.execute(sa.select(*_columns(calls, CallRow)).where(calls.c.id == call))
        ).first()
        if row is None:
            return None
        said = await connection.execute(
            sa.select(*_columns(turns, TurnRow)).where(turns.c.call == call).order_by(turns.c.number)
        )
        consent = await connection.execute(sa.select(stamps.c.kind, stamps.c.at).where(stamps.c.call == call))
        promised = await connection.execute(
            sa.select(*_columns(callbacks, CallbackRow)).where(callbacks.c.call == call)
        )
        return CallDetail(
            CallRow(*row),
            tuple(TurnRow(*turn) for turn in said),
            {stamp.kind: stamp.at for stamp in consent},
            tuple(CallbackRow(*callback) for callback in promised),
        )


async def first_said(database: Database, found: Sequence[str], text: str = "") -> dict[str, str]:
    """Return what the caller said first in each of the calls *found*, or first of what has *text* in it."""
    query = sa.select(turns.c.call, turns.c.text).where(turns.c.call.in_(found), turns.c.text.is_not(None))
    if text:
        query = query.where(_says(text))
    async with database.reading() as connection:
        rows = (await connection.execute(query.order_by(turns.c.call, turns.c.number.desc()))).all()
    return {row.call: row.text for row in rows}


async def beside(database: Database, wanted: CallFilter, call: CallRow) -> tuple[str | None, str | None]:
    """Return the calls just after and just before *call* in time, of those *wanted*; None where it ends."""
    began, own = calls.c.started_at, call.started_at
    after = sa.or_(began > own, sa.and_(began == own, calls.c.id < call.id))
    before = sa.or_(began < own, sa.and_(began == own, calls.c.id > call.id))
    query = sa.select(calls.c.id).where(*_conditions(wanted)).limit(1)
    async with database.reading() as connection:
        newer = await connection.scalar(query.where(after).order_by(began, calls.c.id.desc()))
        older = await connection.scalar(query.where(before).order_by(began.desc(), calls.c.id))
    return newer, older


async def sound_of(database: Database, call: str, number: int) -> str | None:
    """Return the file with what was said in one turn; None when its sound is not kept."""
    query = sa.select(turns.c.sound).where(turns.c.call == call, turns.c.number == number)
    async with database.reading() as connection:
        found: str | None = await connection.scalar(query)
    return found


def _columns(table: sa.Table, row: type[Any]) -> list[sa.Column[Any]]:
    return [table.c[field.name] for field in fields(row)]


def _conditions(wanted: CallFilter) -> list[sa.ColumnElement[bool]]:
    conditions: list[sa.ColumnElement[bool]] = []
    if wanted.period is not None:
        conditions.append(wanted.period.contains(calls.c.started_at))
    if wanted.live is not None:
        conditions.append(calls.c.ended_at.is_(None) if wanted.live else calls.c.ended_at.is_not(None))
    for name in ("outcome", "queue", "reason", "caller"):
        if value := getattr(wanted, name):
            conditions.append(calls.c[name] == value)
    if wanted.intent:
        conditions.append(_some_turn(turns.c.answered == wanted.intent))
    if wanted.text:
        conditions.append(_some_turn(_says(wanted.text)))
    if wanted.unmatched:
        conditions.append(calls.c.no_matches > 0)
    return [*conditions, *_bounds(wanted)]


def _bounds(wanted: CallFilter) -> Iterator[sa.ColumnElement[bool]]:
    hour = sa.func.substr(calls.c.hour, 12, 2)
    if wanted.contained:
        yield calls.c.outcome.in_(CONTAINED)
    if wanted.from_hour is not None:
        yield hour >= f"{wanted.from_hour:02}"
    if wanted.to_hour is not None:
        yield hour < f"{wanted.to_hour:02}"
    if wanted.shortest is not None:
        yield calls.c.seconds >= wanted.shortest
    if wanted.longest is not None:
        yield calls.c.seconds < wanted.longest


def _says(text: str) -> sa.ColumnElement[bool]:
    return turns.c.text_key.contains(fold(text), autoescape=True)


def _some_turn(condition: sa.ColumnElement[bool]) -> sa.ColumnElement[bool]:
    return calls.c.id.in_(sa.select(turns.c.call).where(condition))
