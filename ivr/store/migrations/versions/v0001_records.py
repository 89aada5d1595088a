"""The tables of the first release: calls, turns, consent, callbacks, editions, settings, accounts, proofs.

Frozen: a later change of the schema is a later migration.
"""

import sqlalchemy as sa
from alembic import op

from ivr.store.schema import UtcTime

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

TABLES = (
    "calls",
    "turns",
    "stamps",
    "callbacks",
    "lessons",
    "editions",
    "publications",
    "recordings",
    "schedules",
    "settings",
    "users",
    "sessions",
    "invitations",
    "sign_ins",
    "audit",
    "purges",
)
FIGURES = [
    "started_at", "outcome", "answers", "turns", "no_matches",
    "reason", "hour", "day", "week", "silences", "barge_ins", "seconds",
]  # fmt: skip
"""Statistics read an index alone: it holds every figure that they sum, and serves the lists too."""


def upgrade() -> None:
    """Create them, what is referred to first."""
    _calls()
    _turns()
    _stamps()
    _callbacks()
    _lessons()
    _editions()
    _publications()
    _recordings()
    _schedules()
    _settings()
    _users()
    _sessions()
    _invitations()
    _sign_ins()
    _audit()
    _purges()


def downgrade() -> None:
    """Drop them, with all that was recorded."""
    for table in reversed(TABLES):
        op.drop_table(table)


