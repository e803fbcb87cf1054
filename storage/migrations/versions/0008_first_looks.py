"""How much an answer of each worker tells of a task."""

import sqlalchemy as sa
from alembic import op

from storage.engine import limit_lock_wait

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    limit_lock_wait(op.get_bind(), seconds=5)
    op.add_column("standings", sa.Column("information", sa.Double()))


def downgrade() -> None:
    """It is learnt again."""
    limit_lock_wait(op.get_bind(), seconds=5)
    op.drop_column("standings", "information")
