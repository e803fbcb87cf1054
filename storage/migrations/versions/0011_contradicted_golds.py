"""Golds that are asked no more are looked at as well, since they judge people still."""

import sqlalchemy as sa
from alembic import op

from storage.engine import limit_lock_wait

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    limit_lock_wait(op.get_bind(), seconds=5)
    op.drop_index("ix_golds_contradicted", "golds")
    create_index("state != 'suspended' AND contradicted > 0")


def downgrade() -> None:
    limit_lock_wait(op.get_bind(), seconds=5)
    op.drop_index("ix_golds_contradicted", "golds")
    create_index("state = 'live' AND contradicted > 0")


def create_index(where: str) -> None:
    condition = sa.text(where)
    op.create_index(
        "ix_golds_contradicted", "golds", ["task_id"], postgresql_where=condition, sqlite_where=condition
    )