def _calls() -> None:
    op.create_table(
        "calls",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("server", sa.String(length=64), nullable=False),
        sa.Column("started_at", UtcTime(), nullable=False),
        sa.Column("ended_at", UtcTime(), nullable=True),
        sa.Column("hour", sa.String(length=13), nullable=False),
        sa.Column("day", sa.String(length=10), nullable=False),
        sa.Column("week", sa.String(length=8), nullable=False),
        sa.Column("seconds", sa.Float(), nullable=True),
        sa.Column("caller", sa.String(length=64), nullable=True),
        sa.Column("returned_from", sa.String(length=32), nullable=True),
        sa.Column("recorded", sa.Boolean(), nullable=False),
        sa.Column("recording_refused", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("edition", sa.String(length=64), nullable=False),
        sa.Column("outcome", sa.String(length=16), nullable=True),
        sa.Column("reason", sa.String(length=32), nullable=True),
        sa.Column("queue", sa.String(length=64), nullable=True),
        sa.Column("intent", sa.String(length=64), nullable=True),
        sa.Column("turns", sa.Integer(), server_default="0", nullable=False),
        sa.Column("answers", sa.Integer(), server_default="0", nullable=False),
        sa.Column("no_matches", sa.Integer(), server_default="0", nullable=False),
        sa.Column("silences", sa.Integer(), server_default="0", nullable=False),
        sa.Column("barge_ins", sa.Integer(), server_default="0", nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_calls"),
    )
    op.create_index("ix_calls_caller", "calls", ["caller"], unique=False)
    op.create_index("ix_calls_ended_at", "calls", ["ended_at"], unique=False)
    op.create_index("ix_calls_figures", "calls", FIGURES, unique=False)


def _turns() -> None:
    op.create_table(
        "turns",
        sa.Column("call", sa.String(length=32), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("started_at", UtcTime(), nullable=False),
        sa.Column("heard_at", UtcTime(), nullable=True),
        sa.Column("ended_at", UtcTime(), nullable=False),
        sa.Column("edition", sa.String(length=64), nullable=False),
        sa.Column("prompts", sa.JSON(), nullable=False),
        sa.Column("rate", sa.Integer(), nullable=False),
        sa.Column("barge_in", sa.Boolean(), nullable=False),
        sa.Column("silence", sa.Boolean(), nullable=False),
        sa.Column("text", sa.Text(), nullable=True),
        sa.Column("closed_text", sa.Text(), nullable=True),
        sa.Column("confidence", sa.Float(), nullable=True),
        sa.Column("speech_seconds", sa.Float(), nullable=True),
        sa.Column("n_best", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("pressed", sa.String(length=32), nullable=True),
        sa.Column("masked", sa.String(length=16), nullable=True),
        sa.Column("outcome", sa.String(length=16), nullable=True),
        sa.Column("command", sa.String(length=16), nullable=True),
        sa.Column("reject", sa.String(length=16), nullable=True),
        sa.Column("guard", sa.String(length=16), nullable=True),
        sa.Column("corrects", sa.Boolean(), nullable=False),
        sa.Column("intent", sa.String(length=64), nullable=True),
        sa.Column("score", sa.Float(), nullable=True),
        sa.Column("intents", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("answered", sa.String(length=64), nullable=True),
        sa.Column("respond_ms", sa.Float(), nullable=True),
        sa.Column("understand_ms", sa.Float(), nullable=True),
        sa.Column("trouble", sa.String(length=32), nullable=True),
        sa.Column("effects", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("lesson", sa.String(length=16), nullable=True),
        sa.Column("text_key", sa.String(length=200), nullable=True),
        sa.Column("sound", sa.String(length=64), nullable=True),
        sa.ForeignKeyConstraint(["call"], ["calls.id"], name="fk_turns_call", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("call", "number", name="pk_turns"),
    )
    _turn_indexes()


def _turn_indexes() -> None:
    op.create_index("ix_turns_started_at_answered", "turns", ["started_at", "answered"], unique=False)
    op.create_index("ix_turns_started_at_respond_ms", "turns", ["started_at", "respond_ms"], unique=False)
    op.create_index(
        "ix_turns_text_key_lesson_started_at", "turns", ["text_key", "lesson", "started_at"], unique=False
    )
    op.create_index("ix_turns_answered_call", "turns", ["answered", "call"], unique=False)


def _stamps() -> None:
    op.create_table(
        "stamps",
        sa.Column("call", sa.String(length=32), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("at", UtcTime(), nullable=False),
        sa.ForeignKeyConstraint(["call"], ["calls.id"], name="fk_stamps_call", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("call", "kind", name="pk_stamps"),
    )


def _callbacks() -> None:
    op.create_table(
        "callbacks",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("call", sa.String(length=32), nullable=True),
        sa.Column("number", sa.String(length=32), nullable=True),
        sa.Column("caller", sa.String(length=64), nullable=True),
        sa.Column("queue", sa.String(length=64), nullable=False),
        sa.Column("intent", sa.String(length=64), server_default="", nullable=False),
        sa.Column("slot", sa.String(length=16), server_default="", nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("tries", sa.Integer(), server_default="0", nullable=False),
        sa.Column("booked_at", UtcTime(), nullable=False),
        sa.Column("due_at", UtcTime(), nullable=False),
        sa.Column("tried_at", UtcTime(), nullable=True),
        sa.Column("finished_at", UtcTime(), nullable=True),
        sa.Column("problem", sa.Text(), server_default="", nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_callbacks"),
    )
    op.create_index("ix_callbacks_caller", "callbacks", ["caller"], unique=False)
    op.create_index("ix_callbacks_state_due_at", "callbacks", ["state", "due_at"], unique=False)


def _lessons() -> None:
    op.create_table(
        "lessons",
        sa.Column("text_key", sa.String(length=200), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("intent", sa.String(length=64), nullable=True),
        sa.Column("by", sa.String(length=64), nullable=False),
        sa.Column("at", UtcTime(), nullable=False),
        sa.PrimaryKeyConstraint("text_key", name="pk_lessons"),
    )


def _editions() -> None:
    op.create_table(
        "editions",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("created_at", UtcTime(), nullable=False),
        sa.Column("author", sa.String(length=64), nullable=False),
        sa.Column("files", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_editions"),
    )


def _publications() -> None:
    op.create_table(
        "publications",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("edition", sa.String(length=64), nullable=False),
        sa.Column("at", UtcTime(), nullable=False),
        sa.Column("by", sa.String(length=64), nullable=False),
        sa.Column("comment", sa.Text(), nullable=False),
        sa.Column("valid_from", UtcTime(), nullable=True),
        sa.Column("valid_until", UtcTime(), nullable=True),
        sa.ForeignKeyConstraint(["edition"], ["editions.id"], name="fk_publications_edition"),
        sa.PrimaryKeyConstraint("id", name="pk_publications"),
    )
    op.create_index("ix_publications_at", "publications", ["at"], unique=False)


def _recordings() -> None:
    op.create_table(
        "recordings",
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("digest", name="pk_recordings"),
    )


def _schedules() -> None:
    op.create_table(
        "schedules",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", UtcTime(), nullable=False),
        sa.Column("by", sa.String(length=64), nullable=False),
        sa.Column("comment", sa.Text(), nullable=False),
        sa.Column("begins_at", UtcTime(), nullable=False),
        sa.Column("ends_at", UtcTime(), nullable=True),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("changes", sa.JSON(), nullable=False),
        sa.Column("undo", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("problem", sa.Text(), server_default="", nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_schedules"),
    )
    op.create_index("ix_schedules_state", "schedules", ["state"], unique=False)


def _settings() -> None:
    op.create_table(
        "settings",
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("value", sa.JSON(), nullable=False),
        sa.Column("by", sa.String(length=64), nullable=False),
        sa.Column("at", UtcTime(), nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_settings"),
    )


def _users() -> None:
    op.create_table(
        "users",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("login", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=128), nullable=False),
        sa.Column("role", sa.String(length=16), nullable=False),
        sa.Column("password_hash", sa.String(length=256), nullable=False),
        sa.Column("created_at", UtcTime(), nullable=False),
        sa.Column("seen_at", UtcTime(), nullable=True),
        sa.Column("disabled_at", UtcTime(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_users"),
        sa.UniqueConstraint("login", name="uq_users_login"),
    )


def _sessions() -> None:
    op.create_table(
        "sessions",
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("user", sa.Integer(), nullable=False),
        sa.Column("created_at", UtcTime(), nullable=False),
        sa.Column("seen_at", UtcTime(), nullable=False),
        sa.Column("expires_at", UtcTime(), nullable=False),
        sa.ForeignKeyConstraint(["user"], ["users.id"], name="fk_sessions_user", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("token_hash", name="pk_sessions"),
    )
    op.create_index("ix_sessions_expires_at", "sessions", ["expires_at"], unique=False)
    op.create_index("ix_sessions_user", "sessions", ["user"], unique=False)


def _invitations() -> None:
    op.create_table(
        "invitations",
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("role", sa.String(length=16), nullable=False),
        sa.Column("created_at", UtcTime(), nullable=False),
        sa.Column("expires_at", UtcTime(), nullable=False),
        sa.Column("used_at", UtcTime(), nullable=True),
        sa.Column("user", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("token_hash", name="pk_invitations"),
    )


def _sign_ins() -> None:
    op.create_table(
        "sign_ins",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", UtcTime(), nullable=False),
        sa.Column("login", sa.String(length=64), nullable=False),
        sa.Column("address", sa.String(length=64), nullable=False),
        sa.Column("succeeded", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_sign_ins"),
    )
    op.create_index("ix_sign_ins_at", "sign_ins", ["at"], unique=False)


def _audit() -> None:
    op.create_table(
        "audit",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", UtcTime(), nullable=False),
        sa.Column("by", sa.String(length=64), nullable=False),
        sa.Column("action", sa.String(length=64), nullable=False),
        sa.Column("subject", sa.String(length=200), server_default="", nullable=False),
        sa.Column("detail", sa.JSON(none_as_null=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_audit"),
    )
    op.create_index("ix_audit_at", "audit", ["at"], unique=False)


def _purges() -> None:
    op.create_table(
        "purges",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", UtcTime(), nullable=False),
        sa.Column("what", sa.String(length=32), nullable=False),
        sa.Column("before", UtcTime(), nullable=True),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.Column("by", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_purges"),
    )
