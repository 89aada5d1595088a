"""Which file holds the sound of a turn.

Frozen: a later change of the schema is a later migration.
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column; nothing was kept so far."""
    with op.batch_alter_table("turns", recreate="never") as turns:
        turns.add_column(sa.Column("sound", sa.String(length=64), nullable=True))


def downgrade() -> None:
    """Drop it."""
    with op.batch_alter_table("turns", recreate="never") as turns:
        turns.drop_column("sound")
