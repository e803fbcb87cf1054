"""When a gold was suspended, so that it is learnt anew without it."""

import sqlalchemy as sa
from alembic import op

from storage.engine import limit_lock_wait

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Of those suspended already it stays unknown: the first run looks at their tasks in any case."""
    limit_lock_wait(op.get_bind(), seconds=5)
    op.add_column("golds", sa.Column("suspended_at", sa.BigInteger()))


def downgrade() -> None:
    """Nobody needs it who does not look."""
    limit_lock_wait(op.get_bind(), seconds=5)
    op.drop_column("golds", "suspended_at")
