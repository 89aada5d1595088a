"""The tables, once for both databases. ``migrations/`` brings a database here, step by step.

Describes; reads and writes nothing. docs/reference/records.md explains every table and how long it is kept.
"""

from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa


class UtcTime(sa.types.TypeDecorator[datetime]):
    """An instant. Aware, in UTC, whichever database holds it."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:
        """Refuse times without a zone; SQLite stores text, which must sort."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a time without a zone cannot be stored")
        instant = value.astimezone(UTC)
        return instant.replace(tzinfo=None) if dialect.name == "sqlite" else instant

    def process_result_value(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:
        """Return it aware."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


metadata = sa.MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def _column(name: str, kind: Any, **options: Any) -> sa.Column[Any]:
    """A column that is always filled."""
    return sa.Column(name, kind, nullable=False, **options)


def _call_id() -> sa.Column[Any]:
    return sa.Column("call", sa.ForeignKey("calls.id", ondelete="CASCADE"), primary_key=True)


calls = sa.Table(
    "calls",
    metadata,
    sa.Column("id", sa.String(32), primary_key=True),
    _column("server", sa.String(64)),
    _column("started_at", UtcTime()),
    sa.Column("ended_at", UtcTime()),
    _column("hour", sa.String(13)),
    _column("day", sa.String(10)),
    _column("week", sa.String(8)),
    sa.Column("seconds", sa.Float()),
    sa.Column("caller", sa.String(64)),
    sa.Column("returned_from", sa.String(32)),
    _column("recorded", sa.Boolean()),
    _column("recording_refused", sa.Boolean(), server_default=sa.false()),
    _column("edition", sa.String(64)),
    _column("erased", sa.Boolean(), server_default=sa.false()),
    sa.Column("outcome", sa.String(16)),
    sa.Column("reason", sa.String(32)),
    sa.Column("queue", sa.String(64)),
    sa.Column("intent", sa.String(64)),
    sa.Column("message", sa.String(16)),
    _column("turns", sa.Integer(), server_default="0"),
    _column("answers", sa.Integer(), server_default="0"),
    _column("no_matches", sa.Integer(), server_default="0"),
    _column("silences", sa.Integer(), server_default="0"),
    _column("barge_ins", sa.Integer(), server_default="0"),
    sa.Index(
        "ix_calls_figures", "started_at", "outcome", "answers", "turns", "no_matches", "reason", "hour",
        "day", "week", "silences", "barge_ins", "seconds",
    ),
    sa.Index(None, "caller"),
    sa.Index(None, "ended_at"),
)  # fmt: skip
"""One row per call. ``hour``, ``day`` and ``week`` are those of the desk's clock, for the statistics,
which read their index and not the rows. ``erased``: on the caller's word; what still comes goes."""

turns = sa.Table(
    "turns",
    metadata,
    _call_id(),
    sa.Column("number", sa.Integer(), primary_key=True, autoincrement=False),
    _column("started_at", UtcTime()),
    sa.Column("heard_at", UtcTime()),
    _column("ended_at", UtcTime()),
    _column("edition", sa.String(64)),
    _column("prompts", sa.JSON()),
    _column("rate", sa.Integer()),
    _column("barge_in", sa.Boolean()),
    _column("silence", sa.Boolean()),
    sa.Column("text", sa.Text()),
    sa.Column("closed_text", sa.Text()),
    sa.Column("confidence", sa.Float()),
    sa.Column("speech_seconds", sa.Float()),
    sa.Column("n_best", sa.JSON(none_as_null=True)),
    sa.Column("pressed", sa.String(32)),
    sa.Column("masked", sa.String(16)),
    sa.Column("outcome", sa.String(16)),
    sa.Column("command", sa.String(16)),
    sa.Column("reject", sa.String(16)),
    sa.Column("guard", sa.String(16)),
    _column("corrects", sa.Boolean()),
    sa.Column("intent", sa.String(64)),
    sa.Column("score", sa.Float()),
    sa.Column("intents", sa.JSON(none_as_null=True)),
    sa.Column("answered", sa.String(64)),
    sa.Column("respond_ms", sa.Float()),
    sa.Column("understand_ms", sa.Float()),
    sa.Column("trouble", sa.String(32)),
    sa.Column("effects", sa.JSON(none_as_null=True)),
    sa.Column("lesson", sa.String(16)),
    sa.Column("text_key", sa.String(200)),
    sa.Column("sound", sa.String(64)),
    sa.Index(None, "started_at", "answered"),
    sa.Index(None, "started_at", "respond_ms"),
    sa.Index(None, "text_key", "lesson", "started_at"),
    sa.Index(None, "answered", "call"),
)
"""One row per turn: what was said, what was heard, what was made of it, how long that took."""

stamps = sa.Table(
    "stamps",
    metadata,
    _call_id(),
    sa.Column("kind", sa.String(32), primary_key=True),
    _column("at", UtcTime()),
)
"""What the caller was told and what he refused: ``disclosure``, ``recording-notice``…"""

callbacks = sa.Table(
    "callbacks",
    metadata,
    sa.Column("id", sa.String(32), primary_key=True),
    sa.Column("call", sa.String(32)),
    sa.Column("number", sa.String(32)),
    sa.Column("caller", sa.String(64)),
    _column("queue", sa.String(64)),
    _column("intent", sa.String(64), server_default=""),
    _column("slot", sa.String(16), server_default=""),
    _column("state", sa.String(16)),
    _column("tries", sa.Integer(), server_default="0"),
    _column("booked_at", UtcTime()),
    _column("due_at", UtcTime()),
    sa.Column("tried_at", UtcTime()),
    sa.Column("finished_at", UtcTime()),
    _column("problem", sa.Text(), server_default=""),
    sa.Index(None, "state", "due_at"),
    sa.Index(None, "caller"),
)
"""Promises to call back. ``number`` is erased when the promise is kept."""

lessons = sa.Table(
    "lessons",
    metadata,
    sa.Column("text_key", sa.String(200), primary_key=True),
    _column("state", sa.String(16)),
    sa.Column("intent", sa.String(64)),
    _column("by", sa.String(64)),
    _column("at", UtcTime()),
)
"""What a supervisor decided about an utterance that was not understood."""

editions = sa.Table(
    "editions",
    metadata,
    sa.Column("id", sa.String(64), primary_key=True),
    _column("created_at", UtcTime()),
    _column("author", sa.String(64)),
    _column("files", sa.JSON()),
)
"""Contents of ``prompts/`` by their hash: path → text. What turns and publications refer to."""

publications = sa.Table(
    "publications",
    metadata,
    sa.Column("id", sa.Integer(), primary_key=True),
    _column("edition", sa.ForeignKey("editions.id")),
    _column("at", UtcTime()),
    _column("by", sa.String(64)),
    _column("comment", sa.Text()),
    sa.Column("valid_from", UtcTime()),
    sa.Column("valid_until", UtcTime()),
    sa.Index(None, "at"),
)
"""Who made which edition heard, when, and why."""

recordings = sa.Table(
    "recordings",
    metadata,
    sa.Column("digest", sa.String(64), primary_key=True),
    _column("content", sa.LargeBinary()),
)
"""Voices of published editions by their digest, so that every server of one database has them."""

schedules = sa.Table(
    "schedules",
    metadata,
    sa.Column("id", sa.Integer(), primary_key=True),
    _column("at", UtcTime()),
    _column("by", sa.String(64)),
    _column("comment", sa.Text()),
    _column("begins_at", UtcTime()),
    sa.Column("ends_at", UtcTime()),
    _column("state", sa.String(16)),
    _column("changes", sa.JSON()),
    sa.Column("undo", sa.JSON(none_as_null=True)),
    _column("problem", sa.Text(), server_default=""),
    sa.Index(None, "state"),
)
"""Publications to come, and those that will end: file → its text before and after."""

settings = sa.Table(
    "settings",
    metadata,
    sa.Column("name", sa.String(64), primary_key=True),
    _column("value", sa.JSON()),
    _column("by", sa.String(64)),
    _column("at", UtcTime()),
)
"""What an administrator set in the console instead of ``ivr.toml``."""

users = sa.Table(
    "users",
    metadata,
    sa.Column("id", sa.Integer(), primary_key=True),
    _column("login", sa.String(64), unique=True),
    _column("name", sa.String(128)),
    _column("role", sa.String(16)),
    _column("password_hash", sa.String(256)),
    _column("created_at", UtcTime()),
    sa.Column("seen_at", UtcTime()),
    sa.Column("disabled_at", UtcTime()),
)
"""Who may use the console: ``viewer``, ``supervisor``, ``admin``."""

sessions = sa.Table(
    "sessions",
    metadata,
    sa.Column("token_hash", sa.String(64), primary_key=True),
    sa.Column("user", sa.ForeignKey("users.id", ondelete="CASCADE"), nullable=False),
    _column("created_at", UtcTime()),
    _column("seen_at", UtcTime()),
    _column("expires_at", UtcTime()),
    sa.Index(None, "expires_at"),
    sa.Index(None, "user"),
)
"""Who is signed in; the token itself is only in his browser."""

invitations = sa.Table(
    "invitations",
    metadata,
    sa.Column("token_hash", sa.String(64), primary_key=True),
    _column("role", sa.String(16)),
    _column("created_at", UtcTime()),
    _column("expires_at", UtcTime()),
    sa.Column("used_at", UtcTime()),
    sa.Column("user", sa.Integer()),
)
"""Links, each good once: to sign up, or for ``user`` to choose a new password."""

sign_ins = sa.Table(
    "sign_ins",
    metadata,
    sa.Column("id", sa.Integer(), primary_key=True),
    _column("at", UtcTime()),
    _column("login", sa.String(64)),
    _column("address", sa.String(64)),
    _column("succeeded", sa.Boolean()),
    sa.Index(None, "at"),
)
"""Attempts to sign in, for throttling."""

audit = sa.Table(
    "audit",
    metadata,
    sa.Column("id", sa.Integer(), primary_key=True),
    _column("at", UtcTime()),
    _column("by", sa.String(64)),
    _column("action", sa.String(64)),
    _column("subject", sa.String(200), server_default=""),
    sa.Column("detail", sa.JSON(none_as_null=True)),
    sa.Index(None, "at"),
)
"""Every change made in the console, and every look at personal data."""

erasures = sa.Table(
    "erasures",
    metadata,
    sa.Column("caller", sa.String(64), primary_key=True),
    _column("at", UtcTime()),
)
"""Callers, by pseudonym, who were erased: what a call that began before brings later is nobody's.
Kept as long as words may be."""

purges = sa.Table(
    "purges",
    metadata,
    sa.Column("id", sa.Integer(), primary_key=True),
    _column("at", UtcTime()),
    _column("what", sa.String(32)),
    sa.Column("before", UtcTime()),
    _column("rows", sa.Integer()),
    _column("by", sa.String(64)),
)
"""The proof that personal data was deleted: what, older than when, how many rows."""
