"""What became of a message in the mailbox: left, none, or refused.

Frozen: a later change of the schema is a later migration.
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column."""
    op.add_column("calls", sa.Column("message", sa.String(length=16), nullable=True))


def downgrade() -> None:
    """Forget it."""
    with op.batch_alter_table("calls") as table:
        table.drop_column("message")
