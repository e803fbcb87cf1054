"""The last answers on gold are found without going through all of them."""

import sqlalchemy as sa
from alembic import op

from storage.engine import limit_lock_wait

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    limit_lock_wait(op.get_bind(), seconds=5)
    answered = sa.text("purpose != 'work' AND answered_at IS NOT NULL")
    op.create_index(
        "ix_leases_gold_answered",
        "leases",
        ["project_id", "answered_at"],
        postgresql_where=answered,
        sqlite_where=answered,
    )


def downgrade() -> None:
    limit_lock_wait(op.get_bind(), seconds=5)
    op.drop_index("ix_leases_gold_answered", "leases")
