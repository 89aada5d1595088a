"""Marks of erasures: what a call of an erased caller brings later is nobody's.

Frozen: a later change of the schema is a later migration.
"""

import sqlalchemy as sa
from alembic import op

from ivr.store.schema import UtcTime

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the table, and the mark of a call."""
    op.create_table(
        "erasures",
        sa.Column("caller", sa.String(length=64), nullable=False),
        sa.Column("at", UtcTime(), nullable=False),
        sa.PrimaryKeyConstraint("caller", name="pk_erasures"),
    )
    op.add_column("calls", sa.Column("erased", sa.Boolean(), server_default=sa.false(), nullable=False))


def downgrade() -> None:
    """Forget the marks."""
    with op.batch_alter_table("calls") as table:
        table.drop_column("erased")
    op.drop_table("erasures")
